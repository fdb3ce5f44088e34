"""`python -m mien_export`: the same command as `mien export`."""

import sys

import click

from mien.errors import AppError
from mien_export.cli import export_command


def main() -> None:
    """Run the command; an error that is meant for the user is one line and exit code 1."""
    try:
        export_command(prog_name="python -m mien_export")
    except AppError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
