"""Readings as CSV: UTF-8, lines ending in a line feed, empty cells for what is not known."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from mien.sinks.part_file import PartFile
from mien.sinks.readings.rows import Cell, Row

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV injection)."""


class CsvTable:
    """Writes rows, each frame's at once, so that all of them outlive a kill.

    Args:
        part: The file to fill.
        columns: Their names, for the first line.
    """

    def __init__(self, part: PartFile, columns: Sequence[str]) -> None:
        self._part = part
        self._time_at = columns.index("time_s")
        self._append([columns])

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._append([[self._text(at, cell) for at, cell in enumerate(row)] for row in rows])

    def close(self) -> None:
        """Nothing waits in here."""

    def _append(self, lines: Sequence[Sequence[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(lines)
        self._part.write(text.getvalue().encode())
        self._part.mark()

    def _text(self, at: int, cell: Cell) -> str:
        match cell:
            case None:
                return ""
            case bool():
                return "true" if cell else "false"
            case str():
                # A label comes from a network's file, and a network's file may come from anywhere.
                return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
            case float() if at == self._time_at:
                return f"{cell:.6f}"
            case _:
                return repr(cell)
