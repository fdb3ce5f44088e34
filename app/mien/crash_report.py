"""The report of a fault, as text that a person reads wholly before it goes anywhere; Mien sends it nowhere.

Without ``with_names`` it holds nothing of the user's: no name of a file, no folder, no text of a setting, and an
exception's message only where Python itself words it.
"""

import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import msgspec

from mien.errors import printable
from mien.faults import ELSEWHERE, Fault, Raised, without_paths
from mien.log_file import log_file
from mien.settings import Settings

MAX_LOG_LINES: Final = 100
_MAX_LOG_BYTES: Final = 100_000
_PACKAGES: Final = (
    "numpy",
    "onnxruntime",
    "opencv-contrib-python-headless",
    "opencv-contrib-python",
    "opencv-python",
    "av",
    "PySide6-Essentials",
    "pyarrow",
    "msgspec",
)
_WORDED_BY_PYTHON: Final = frozenset(
    (
        "AttributeError",
        "FloatingPointError",
        "IndexError",
        "MemoryError",
        "NameError",
        "OverflowError",
        "RecursionError",
        "TypeError",
        "UnboundLocalError",
        "ZeroDivisionError",
    )
)
"""Whose messages name parts of a program, and no value that a user gave."""
_LEFT_OUT: Final = "(message left out)"


def report_text(
    fault: Fault,
    settings: Settings,
    *,
    with_names: bool = False,
    screen: str = "",
    doing: str = "",
) -> str:
    """Return the report.

    Args:
        fault: What happened.
        settings: What is kept; only what was changed is told.
        with_names: Include names of files and folders, all messages, and the end of the log.
        screen: What the window runs on, in a line.
        doing: What the user says of it.
    """
    lines = [
        "Crash report of Mien",
        "",
        f"Mien:     {fault.version}",
        f"When:     {fault.when}",
        f"What:     {fault.summary}, in {fault.where}",
        f"System:   {platform.system()} {platform.release()} {platform.machine()}",
        f"Python:   {platform.python_version()} ({platform.python_implementation()})",
        f"Packages: {', '.join(_versions())}",
    ]
    lines += [f"Screen:   {screen}"] if screen else []
    lines += ["", "Settings that were changed:", *(_indented(_settings_lines(settings, with_names)) or ["  none"])]
    if doing.strip():
        lines += ["", "What was being done:", *_indented(doing.strip().splitlines())]
    private = None if with_names else _private_words(settings)
    lines += ["", "Where:", *_indented(_where_lines(fault, private))]
    if with_names:
        lines += ["", f"The last {MAX_LOG_LINES} lines of the log:", *(_indented(_log_lines()) or ["  none"])]
    return "\n".join(printable(line) for line in lines) + "\n"


def _versions() -> Iterator[str]:
    for name in _PACKAGES:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            continue


def _settings_lines(settings: Settings, with_names: bool) -> list[str]:
    told, defaults = msgspec.to_builtins(settings), msgspec.to_builtins(Settings())
    return [
        f"{group}.{field} = {_value_text(value, with_names)}"
        for group, fields in told.items()
        if group != "window"  # what was opened, and where
        for field, value in _fields(fields).items()
        if value != _fields(defaults[group])[field]
    ]


def _fields(group: object) -> Mapping[str, Any]:
    return group if isinstance(group, dict) else {}


def _value_text(value: object, with_names: bool) -> str:
    """Return a value; of a text only that there is one, unless it is one of a few that Mien knows."""
    if with_names or isinstance(value, bool | int | float) or value is None or value in _KNOWN_WORDS:
        return msgspec.json.encode(value).decode()
    if isinstance(value, list | tuple) and all(isinstance(each, int | float) for each in value):
        return msgspec.json.encode(value).decode()
    return f"{len(value)} of them" if isinstance(value, list | tuple) else "(text left out)"


def _words_of_choices() -> frozenset[str]:
    """Return the words among which settings choose: all that stand in the types of their fields."""
    found: set[str] = set()
    for group in msgspec.structs.fields(Settings):
        for each in msgspec.structs.fields(group.type):
            found |= {word for word in _literals(msgspec.inspect.type_info(each.type)) if isinstance(word, str)}
    return frozenset(found)


def _literals(kind: msgspec.inspect.Type) -> Iterator[object]:
    if isinstance(kind, msgspec.inspect.LiteralType):
        yield from kind.values
    elif isinstance(kind, msgspec.inspect.UnionType):
        for each in kind.types:
            yield from _literals(each)


_KNOWN_WORDS: Final = _words_of_choices()


def _private_words(settings: Settings) -> frozenset[str]:
    """Return what the user's folders and files are called, as far as it is known here, without case."""
    texts = [str(Path.home()), *_texts(msgspec.to_builtins(settings))]
    parts = {part for text in texts for part in (text, Path(text).name, Path(text).stem, *Path(text).parts)}
    return frozenset(part.casefold() for part in parts - _KNOWN_WORDS if len(part) > 2)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _where_lines(fault: Fault, private: frozenset[str] | None) -> list[str]:
    """Return where it happened; all of it where ``private`` is None, else nothing that holds such a word."""
    with_names = private is None
    lines: list[str] = []
    for raised in fault.raised:
        lines += ["which led to:"] if lines else []
        for frame in raised.frames:
            place = frame.file if with_names else frame.place
            known = f" in {frame.function}" if with_names or frame.place != ELSEWHERE else ""
            lines.append(f"{place}:{frame.line}{known}")
        lines.append(f"{raised.kind}: {_message(raised, private)}")
    dump = fault.dump if with_names else without_paths(fault.dump)
    return [*lines, *dump.splitlines()]


def _message(raised: Raised, private: frozenset[str] | None) -> str:
    said = raised.message.casefold()
    is_told = private is None or (
        raised.kind in _WORDED_BY_PYTHON and not any(word in said for word in ("/", "\\", *private))
    )
    return " ".join(raised.message.split()) if is_told else _LEFT_OUT


def _log_lines() -> list[str]:
    try:
        with log_file().open("rb") as file:
            file.seek(max(file.seek(0, 2) - _MAX_LOG_BYTES, 0))
            return file.read().decode("utf-8", "replace").splitlines()[-MAX_LOG_LINES:]
    except OSError:
        return []


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]
