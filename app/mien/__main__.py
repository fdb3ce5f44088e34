"""``mien`` and ``python -m mien``."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from mien.cli import run
    from mien.faults import watch_faults
    from mien.log_file import open_log
    from mien.own_process import declare_own
    from mien.scratch import clear_left

    declare_own()
    open_log()
    watch_faults()
    clear_left()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
