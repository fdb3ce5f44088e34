"""All faces of a set of pictures as one table."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.sinks.output_path import check_output, readings_suffixes
from mien.sinks.readings.csv_file import CsvForm
from mien.sinks.readings.rows import FLAGS, Cell, Row
from mien.sinks.readings.table_schema import schema_of, with_file
from mien.sinks.readings.whole_table import write_table

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE: Final = 4096

Faces = Mapping[str, Cell]
"""A face, or a picture without one, by the names of ``mien.sinks.readings.rows.columns_of``."""


def write_pictures(
    target: Path,
    pictures: Sequence[tuple[str, Sequence[Faces]]],
    *,
    model: str = "",
    overwrite: bool = False,
    csv_form: CsvForm = "comma",
) -> None:
    """Write a row for each face of each picture, with the picture's name in the column ``file``.

    Each picture, and each page of one that has several, has a ``frame`` and a second of its own, so that the table
    can be read like any other. Faces are numbered through all pictures: the same number never stands for two of
    them.

    Args:
        target: .csv, .jsonl, .parquet or .xlsx.
        pictures: The name of each, and its rows.
        model: The network's name, for the formats that can hold it.
        overwrite: Whether a file of that name may be replaced.
        csv_form: How CSV is written.

    Raises:
        RecordingError: The target cannot be written.
    """
    check_output(target, readings_suffixes(), overwrite=overwrite)
    found = dict.fromkeys(column for _, rows in pictures for row in rows for column in row)
    table = picture_table(pictures, schema_of(tuple(found), model))
    write_table(table.to_batches(ROWS_AT_ONCE), table.schema, target, overwrite=overwrite, csv_form=csv_form)


def picture_table(pictures: Sequence[tuple[str, Sequence[Faces]]], schema: "pa.Schema") -> "pa.Table":
    """Return the table that ``write_pictures`` writes.

    Args:
        pictures: The name of each, and its rows.
        schema: Of the rows; ``file`` comes before them.
    """
    import pyarrow as pa

    schema = with_file(schema)
    rows = list(_rows(pictures, schema.names))
    cells = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [pa.array(column, type=field.type) for column, field in zip(cells, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _rows(pictures: Sequence[tuple[str, Sequence[Faces]]], columns: Sequence[str]) -> Iterator[Row]:
    faces, number = 0, -1
    for name, rows in pictures:
        page: Cell = None
        for place, row in enumerate(rows):
            number += place == 0 or row.get("frame") != page
            page = row.get("frame")
            has_face = row.get("face_id") is not None
            faces += has_face
            own: Faces = {
                **row,
                "file": name,
                "frame": number,
                "time_s": float(number),
                "face_id": faces if has_face else None,
            }
            # A run that goes on may hold faces that were read before ``FLAGS`` were false without a face.
            yield tuple(bool(own.get(column)) if column in FLAGS else own.get(column) for column in columns)
