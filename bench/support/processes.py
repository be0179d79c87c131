"""Servers that a benchmark starts on free ports of 127.0.0.1, and ends when it ends."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SETUP = HERE.parent / "setup"
BUILD = pathlib.Path(os.environ.get("CLAVIGER_BUILD", HERE.parent.parent / "build"))
MODULE = BUILD / "lib" / "ngx_http_claviger_module.so"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10


class Invalid(Exception):
    """The run measured nothing; the text says why."""


def number_setting(name, default):
    """A positive number from the environment."""
    value = float(os.environ.get(name, default))
    if value <= 0:
        raise Invalid(f"{name} must be a positive number")
    return value


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def memory_directory():
    """A new folder in memory ($CLAVIGER_BENCH_STATE or /dev/shm), removed at the end."""
    return scratch_directory(os.environ.get("CLAVIGER_BENCH_STATE", "/dev/shm"))


def disk_directory():
    """A new folder on a disk ($CLAVIGER_BENCH_DATA or /var/tmp), removed at the end."""
    return scratch_directory(os.environ.get("CLAVIGER_BENCH_DATA", "/var/tmp"))


@contextlib.contextmanager
def scratch_directory(parent):
    """A new folder in that one, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="claviger-bench.", dir=parent) as folder:
        path = pathlib.Path(folder)
        path.chmod(0o755)  # nginx's workers may run as another user
        yield path


def start(stack, name, command, port, *, core, **options):
    """Starts a server on one processor and returns its process once it answers on its port.

    It ends with `stack`; and, should this program be killed, with this program.
    """
    command = ["setpriv", "--pdeathsig", "TERM", "taskset", "--cpu-list", core, *command]
    process = subprocess.Popen(list(map(str, command)), start_new_session=True, **options)
    stack.callback(stop, process)
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers(port):
        if process.poll() is not None:
            raise Invalid(f"{name} ended with status {process.returncode} instead of starting")
        if time.monotonic() > deadline:
            raise Invalid(f"{name} did not answer on port {port} within {SECONDS_TO_START} s")
        time.sleep(0.05)
    return process


def stop(process):
    """Asks a process to end, and ends what is left of its group: nginx has workers."""
    process.terminate()
    try:
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port):
    """True if somebody accepts connections on that port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def start_nginx(stack, name, template, folder, *, core, **parts):
    """Starts nginx with a configuration from setup/ and returns its process and its port.

    `folder` is made for it; `parts` fill the template's places.
    """
    folder.mkdir()
    port = free_port()
    text = filled(SETUP / template, parts | {"folder": folder, "port": port})
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    command = ["nginx", "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"]
    return start(stack, name, command, port, core=core), port


def start_edge(stack, name, folder, upstream_port, *, core, **parts):
    """The same for setup/edge.conf, whose places are empty where `parts` does not fill them."""
    places = {"main": "", "http": "", "location": "", "server": "", "upstream_port": upstream_port}
    # The state is for its owner's eyes, which must be those of the workers.
    places["user"] = "user root;" if os.geteuid() == 0 else ""
    return start_nginx(stack, name, "edge.conf", folder, core=core, **places | parts)


def filled(template, values):
    """The template's text with each @name@ replaced."""
    text = template.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text
