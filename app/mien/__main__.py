"""``mien`` and ``python -m mien``."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from mien.cli import run
    from mien.own_process import declare_own

    declare_own()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
