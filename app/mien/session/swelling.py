"""What a table may hold: a file of a few kilobytes can stand for gigabytes, and may come from a stranger."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.errors import SessionError
from mien.sinks.readings.table_schema import TEXTS

if TYPE_CHECKING:
    import pyarrow as pa

FEW_ROWS: Final = 100_000
ROWS_IN_A_BYTE: Final = 2
"""Of a Parquet file of more than a few rows. Where nobody is seen, Mien's own take six bytes a row."""

MAX_CELL_BYTES: Final = 4096
"""Of a text: labels, reasons, names of persons and of files."""

_PAGE_BYTES: Final = 1 << 20


def swells(group: "pa.parquet.RowGroupMetaData") -> bool:
    """Whether columns hold more than their rows can need.

    Asked of them all together: of a damaged file, pyarrow ends the process where a single column is asked for.
    """
    texts = len(TEXTS)
    most_bytes = group.num_columns * _PAGE_BYTES + group.num_rows * (
        texts * MAX_CELL_BYTES + group.num_columns * 16
    )
    return bool(group.total_byte_size > most_bytes)


def at_most(batches: "Iterator[pa.RecordBatch]", most_rows: int, path: Path) -> "Iterator[pa.RecordBatch]":
    """Pass on no more rows than a file of this size holds, whatever its head says."""
    count = 0
    for batch in batches:
        count += batch.num_rows
        if count > most_rows:
            raise swelling(path)
        yield batch


def swelling(path: Path) -> SessionError:
    """Return the refusal of a table that would swell."""
    return SessionError(
        f"{path}: would swell to a multiple of what its size allows, so it is no table of readings"
    )


def check_texts(batch: "pa.RecordBatch", path: Path) -> None:
    """Check that no text is longer than what Mien writes, before it is given room in each row."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        texts = column.dictionary if isinstance(column, pa.DictionaryArray) else column
        if name in TEXTS and not pa.types.is_null(texts.type):
            longest = pc.max(pc.binary_length(texts.cast(pa.large_string()))).as_py()
            if longest is not None and longest > MAX_CELL_BYTES:
                raise SessionError(f"{path}: a text in its column {name} is too long; repair the file")
