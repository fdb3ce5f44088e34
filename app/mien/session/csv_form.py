"""How a text table is written: its encoding, its separator, its decimal sign, and where its names stand."""

import codecs
import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

START_BYTES: Final = 1 << 20
"""So much of a file is looked at."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_MAX_HEAD_LINES: Final = 500


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How a table is written.

    Attributes:
        columns: What its line of names says, as it stands there.
        delimiter: Between cells.
        decimal_point: "." or ",".
        encoding: Of its bytes.
        head: The lines before the names.
    """

    columns: list[str]
    delimiter: str
    decimal_point: str
    encoding: str
    head: tuple[str, ...] = ()


def csv_form_of(path: Path, is_header: Callable[[Sequence[str]], bool] | None = None) -> CsvForm:
    """Return how a table is written: by Mien, by a spreadsheet that saved it anew, or by another program.

    Args:
        path: The file.
        is_header: Says of the cells of a line whether they are the names; the first such line is taken. The first
            line of all where there is none, or without this.

    Raises:
        OSError: It cannot be read.
    """
    with open(path, "rb") as file:
        start = file.read(START_BYTES)
    encoding = _encoding_of(start)
    lines = _LINE_END.split(start.decode(encoding, errors="replace").removeprefix("\ufeff"))
    at = 0
    if is_header is not None:
        heads = enumerate(lines[:_MAX_HEAD_LINES])
        at = next((place for place, line in heads if is_header(_cells(line)[0])), 0)
    columns, delimiter = _cells(lines[at])
    # A comma that separates cells cannot be within a number; elsewhere any comma within one is the decimal sign.
    numbers = "\n".join(lines[at + 1 : at + 200])
    has_comma = delimiter != "," and re.search(rf"(^|{delimiter})-?\d+,\d", numbers, re.MULTILINE) is not None
    return CsvForm(columns, delimiter, "," if has_comma else ".", encoding, tuple(lines[:at]))


def _cells(line: str) -> tuple[list[str], str]:
    """Return the cells of a line and what separates them."""
    delimiter = max((",", ";", "\t"), key=line.count)
    try:
        return next(csv.reader([line], delimiter=delimiter), []), delimiter
    except csv.Error:  # a cell of more than a hundred thousand characters
        return [], delimiter


def _encoding_of(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # Of a longer file the last character may be cut off.
        codecs.getincrementaldecoder("utf-8")().decode(start, final=len(start) < START_BYTES)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
