"""The command line as data, read off the parser."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from mien.cli import cli


@dataclass(frozen=True, slots=True)
class OptionText:
    """One option: how it is typed, and what it does."""

    typed: str
    about: str


@dataclass(frozen=True, slots=True)
class CommandText:
    """One command.

    Attributes:
        name: Such as "mien models fetch".
        usage: The line of how it is called.
        about: Paragraphs, in the words of ``--help``.
        options: In the order of ``--help``.
        is_group: Whether it only holds other commands.
    """

    name: str
    usage: str
    about: tuple[str, ...]
    options: tuple[OptionText, ...]
    is_group: bool


def all_commands() -> list[CommandText]:
    """Return every command of ``mien``, itself first, groups before what they hold."""
    return list(_walk(cli, None, "mien"))


def _walk(command: click.Command, parent: click.Context | None, name: str) -> Iterator[CommandText]:
    # Wide enough that no line is broken by the parser.
    wide = 10_000
    context = click.Context(command, parent=parent, info_name=name, max_content_width=wide, terminal_width=wide)
    records = [param.get_help_record(context) for param in command.get_params(context)]
    options = tuple(OptionText(_plain(typed), _plain(about)) for typed, about in filter(None, records) if about)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    is_group = isinstance(command, click.Group)
    yield CommandText(context.command_path, usage, _paragraphs(command.help or ""), options, is_group)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found is not None and not found.hidden:
                yield from _walk(found, context, each)


def _paragraphs(text: str) -> tuple[str, ...]:
    blocks = text.replace("\b", "").strip().split("\n\n")
    return tuple(" ".join(block.split()) for block in blocks if block.strip())


def _plain(text: str) -> str:
    return " ".join(text.split())
