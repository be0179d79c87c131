"""What processes and processors did, as the kernel counts it."""

import dataclasses
import os
import pathlib

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")


def process_tree(pid):
    """The process and all that descend from it."""
    children = [
        int(child)
        for file in PROC.glob(f"{pid}/task/*/children")
        for child in file.read_text().split()
    ]
    return [pid] + [one for child in children for one in process_tree(child)]


def cpu_seconds(pids):
    """Time on a processor of all threads of these processes, to the nanosecond."""
    files = [file for pid in pids for file in PROC.glob(f"{pid}/task/*/schedstat")]
    return sum(int(file.read_text().split()[0]) for file in files) / 1e9


def cpu_seconds_by_ticks(pids):
    """The same by the kernel's other count, in hundredths: user and system time."""
    fields = [(PROC / str(pid) / "stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICKS_PER_SECOND


@dataclasses.dataclass(frozen=True)
class CoreTimes:
    """Seconds of one processor since the machine started."""

    busy: float
    stolen: float  # wanted by us, given to others by the hypervisor
    total: float

    def __sub__(self, before):
        return CoreTimes(
            self.busy - before.busy, self.stolen - before.stolen, self.total - before.total
        )


def core_times(core):
    """What processor number `core` has done so far."""
    lines = (PROC / "stat").read_text().splitlines()
    line = next(line for line in lines if line.startswith(f"cpu{core} "))
    user, nice, system, idle, iowait, irq, softirq, steal = (
        int(field) / TICKS_PER_SECOND for field in line.split()[1:9]
    )
    busy = user + nice + system + irq + softirq
    return CoreTimes(busy, steal, busy + idle + iowait + steal)
