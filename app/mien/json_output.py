"""``--json``: one object on standard output, of one form for all commands; see ``docs/command-line.md``."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import click

from mien.version import VERSION

F = TypeVar("F", bound=Callable[..., Any])

SCHEMA: Final = 1
"""Raised when a field goes or changes its meaning; new fields do not raise it."""

JSON_OPTION: Final = "--json"


@dataclass(slots=True)
class Invocation:
    """What holds for a whole command line; the object of click's contexts.

    Attributes:
        verbose: Show where an error comes from.
        command: What was called, without "mien": "models list".
        has_printed: Whether the object of ``--json`` is out.
    """

    verbose: bool = False
    command: str = ""
    has_printed: bool = False


def command_of(context: click.Context) -> str:
    """Return what was called, without "mien" and without its arguments: "models list"."""
    names: list[str] = []
    at: click.Context | None = context
    while at is not None and at.parent is not None:
        names.insert(0, at.info_name or "")
        at = at.parent
    return " ".join(names)


def json_option(function: F) -> F:
    """Add ``--json``, given to the command as ``as_json``."""

    def note(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
        invocation = context.find_object(Invocation)
        if invocation is not None:
            invocation.command = command_of(context)
        return value

    option = click.option(JSON_OPTION, "as_json", is_flag=True, callback=note, help="Print one object of JSON.")
    return option(function)


def print_json(exit_code: int = 0, error: str | None = None, **fields: object) -> int:
    """Print the object of ``--json``.

    Args:
        exit_code: How the command ends.
        error: Why it failed, in a line, or None.
        **fields: What the command has to tell.

    Returns:
        The exit code.
    """
    context = click.get_current_context(silent=True)
    invocation = None if context is None else context.find_object(Invocation)
    if invocation is not None:
        invocation.has_printed = True
    print_object(invocation.command if invocation else "", exit_code, error, **fields)
    return exit_code


def print_object(command: str, exit_code: int, error: str | None, **fields: object) -> None:
    """Print the object of ``--json`` for a command that is over; see ``print_json``."""
    head = {"schema": SCHEMA, "program": f"mien {VERSION}", "command": command, "exit_code": exit_code}
    told = without_odd_numbers({**head, "error": error, **fields})
    text = json.dumps(told, ensure_ascii=False, default=str, allow_nan=False)
    click.echo(text.encode("utf-8", "backslashreplace").decode())  # as JSON escapes what is no text


def without_odd_numbers(value: object) -> object:
    """Return a value with null for numbers that are none or infinite, which JSON has no words for."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): without_odd_numbers(each) for key, each in value.items()}
    return [without_odd_numbers(each) for each in value] if isinstance(value, list | tuple) else value
