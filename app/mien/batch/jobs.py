"""How many files are read at a time."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WORKER_BYTES: Final = 450_000_000
"""Of memory, measured on 720p with an annotated video."""

_CONTAINERS: Final = (
    (Path("/sys/fs/cgroup"), "memory.max", "memory.current", "file"),
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes", "memory.usage_in_bytes", "total_cache"),
)
"""Where Linux keeps the limit of a container, what is in use, and how much of that is only cached files, in
versions 2 and 1 of its control groups."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """How many files at a time.

    Attributes:
        count: 1 or more.
        remark: Why fewer than were asked for, in a line, or None.
    """

    count: int
    remark: str | None = None


def choose_jobs(asked: int = 0, *, cores: int | None = None, free_bytes: int | None = None) -> Jobs:
    """Return how many files are read at a time.

    Args:
        asked: By the user; 0 is as many as there are cores.
        cores: That this process may use; looked up by default.
        free_bytes: Memory that is free; looked up by default.
    """
    cores = cores or _cores()
    free_bytes = _free_bytes() if free_bytes is None else free_bytes
    wanted = asked or cores
    fitting = max(int(free_bytes // WORKER_BYTES), 1)
    if wanted <= fitting:
        return Jobs(wanted)
    return Jobs(
        fitting,
        f"{fitting} file{'' if fitting == 1 else 's'} at a time instead of {wanted}: "
        f"each takes about {WORKER_BYTES / 1e6:.0f} MB, and {free_bytes / 1e9:.1f} GB of memory are free",
    )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _free_bytes() -> int:
    """Return the memory that is free, of the machine or of the container, whichever is less."""
    import psutil

    free = int(psutil.virtual_memory().available)
    for folder, limit, used, cached in _CONTAINERS:
        try:
            statistics = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
            in_use = int((folder / used).read_text()) - int(statistics[cached])
            free = min(free, int((folder / limit).read_text()) - in_use)
        except (OSError, ValueError, KeyError):  # no container, or "max": no limit
            continue
    return max(free, 0)
