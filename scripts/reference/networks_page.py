"""The page of ``python -m mien_models``: its commands and options, read off its parser."""

import argparse
from collections.abc import Iterator

from mien_models.__main__ import parser

_HEAD = """# Making networks: `python -m mien_models`

Made from the parser: `python -m mien_models COMMAND --help` says the same. [Training](../how-to/training.md) shows
how it is used. Most of it needs the extra `mien[train]`; `python` is that of the environment in which Mien is.
"""


def networks_page() -> str:
    """Return the page, in Markdown."""
    parts = [_HEAD]
    for name, about, command in commands():
        rows = [f"| {_typed(action)} | {_cell(_help(command, action))} |" for action in _actions(command)]
        parts += [f"## {name}\n", f"{_cell(about)[:1].upper()}{_cell(about)[1:]}.\n"]
        parts.append("\n".join(["| option | |", "| --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def commands() -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield each command: its name, what it is for, and its parser."""
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            about = {choice.dest: choice.help or "" for choice in action._choices_actions}
            for name, command in action.choices.items():
                yield name, about.get(name, ""), command


def _actions(command: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in command._actions if not isinstance(action, argparse._HelpAction)]


def _typed(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"`{action.metavar or action.dest.upper()}`"
    takes = "" if action.nargs == 0 else f" {_cell(str(action.metavar or action.dest.upper()))}"
    required = ", needed" if action.required else ""
    return f"`{', '.join(action.option_strings)}{takes}`{required}"


def _help(command: argparse.ArgumentParser, action: argparse.Action) -> str:
    said = (action.help or "") % {"prog": command.prog, **vars(action)}
    choices = "" if action.choices is None else f"one of {', '.join(f'`{each}`' for each in action.choices)}"
    return "; ".join(filter(None, (said, choices)))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "&#124;")
