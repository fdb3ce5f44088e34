"""All faces of a set of pictures as one table."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from mien.sinks.output_path import READINGS_SUFFIXES, check_output, write_failure
from mien.sinks.part_file import PartFile
from mien.sinks.readings.csv_file import CsvForm, CsvTable
from mien.sinks.readings.jsonl_file import JsonLinesTable
from mien.sinks.readings.parquet_file import write_parquet
from mien.sinks.readings.rows import Cell, Row
from mien.sinks.readings.table_schema import schema_of
from mien.sinks.readings.xlsx_file import write_xlsx

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

    Each picture has the ``frame`` of its place in the table and a second of time, so that the table can be read
    like any other. Faces are numbered through all pictures: the same number never stands for two of them.

    Args:
        target: .csv, .jsonl, .parquet or .xlsx.
        pictures: The name of each, and its rows.
        model: The network's name, for the formats that can hold it.
        overwrite: Whether a file of that name may be replaced.
        csv_form: How CSV is written.

    Raises:
        RecordingError: The target cannot be written.
    """
    check_output(target, READINGS_SUFFIXES, overwrite=overwrite)
    found = dict.fromkeys(column for _, rows in pictures for row in rows for column in row)
    columns = ("file", *found)
    rows = list(_rows(pictures, columns))
    if target.suffix.lower() in (".parquet", ".xlsx"):
        _write_whole(target, columns, rows, model, overwrite=overwrite)
        return
    part = PartFile(target, overwrite=overwrite)
    try:
        table = (
            JsonLinesTable(part, columns)
            if target.suffix.lower() == ".jsonl"
            else CsvTable(part, columns, csv_form)
        )
        for start in range(0, len(rows), ROWS_AT_ONCE):
            table.write(rows[start : start + ROWS_AT_ONCE])
        part.publish()
    except OSError as error:
        part.discard()
        raise write_failure(target, error) from error
    except BaseException:
        part.discard()
        raise


def _rows(pictures: Sequence[tuple[str, Sequence[Faces]]], columns: Sequence[str]) -> Iterator[Row]:
    faces = 0
    for number, (name, rows) in enumerate(pictures):
        for row in rows:
            has_face = row.get("face_id") is not None
            faces += has_face
            own: Faces = {
                **row,
                "file": name,
                "frame": number,
                "time_s": float(number),
                "face_id": faces if has_face else None,
            }
            yield tuple(own.get(column) for column in columns)


def _write_whole(
    target: Path, columns: Sequence[str], rows: Sequence[Row], model: str, *, overwrite: bool
) -> None:
    import pyarrow as pa

    schema = schema_of(columns, model)
    cells = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [pa.array(column, type=field.type) for column, field in zip(cells, schema, strict=True)]
    write = write_xlsx if target.suffix.lower() == ".xlsx" else write_parquet
    write([pa.record_batch(arrays, schema=schema)], schema, target, overwrite=overwrite)
