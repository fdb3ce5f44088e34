"""Readings as JSON Lines: one object a row, null for what is not known."""

from collections.abc import Sequence

import msgspec

from mien.sinks.part_file import PartFile
from mien.sinks.readings.rows import Row


class JsonLinesTable:
    """Writes rows, each frame's at once, so that all of them outlive a kill.

    Args:
        part: The file to fill.
        columns: The names in each object.
    """

    def __init__(self, part: PartFile, columns: Sequence[str]) -> None:
        self._part = part
        self._columns = tuple(columns)
        self._encoder = msgspec.json.Encoder()

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._part.write(self._encoder.encode_lines([dict(zip(self._columns, row, strict=True)) for row in rows]))
        self._part.mark()

    def close(self) -> None:
        """Nothing waits in here."""
