"""The processes of the demo: started in order, ended in the opposite one, and no others touched."""

import os
import signal
import socket
import subprocess
import time

START_SECONDS = 30
STOP_SECONDS = 5
LOG_LINES = 20


class Failure(Exception):
    """What went wrong, as a text for whoever runs the demo."""


def choose_ports(**preferred):
    """A free port of the loopback for each name: the preferred one, or any if that is taken."""
    ports, sockets = {}, []
    for name, port in preferred.items():
        for candidate in (port, 0):
            listener = socket.socket()
            # As servers do: a port whose last connections still linger is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", candidate))
                listener.listen()
            except OSError:
                listener.close()
                continue
            ports[name] = listener.getsockname()[1]
            sockets.append(listener)  # held until all are chosen, so that none is chosen twice
            break
    for listener in sockets:
        listener.close()
    return ports


def answers(port):
    """True if something accepts connections on that port of the loopback."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def wait_until(condition, seconds):
    """Waits for a condition; returns whether it came to hold in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def has_ended(process):
    """True once a child has ended. Does not wait for it, so that its number is not given anew."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, process.pid, flags) is not None


class Processes:
    """Use it in a "with": whatever was started within ends with it."""

    def __init__(self, log_folder):
        self._log_folder = log_folder
        self._running = []  # (name, Popen), in order of start

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for _, process in reversed(self._running):
            self._stop(process)
        self._running.clear()

    def _log_of(self, name):
        return self._log_folder / f"{name}.log"

    def start(self, name, command, port, environment=None):
        """Starts a server and waits until it answers on its port; Failure with its log if not."""
        with open(self._log_of(name), "wb") as log:
            process = subprocess.Popen(
                # Should this program be killed, the kernel ends what it started.
                ["setpriv", "--pdeathsig", "TERM", *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **(environment or {})},
                start_new_session=True,  # Ctrl-C is for us; and its group is its own
            )
        self._running.append((name, process))
        wait_until(lambda: has_ended(process) or answers(port), START_SECONDS)
        if has_ended(process) or not answers(port):
            what = "ended at once" if has_ended(process) else "does not answer"
            raise Failure(f"The {name} {what}.{self.end_of_log(name)}")

    def number_of(self, name):
        """The process id."""
        return next(process.pid for known, process in self._running if known == name)

    def find_ended(self):
        """The name of a process that ended by itself, or None."""
        return next((name for name, process in self._running if has_ended(process)), None)

    def end_of_log(self, name):
        """The last lines of a process's log, as the rest of a message."""
        lines = self._log_of(name).read_text(errors="replace").splitlines()[-LOG_LINES:]
        shown = "\n".join(f"  | {line}" for line in lines or ["(empty)"])
        return f" The end of its log:\n{shown}"

    @staticmethod
    def _stop(process):
        """Asks a process to end, and ends what is left of its group: nginx has workers."""
        if not has_ended(process):
            process.terminate()
        wait_until(lambda: has_ended(process), STOP_SECONDS)
        # It has not been waited for yet, so the group's number still is its own.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
