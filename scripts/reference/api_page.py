"""The page of what Python programs call: signatures and docstrings, read off the package itself."""

import inspect
import re
from collections.abc import Iterator
from typing import Any, Final

import mien
from mien.api.choices import Choices

_SECTION: Final = re.compile(r"^(Args|Attributes|Returns|Yields|Raises|Example|Examples):\n", re.MULTILINE)
_ENTRY: Final = re.compile(r"^    (\*{0,2}[\w.]+(?: \([^)]*\))?): ", re.MULTILINE)
_WIDE: Final = 88
_UNION: Final = re.compile(r"(?:Union|Optional)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")
_TITLES: Final = {"Args": "takes", "Attributes": "attribute", "Raises": "raises"}
_HEAD: Final = """# Python, name by name

Made from the docstrings of `mien`; [Python](../python.md) shows how it is used. `from mien import …` knows these
names, and nothing else is promised to stay. The keyword arguments that `analyse`, `annotate` and `read` share are
[`Choices`](#choices).
"""


def api_page() -> str:
    """Return the page, in Markdown: functions first, then what they give back."""
    named = {name: getattr(mien, name) for name in mien.__all__ if not name.startswith("__")}
    functions = [(name, each) for name, each in named.items() if inspect.isfunction(each)]
    classes = [(name, each) for name, each in named.items() if inspect.isclass(each)]
    parts = [_HEAD]
    for name, function in functions:
        parts += [f"## {name}\n", _signature(name, function), _docstring(function)]
    for name, kind in (*classes, ("Choices", Choices)):
        parts += [f"## {name}\n", _docstring(kind)]
        for member, value in _members(kind):
            parts += [f"### {name}.{member}\n", _signature(member, value), _docstring(value)]
    return "\n".join(part for part in parts if part)


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and properties that a class declares or takes from another of ours."""
    for name, value in inspect.getmembers_static(kind):
        owner = next((each for each in kind.__mro__ if name in vars(each)), None)
        is_ours = owner is not None and owner.__module__.startswith("mien")
        is_member = isinstance(value, property | classmethod | staticmethod) or inspect.isfunction(value)
        if is_ours and is_member and not name.startswith("_"):
            yield name, value


def _signature(name: str, value: Any) -> str:  # noqa: ANN401 - whatever a class holds
    function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    told = inspect.signature(function)
    if isinstance(value, property):
        return f"```text\n{name}: {_type_text(told.return_annotation)}\n```\n"
    wanted = [
        each.replace(annotation=_Named(each.annotation)) if each.annotation is not each.empty else each
        for each in told.parameters.values()
        if each.name not in ("self", "cls")
    ]
    returned = told.return_annotation
    told = told.replace(
        parameters=wanted, return_annotation=_Named(returned) if returned is not told.empty else returned
    )
    prefix = "classmethod " if isinstance(value, classmethod) else ""
    return f"```text\n{prefix}{_over_lines(f'{name}{told}', wanted)}\n```\n"


def _over_lines(signature: str, parameters: list[inspect.Parameter]) -> str:
    """Return a long signature with a line for each parameter."""
    if len(signature) <= _WIDE or not parameters:
        return signature
    head, _, returned = signature.rpartition(")")
    name = head.partition("(")[0]
    is_named = [each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters]
    lines = [f"    {each}," for each in parameters]
    if any(is_named):
        lines.insert(is_named.index(True), "    *,")
    return "\n".join([f"{name}(", *lines, f"){returned}"])


class _Named:
    """A type that is written as in the source."""

    def __init__(self, annotation: object) -> None:
        self._annotation = annotation

    def __repr__(self) -> str:
        return _type_text(self._annotation)


def _type_text(annotation: object) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Z])", "", text).replace("NoneType", "None")
    # As it is written, and as Python 3.14 tells it.
    return _UNION.sub(lambda found: " | ".join(re.split(r", (?![^\[]*\])", found[1])), text)


def _docstring(value: object) -> str:
    """Return a docstring as Markdown: its sections as tables, its blocks of code as they are."""
    text = inspect.cleandoc(inspect.getdoc(value) or "").replace("::\n", ":\n")
    about, *sections = _SECTION.split(text + "\n")
    parts = [_prose(about)]
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        parts.append(_section(title, body))
    return "\n".join(part for part in parts if part)


def _section(title: str, body: str) -> str:
    entries = _ENTRY.split(body)[1:]
    if title in _TITLES and entries:
        rows = [f"| `{name}` | {_cell(about)} |" for name, about in zip(entries[::2], entries[1::2], strict=True)]
        return "\n".join([f"| {_TITLES[title]} | |", "| --- | --- |", *rows]) + "\n"
    if title in ("Returns", "Yields"):
        return f"{title} {_cell(body)[:1].lower()}{_cell(body)[1:]}\n"
    return _prose(inspect.cleandoc(body))


def _prose(text: str) -> str:
    """Return paragraphs; what is indented is code."""
    blocks = [block.rstrip() for block in text.strip("\n").split("\n\n") if block.strip()]
    return "\n\n".join(
        f"```python\n{inspect.cleandoc(block)}\n```" if block.startswith("    ") else _plain(block)
        for block in blocks
    ) + ("\n" if blocks else "")


def _cell(text: str) -> str:
    return _plain(" ".join(text.split())).replace("|", "&#124;")


def _plain(text: str) -> str:
    return text.replace("``", "`")
