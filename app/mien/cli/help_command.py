"""``mien help``: the help of a command, or the options that have to do with a word."""

from collections.abc import Iterator

import click

from mien.errors import did_you_mean


@click.command("help", context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, metavar="[WORD…]")
@click.pass_context
def help_command(context: click.Context, words: tuple[str, ...]) -> None:
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
        click.echo(at.get_help())
        return
    word = " ".join(rest).lstrip("-").lower()
    found = list(_options_about(word, root, ""))
    if not found:
        assert isinstance(root.command, click.Group)
        near = did_you_mean(word, root.command.list_commands(root))
        raise click.UsageError(f"{word}: no command and no option has to do with it{near}", context)
    formatter = context.make_formatter()
    formatter.write_dl(found)
    click.echo(formatter.getvalue().rstrip())


def _options_about(word: str, at: click.Context, path: str) -> Iterator[tuple[str, str]]:
    """Yield command and option, and its help, of all options whose name or help has a word."""
    command = at.command
    for parameter in command.get_params(at):
        record = parameter.get_help_record(at)
        is_about = record is not None and any(word in text.lower() for text in record)
        if record is not None and is_about and "--help" not in parameter.opts:
            yield f"{path} {record[0]}".strip(), record[1]
    if isinstance(command, click.Group):
        for name in command.list_commands(at):
            try:
                inner = command.get_command(at, name)
            except ImportError:  # of a part that is not installed
                continue
            if inner is not None:
                yield from _options_about(word, click.Context(inner, info_name=name, parent=at), f"{path} {name}")
