"""Whether this process is Mien's own: the program, its window, a worker that it started.

What changes a whole process, such as its standard error or its modules, is done there alone, and never in a
script, a notebook or a worker of a cluster that imports Mien.
"""

_is_own = False


def declare_own() -> None:
    """Say that this process is Mien's own. Called where such a process begins, and nowhere else."""
    global _is_own
    _is_own = True


def is_own() -> bool:
    """Tell whether this process is Mien's own."""
    return _is_own
