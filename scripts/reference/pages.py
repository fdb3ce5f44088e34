"""The pages of the manual that are made from the program: Python, commands, exit codes, settings, manifest."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from mien.errors import AppError
from mien.inference import manifest
from mien.settings import Settings
from scripts.reference.api_page import api_page
from scripts.reference.commands import all_commands
from scripts.reference.networks_page import networks_page


def generated_pages() -> dict[str, str]:
    """Return Markdown by its place in the manual."""
    return {
        "reference/api.md": api_page(),
        "reference/commands.md": commands_page(),
        "reference/exit-codes.md": exit_codes_page(),
        "reference/settings.md": settings_page(),
        "reference/manifest.md": manifest_page(),
        "reference/networks.md": networks_page(),
    }


def commands_page() -> str:
    """Return every command with its options, in the words of ``--help``."""
    parts = ["# Commands\n\nMade from the parser: `mien COMMAND --help` says the same.\n"]
    for command in all_commands():
        level = "##" if command.name.count(" ") < 2 else "###"
        parts.append(f"{level} {command.name}\n\n```text\n{command.usage}\n```\n")
        parts += [f"{_text(paragraph)}\n" for paragraph in command.about]
        if command.options:
            rows = [f"| {_code(option.typed)} | {_text(option.about)} |" for option in command.options]
            parts.append("\n".join(["| option | |", "| --- | --- |", *rows]) + "\n")
    return "\n".join(parts)


def exit_codes_page() -> str:
    """Return what the program's exit codes and its kinds of errors mean."""
    tree = "\n".join(
        f"| {'– ' * depth}`{kind.__name__}` | {_first_line(kind)} |" for depth, kind in _errors(AppError)
    )
    return f"""# Exit codes and errors

| code | meaning |
| --- | --- |
| 0 | All went well. |
| 1 | Something failed. One line on standard error names it and the remedy. |
| 2 | The command line could not be understood. |
| 130 | Stopped with Ctrl+C; what was written so far is complete. |

In Python these are exceptions of `mien.errors`, each with that line as its text:

| exception | |
| --- | --- |
{tree}
"""


def settings_page() -> str:
    """Return every setting with its default and what it may be, from the declarations."""
    parts = [
        "# Settings\n",
        "What the window's settings keep, in `settings.json` (`MIEN_CONFIG` names another folder). "
        "Made from the declarations of the program.\n",
    ]
    for group in msgspec.structs.fields(Settings):
        about = _attributes(group.type)
        rows = [
            (f"`{field.name}`", _code(_default(field)), _text(_may_be(field.type)), about.get(field.name, ""))
            for field in msgspec.structs.fields(group.type)
        ]
        table = _table(("setting", "default", "may be", ""), rows)
        parts += [f"## {group.name}\n", f"{_first_line(group.type)}\n", table]
    return "\n".join(parts)


def manifest_page() -> str:
    """Return the description of a network's manifest, from the module that is its schema."""
    about = inspect.cleandoc(manifest.__doc__ or "").replace("::\n", ":\n").replace("``", "`")
    parts = [
        "# The manifest of a network\n",
        f"{about}\n",
        "`mien models show NAME|FILE` prints that of a network.\n",
    ]
    for kind in (value for value in vars(manifest).values() if isinstance(value, type)):
        if not issubclass(kind, msgspec.Struct) or kind.__module__ != manifest.__name__:
            continue
        named = _attributes(kind)
        rows = [
            (f"`{field.name}`", _text(_may_be(field.type)), named.get(field.name, ""))
            for field in msgspec.structs.fields(kind)
        ]
        parts += [f"## {kind.__name__}\n", f"{_first_line(kind)}\n", _table(("entry", "may be", ""), rows)]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _errors(kind: type[Exception], depth: int = 0) -> Iterator[tuple[int, type[Exception]]]:
    yield depth, kind
    for child in kind.__subclasses__():
        if child.__module__ == "mien.errors":
            yield from _errors(child, depth + 1)


def _attributes(kind: type) -> dict[str, str]:
    """Return what the docstring of a class says of its attributes, by their names."""
    _, _, text = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:\n")
    entries = re.split(r"^    (\w+): ", text, flags=re.MULTILINE)[1:]
    pairs = zip(entries[::2], entries[1::2], strict=True)
    return {name: _text(" ".join(about.split())) for name, about in pairs}


def _first_line(kind: type) -> str:
    return _text(inspect.cleandoc(kind.__doc__ or "").splitlines()[0])


def _default(field: Any) -> str:  # noqa: ANN401 - msgspec's own type has no public name
    if field.default is msgspec.NODEFAULT:
        return ""
    return msgspec.json.encode(field.default).decode()


def _may_be(annotation: Any) -> str:  # noqa: ANN401
    """Return in words what a declared type admits."""
    info = msgspec.inspect.type_info(annotation)
    return _in_words(info)


def _in_words(info: Any) -> str:  # noqa: ANN401
    match info:
        case msgspec.inspect.BoolType():
            return "`true`, `false`"
        case msgspec.inspect.LiteralType():
            return ", ".join(f"`{value}`" for value in info.values)
        case msgspec.inspect.UnionType():
            return " or ".join(_in_words(each) for each in info.types)
        case msgspec.inspect.NoneType():
            return "nothing"
        case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
            kind = "whole number" if isinstance(info, msgspec.inspect.IntType) else "number"
            bounds = {"from": info.ge, "above": info.gt, "to": info.le, "below": info.lt}
            said = " ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)
            return f"{kind} {said}".strip()
        case msgspec.inspect.StrType():
            return "text"
        case msgspec.inspect.BytesType():
            return "bytes, as base64"
        case msgspec.inspect.StructType():
            return info.cls.__name__
        case msgspec.inspect.TupleType():
            return ", ".join(_in_words(each) for each in info.item_types)
        case msgspec.inspect.VarTupleType() | msgspec.inspect.ListType():
            return f"list of: {_in_words(info.item_type)}"
        case _:
            return "anything"


def _code(text: str) -> str:
    return f"`{text.replace('|', '&#124;')}`" if text and "|" not in text else _text(text)


def _text(text: str) -> str:
    """Return text for a cell of a table: a bar would end it."""
    return text.replace("``", "`").replace("|", "&#124;")
