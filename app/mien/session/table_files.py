"""The formats of a table of readings as batches of typed columns."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from mien.core.further_numbers import SURE_DETAILS, is_further
from mien.errors import SessionError
from mien.session.csv_form import csv_form_of
from mien.session.swelling import FEW_ROWS, ROWS_IN_A_BYTE, at_most, check_texts, swelling, swells
from mien.session.xlsx_rows import open_rows
from mien.sinks.readings.journal import SUFFIX as JOURNAL_SUFFIX
from mien.sinks.readings.journal import open_journal
from mien.sinks.readings.rows import FLAGS, Cell, columns_of
from mien.sinks.readings.table_schema import ALWAYS, BY_HAND, TEXTS, schema_of, with_file, with_persons

if TYPE_CHECKING:
    import pyarrow as pa

    Batches = tuple[pa.Schema, Iterator[pa.RecordBatch]]

MAX_BYTES: Final = 8_000_000_000
MAX_COLUMNS: Final = 500
MAX_CELLS: Final = 400_000_000
"""Of a Parquet file: twenty million rows of few columns, or ten hours of five faces."""

_BLOCK_BYTES: Final = 1 << 22
_MAX_LINE_BYTES: Final = 1 << 20
_BATCH_ROWS: Final = 1 << 16


_TRUE: Final = ["true", "TRUE", "True", "WAHR", "VRAI", "VERDADERO", "VERO", "WAAR"]
_FALSE: Final = ["false", "FALSE", "False", "FALSCH", "FAUX", "FALSO", "ONWAAR"]
"""What spreadsheets of several languages make of truth values."""


def open_batches(path: Path) -> "AbstractContextManager[Batches]":
    """Open a table in any format; yields its schema and its rows.

    Columns that an older Mien did not write come as null; columns that Mien does not know are left out.

    Raises:
        SessionError: It is no table of readings.
        OSError: It cannot be read.
        pyarrow.ArrowException: It is damaged; also later, while the rows are read.
    """
    if not path.is_file():
        raise SessionError(f"{path}: no such file; check the path")
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        raise SessionError(f"{path}: no table of readings; name a .csv, .jsonl, .parquet or .xlsx file")
    if path.stat().st_size > MAX_BYTES:
        raise SessionError(f"{path}: larger than {MAX_BYTES / 1e9:.0f} GB; cut it into pieces")
    return opener(path)


@contextmanager
def _open_csv(path: Path) -> "Iterator[Batches]":
    import pyarrow.csv

    form = csv_form_of(path)
    schema = _schema_for(form.columns, path)
    options = pyarrow.csv.ConvertOptions(
        column_types=dict(zip(schema.names, schema.types, strict=True)),
        include_columns=[name for name in schema.names if name in form.columns],
        strings_can_be_null=True,
        null_values=[""],
        true_values=_TRUE,
        false_values=_FALSE,
        decimal_point=form.decimal_point,
    )
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True, delimiter=form.delimiter)
    reading = pyarrow.csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False, encoding=form.encoding)
    with open(path, "rb") as file, pyarrow.csv.open_csv(file, reading, parsing, options) as reader:
        yield schema, (_unquoted(batch) for batch in _completed(reader, schema, path))


@contextmanager
def _open_jsonl(path: Path) -> "Iterator[Batches]":
    import pyarrow.json

    with open(path, "rb") as file:
        line = file.readline(_MAX_LINE_BYTES)
    if not line:
        yield _schema_for(columns_of(()), path), iter(())
        return
    try:
        first = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SessionError(f"{path}: its first line is no JSON ({error}); restore it from a backup") from error
    if not isinstance(first, dict):
        raise SessionError(f"{path}: its lines are no JSON objects; name a table that Mien wrote")
    schema = _schema_for(list(first), path)
    parsing = pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    reading = pyarrow.json.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False)
    with open(path, "rb") as file, pyarrow.json.open_json(file, reading, parsing) as reader:
        yield schema, _completed(reader, schema, path)


@contextmanager
def _open_parquet(path: Path) -> "Iterator[Batches]":
    import pyarrow.parquet as pq

    limits = {"thrift_string_size_limit": 1 << 24, "thrift_container_size_limit": 1 << 20}
    with open(path, "rb") as opened:
        with pq.ParquetFile(opened, **limits) as file:
            found, head = file.schema_arrow, file.metadata
        schema = _schema_for(found.names, path, found.metadata)
        # A few kilobytes can stand for any number of equal rows: what they swell to is judged before it is read.
        if head.num_rows * len(schema) > MAX_CELLS:
            raise SessionError(f"{path}: would take more than {MAX_CELLS * 8 / 1e9:.0f} GB; cut it into pieces")
        most_rows = max(FEW_ROWS, ROWS_IN_A_BYTE * path.stat().st_size)
        if head.num_rows > most_rows or any(map(swells, map(head.row_group, range(head.num_row_groups)))):
            raise swelling(path)
        names = [name for name in schema.names if name in found.names]
        # A long text that stands in many rows takes its room once.
        texts = [name for name in TEXTS if name in names]
        with pq.ParquetFile(opened, metadata=head, read_dictionary=texts, **limits) as file:
            batches = file.iter_batches(_BATCH_ROWS, columns=names, use_threads=False)
            yield schema, _completed(at_most(batches, most_rows, path), schema, path)


@contextmanager
def _open_xlsx(path: Path) -> "Iterator[Batches]":
    with open_rows(path) as rows:
        columns = [cell if isinstance(cell, str) else "" for cell in next(rows, [])]
        schema = _schema_for(columns, path)
        yield schema, _completed(_batches_of(rows, columns, schema, path), schema, path)


def _batches_of(
    rows: Iterator[list[Cell]], columns: list[str], schema: "pa.Schema", path: Path
) -> "Iterator[pa.RecordBatch]":
    """Bring the rows of a workbook to the types of a table; what no cell of the kind can be is damage."""
    import pyarrow as pa

    known = [(at, schema.field(name)) for at, name in enumerate(columns) if name in schema.names]
    while piece := list(itertools.islice((row for row in rows if row), _BATCH_ROWS // 8)):
        try:
            arrays = [
                pa.array([_typed(row[at], field.type) if at < len(row) else None for row in piece], field.type)
                for at, field in known
            ]
        except (ValueError, TypeError, OverflowError) as error:
            raise SessionError(f"{path}: a cell is none of its column ({error}); repair the file") from error
        yield pa.record_batch(arrays, names=[field.name for _, field in known])


def _typed(cell: Cell, wanted: "pa.DataType") -> Cell:
    import pyarrow as pa

    if cell is None or (cell == "" and wanted != pa.string()):
        return None
    if wanted == pa.string():
        return cell if isinstance(cell, str) else f"{cell:g}"  # a name such as 7
    if wanted == pa.bool_():
        return cell if isinstance(cell, bool) else _flag(cell)
    number = float(cell)
    return int(number) if wanted == pa.int64() else number


def _flag(cell: Cell) -> bool:
    if str(cell) in (*_TRUE, *_FALSE):
        return str(cell) in _TRUE
    raise ValueError(f"{str(cell)[:40]!r} is neither true nor false")


@contextmanager
def _open_journal(path: Path) -> "Iterator[Batches]":
    with open_journal(path) as journal:
        schema = _schema_for(journal.schema.names, path, journal.schema.metadata)
        yield schema, _completed(journal.batches, schema, path)


_OPENERS: "Final[dict[str, Callable[[Path], AbstractContextManager[Batches]]]]" = {
    ".csv": _open_csv,
    ".jsonl": _open_jsonl,
    ".parquet": _open_parquet,
    ".xlsx": _open_xlsx,
    JOURNAL_SUFFIX: _open_journal,
}


def _schema_for(found: Sequence[str], path: Path, metadata: "dict[bytes, bytes] | None" = None) -> "pa.Schema":
    """Return the schema of a table with these columns, in the order in which Mien writes them."""
    labels = [name[2:] for name in found if name.startswith("p_")]
    other_labels = [name[8:] for name in found if name.startswith("other_p_")]
    if not set(found) >= {"frame", "time_s", "face_id"} or len(found) > MAX_COLUMNS:
        raise SessionError(f"{path}: has no columns frame, time_s and face_id; name a table that Mien wrote")
    if len(set(found)) != len(found):
        raise SessionError(f"{path}: a column stands twice in it; repair the file")
    columns = columns_of(labels, other_labels, has_details=not SURE_DETAILS.isdisjoint(found))
    schema = schema_of((*columns, *(name for name in found if is_further(name) and name not in columns)))
    if {"person", "excluded"} <= set(found):
        schema = with_persons(schema)
    if "file" in found:
        schema = with_file(schema)
    return schema if metadata is None else schema.with_metadata(metadata)


def _completed(batches: "Iterator[pa.RecordBatch]", schema: "pa.Schema", path: Path) -> "Iterator[pa.RecordBatch]":
    """Bring batches to the schema: its order, its types, null for what is missing, false for empty ``FLAGS``."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for batch in batches:
        have = set(batch.schema.names)
        check_texts(batch, path)
        columns = [
            batch.column(field.name).cast(field.type)
            if field.name in have
            else pa.nulls(batch.num_rows, field.type)
            for field in schema
        ]
        # Before Mien wrote false there, a frame without a face had no value.
        columns = [
            column.fill_null(False) if field.name in FLAGS else column
            for column, field in zip(columns, schema, strict=True)
        ]
        whole = pa.record_batch(columns, schema=schema)
        if any(whole.column(name).null_count for name in ALWAYS) or not pc.all(
            pc.is_finite(whole.column("time_s")), min_count=0
        ):
            raise SessionError(f"{path}: a row has no frame or no time; repair the file")
        yield whole


def _unquoted(batch: "pa.RecordBatch") -> "pa.RecordBatch":
    """Take off the apostrophe that keeps a spreadsheet from taking a text for a formula."""
    import pyarrow.compute as pc

    for name in ("file", "person", "label", "other_label", BY_HAND):
        at = batch.schema.get_field_index(name)
        if at >= 0:
            plain = pc.replace_substring_regex(batch.column(at), r"^'([=+\-@\t\r])", r"\1")
            batch = batch.set_column(at, batch.schema.field(at), plain)
    return batch
