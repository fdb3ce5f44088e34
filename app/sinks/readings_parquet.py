"""Readings as Parquet: typed columns, in row groups of bounded size."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from app import __version__
from app.sinks.part_file import PartFile
from app.sinks.rows import Row

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_IN_GROUP: Final = 8192
"""Some minutes of one face: 2 MB of memory, and few enough groups in a day's recording."""


class ParquetTable:
    """Collects rows and writes them group by group.

    Args:
        part: The file to fill.
        columns: Their names.
        model: The network's name; stands in the schema's metadata beside the program's version.
    """

    def __init__(self, part: PartFile, columns: Sequence[str], model: str) -> None:
        import pyarrow.parquet as pq

        self._schema = _schema_of(columns, model)
        self._waiting: list[Row] = []
        self._writer = pq.ParquetWriter(part, self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._waiting.extend(rows)
        if len(self._waiting) >= ROWS_IN_GROUP:
            self._write_group()

    def close(self) -> None:
        """Write the last group and the index."""
        try:
            if self._waiting:
                self._write_group()
        finally:
            try:
                self._writer.close()
            finally:
                # Its finalizer would close it again, into a file that is closed by then.
                self._writer.is_open = False

    def _write_group(self) -> None:
        import pyarrow as pa

        columns = zip(*self._waiting, strict=True)
        arrays = [pa.array(cells, type=field.type) for cells, field in zip(columns, self._schema, strict=True)]
        self._waiting = []
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))


def _schema_of(columns: Sequence[str], model: str) -> "pa.Schema":
    """Return the types: float32 for what the program holds as such, and None allowed but for frame and time."""
    import pyarrow as pa

    types = {
        "frame": pa.int64(),
        "time_s": pa.float64(),
        "face_id": pa.int64(),
        "label": pa.string(),
        "usable": pa.bool_(),
        "reason": pa.string(),
    }
    always = ("frame", "time_s")
    fields = [pa.field(name, types.get(name, pa.float32()), nullable=name not in always) for name in columns]
    return pa.schema(fields, metadata={"program": f"mien {__version__}", "model": model})
