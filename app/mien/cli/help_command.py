"""``mien help``: the help of a command, or the options that have to do with a word."""

from collections.abc import Iterator

import click

from mien.errors import did_you_mean
from mien.json_output import json_option, print_json


@click.command("help", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="[WORD…]")
@json_option
@click.pass_context
def help_command(context: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """Show the help of a command, or all options that have to do with WORD.

    `mien help annotate` and `mien help models show` are those of the commands; `mien help smoothing` finds options
    by name or by what their help says.
    """
    root = context.find_root()
    at, rest = root, list(words)
    while rest and isinstance(at.command, click.Group):
        inner = at.command.get_command(at, rest[0])
        if inner is None:
            break
        at = click.Context(inner, info_name=rest.pop(0), parent=at, **inner.context_settings)
    if not rest:
        if as_json:
            print_json(commands=list(_commands(at)))
            return
        click.echo(at.get_help())
        return
    word = " ".join(rest).lstrip("-").lower()
    found = list(_options_about(word, root, ""))
    if not found:
        assert isinstance(root.command, click.Group)
        near = did_you_mean(word, root.command.list_commands(root))
        raise click.UsageError(f"{word}: no command and no option has to do with it{near}", context)
    if as_json:
        print_json(options=[{"option": option, "about": about} for option, about in found])
        return
    formatter = context.make_formatter()
    formatter.write_dl(found)
    click.echo(formatter.getvalue().rstrip())


def _commands(at: click.Context) -> Iterator[dict[str, object]]:
    """Yield a command and those within it: how it is called, what it is for, and its options."""
    yield {
        "name": at.command_path,
        "usage": " ".join([at.command_path, *at.command.collect_usage_pieces(at)]),
        "about": " ".join((at.command.help or "").partition("\n\n")[0].split()),
        "options": [
            {"option": record[0], "about": record[1]}
            for parameter in at.command.get_params(at)
            if (record := parameter.get_help_record(at)) is not None
        ],
    }
    if isinstance(at.command, click.Group):
        for inner in _inner(at):
            yield from _commands(inner)


def _inner(at: click.Context) -> Iterator[click.Context]:
    """Yield the contexts of the commands of a group, but of those that are not installed."""
    assert isinstance(at.command, click.Group)
    for name in at.command.list_commands(at):
        try:
            inner = at.command.get_command(at, name)
        except ImportError:
            continue
        if inner is not None:
            yield click.Context(inner, info_name=name, parent=at, **inner.context_settings)


def _options_about(word: str, at: click.Context, path: str) -> Iterator[tuple[str, str]]:
    """Yield command and option, and its help, of all options whose name or help has a word."""
    command = at.command
    for parameter in command.get_params(at):
        record = parameter.get_help_record(at)
        is_about = record is not None and any(word in text.lower() for text in record)
        if record is not None and is_about and "--help" not in parameter.opts:
            yield f"{path} {record[0]}".strip(), record[1]
    if isinstance(command, click.Group):
        for inner in _inner(at):
            yield from _options_about(word, inner, f"{path} {inner.info_name}")
