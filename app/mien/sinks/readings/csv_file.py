"""Readings as CSV: UTF-8, lines ending in a line feed, empty cells for what is not known."""

import codecs
import csv
import io
from collections.abc import Sequence
from typing import Final, Literal

from mien.sinks.part_file import PartFile
from mien.sinks.readings.rows import Cell, Row

CsvForm = Literal["comma", "excel", "semicolon"]
"""How cells are separated.

- comma: by commas, with decimal points, as programs read it.
- excel: the same, marked as UTF-8, for Excel in English.
- semicolon: by semicolons, with decimal commas and the same mark, for Excel in languages that write 0,5.
"""

TableColumns = Literal["mien", "pyfeat"]
"""Whose names the columns of a table have."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV injection)."""


class CsvTable:
    """Writes rows, each frame's at once, so that all of them outlive a kill.

    Args:
        part: The file to fill.
        columns: Their names, for the first line.
        form: How cells are separated.
    """

    def __init__(self, part: PartFile, columns: Sequence[str], form: CsvForm = "comma") -> None:
        self._part = part
        self._form = form
        self._time_at = columns.index("time_s")
        self._append(csv_lines([tuple(columns)], form, starts_file=True))

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._append(csv_lines(rows, self._form, seconds_at=self._time_at))

    def close(self) -> None:
        """Nothing waits in here."""

    def _append(self, lines: bytes) -> None:
        self._part.write(lines)
        self._part.mark()


def csv_lines(
    rows: Sequence[Row], form: CsvForm, *, seconds_at: int | None = None, starts_file: bool = False
) -> bytes:
    """Return rows as lines.

    Args:
        rows: The cells.
        form: How they are separated.
        seconds_at: The column that is written with six decimals, always.
        starts_file: Whether these are the first lines, which carry the mark of UTF-8 where the form has it.
    """
    text = io.StringIO(newline="")
    is_comma = form != "semicolon"
    writer = csv.writer(text, lineterminator="\n", delimiter="," if is_comma else ";")
    writer.writerows([[_text(cell, at == seconds_at, is_comma) for at, cell in enumerate(row)] for row in rows])
    mark = codecs.BOM_UTF8 if starts_file and form != "comma" else b""
    return mark + text.getvalue().encode()


def _text(cell: Cell, is_seconds: bool, has_point: bool) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str():
            # A label comes from a network's file, and a network's file may come from anywhere.
            return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
        case float():
            number = f"{cell:.6f}" if is_seconds else repr(cell)
            return number if has_point else number.replace(".", ",")
        case _:
            return repr(cell)
