"""How much memory this process may still take: the least of what machine, cgroup and its own limits leave.

`psutil` knows the free memory of Linux, macOS and Windows, and what a process has taken; the limits of a
control group (containers, job schedulers) and of a process (`ulimit`) are read here, where there are any.
"""

from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import torch

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUPS = Path("/proc/self/cgroup")


def available(device: str = "cpu") -> int:
    """Bytes that this process may still take for a run on `device`."""
    if device == "cuda":
        return int(torch.cuda.mem_get_info()[0])
    return max(0, min((_free(), *_left_by_process(), *left_by_cgroups())))


def _free() -> int:
    """Bytes that the machine can give away without swapping."""
    import psutil

    return int(psutil.virtual_memory().available)


def _left_by_process() -> Iterator[int]:
    """What the limits of this process on its addresses and on its data leave; Windows has none."""
    if find_spec("resource") is None:
        return
    import resource

    import psutil

    taken = psutil.Process().memory_info()
    for limit, used in (("RLIMIT_AS", taken.vms), ("RLIMIT_DATA", getattr(taken, "data", taken.rss))):
        soft, _ = resource.getrlimit(getattr(resource, limit))
        if soft != resource.RLIM_INFINITY:
            yield soft - used


def left_by_cgroups(root: Path = CGROUPS, own: Path = OWN_CGROUPS) -> Iterator[int]:
    """What each limit on this process's control groups leaves, of version 1 and of version 2.

    A limit of a group counts for all groups inside it. Inside a container the path of the own group may be
    the host's, which is not there; then the limit is that of the root. Cached files are given back when asked
    for.
    """
    with suppress(OSError):
        for line in own.read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if not controllers:
                folder, names = root, ("memory.max", "memory.current", "inactive_file")
            elif "memory" in controllers.split(","):
                folder = root / "memory"
                names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            else:
                continue
            group = folder / path.lstrip("/")
            for place in (group, *group.parents):
                if place.is_relative_to(folder):
                    yield from _left_by_cgroup(place, *names)


def _left_by_cgroup(group: Path, limit: str, usage: str, cached: str) -> Iterator[int]:
    with suppress(OSError, ValueError):  # no such file, or "max": no limit
        most, used = int((group / limit).read_text()), int((group / usage).read_text())
        counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        yield most - used + int(counts.get(cached, 0))
