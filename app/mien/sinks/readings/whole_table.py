"""A table that is there already, written to a file of any format."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mien.sinks.output_path import write_failure
from mien.sinks.part_file import PartFile
from mien.sinks.readings.csv_file import CsvForm, CsvTable
from mien.sinks.readings.jsonl_file import JsonLinesTable
from mien.sinks.readings.parquet_file import writer_for
from mien.sinks.readings.table_schema import rows_of_batch

if TYPE_CHECKING:
    import pyarrow as pa


def write_table(
    batches: "Iterable[pa.RecordBatch]",
    schema: "pa.Schema",
    target: Path,
    *,
    overwrite: bool = False,
    csv_form: CsvForm = "comma",
) -> None:
    """Write a table in the format that the target's ending names.

    Args:
        batches: Its rows, in pieces of any size.
        schema: Its columns; see ``mien.sinks.readings.table_schema.schema_of``.
        target: .csv, .jsonl, .parquet, .xlsx, or a format that another package adds.
        overwrite: Whether a file of that name may be replaced.
        csv_form: How CSV is written.

    Raises:
        RecordingError: The target cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix not in (".csv", ".jsonl"):
        writer_for(target)(batches, schema, target, overwrite=overwrite)
        return
    part = PartFile(target, overwrite=overwrite)
    try:
        writer = (
            JsonLinesTable(part, schema.names) if suffix == ".jsonl" else CsvTable(part, schema.names, csv_form)
        )
        for batch in batches:
            writer.write(rows_of_batch(batch))
        part.publish()
    except BaseException as error:
        part.discard()
        if part.failed is not None:
            raise write_failure(target, part.failed) from error
        raise
