"""Where the demo keeps its files: outside the repository, in memory, and for this user alone."""

import contextlib
import fcntl
import os
import pathlib
import secrets
import shutil
import signal
import stat
import tempfile

from processes import Failure, choose_ports, wait_until

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
SOURCE = REPOSITORY / "demo"
BUILD = pathlib.Path(os.environ.get("CLAVIGER_BUILD", REPOSITORY / "build")).resolve()
BINARIES = BUILD / "bin"
MODULE = BUILD / "lib" / "ngx_http_claviger_module.so"

STOP_SECONDS = 30


def memory():
    """A folder in tmpfs that this user may write to; where there is none, the temporary folder."""
    for candidate in (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm"):
        if candidate and os.access(candidate, os.W_OK | os.X_OK):
            return pathlib.Path(candidate)
    return pathlib.Path(tempfile.gettempdir())


def own_folder(path):
    """Makes a folder that nobody else may read. Failure if somebody else has made it."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Failure(f"{path} is not a folder of this user's alone. Remove it.")
    return path


@contextlib.contextmanager
def passing_folder():
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="claviger-demo-", dir=memory()) as folder:
        yield pathlib.Path(folder)


@contextlib.contextmanager
def lasting_folder():
    """The user's one folder for a demo that stays; emptied at the start, removed at the end."""
    base = own_folder(memory() / f"claviger-demo-{os.getuid()}")
    with open(base / "lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure("The demo runs already. Stop it with: ./dev demo --stop") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        folder = base / "run"
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield own_folder(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            lock.truncate(0)


def stop_lasting():
    """Ends the demo that holds the lock, and waits for it. Returns whether there was one."""
    path = memory() / f"claviger-demo-{os.getuid()}" / "lock"
    if not path.exists():
        return False
    with open(path) as lock:
        if _is_free(lock):
            return False
        number = lock.read()  # of the process that holds the lock, as it has written it
        if not number.isdigit():
            raise Failure("The demo is just starting or ending. Try again.")
        os.kill(int(number), signal.SIGTERM)
        if not wait_until(lambda: _is_free(lock), STOP_SECONDS):
            raise Failure(f"The demo did not end within {STOP_SECONDS} seconds.")
    return True


def _is_free(lock):
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(lock, fcntl.LOCK_UN)
    return True


def write_password(path):
    """Writes a new password into a file that only its owner reads."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(18) + "\n")


class Place:
    """The folder of one demo and the ports of its servers."""

    source = SOURCE

    def __init__(self, folder):
        self.folder = folder
        self.ports = choose_ports(server=8480, gateway=8481, fleet=8482)
        self._words = {
            "module": MODULE,
            "state": folder / "state",
            "fleet_data": SOURCE / "fleet" / "data",
            **{f"{name}_port": port for name, port in self.ports.items()},
        }

    def url(self, name):
        return f"http://127.0.0.1:{self.ports[name]}"

    def fill_in(self, source):
        """Copies a file of demo/ to the same place in the folder, with its @words@ filled in."""
        target = self.folder / source
        target.parent.mkdir(exist_ok=True)
        text = (SOURCE / source).read_text()
        for word, value in self._words.items():
            text = text.replace(f"@{word}@", str(value))
        target.write_text(text)
