"""Tables in formats that other packages add (``mien.plugins``, group "tables")."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mien.errors import RecordingError
from mien.plugins import load_plugin
from mien.sinks.output_path import write_failure
from mien.sinks.part_file import PartFile

if TYPE_CHECKING:
    import pyarrow as pa


def write_added(
    batches: "Iterable[pa.RecordBatch]", schema: "pa.Schema", target: Path, *, overwrite: bool = False
) -> None:
    """Write a table with the function that a package adds: ``write(table, file)``, for a table and a binary file.

    Args:
        batches: Its rows, in pieces of any size.
        schema: As from ``schema_of``.
        target: Its ending, without the dot, is the name that the package gave.
        overwrite: Whether a file of that name may be replaced.

    Raises:
        AppError: No package adds this format, or it cannot be imported.
        RecordingError: The package cannot write the table, or the target cannot be written.
    """
    import pyarrow as pa

    write = load_plugin("tables", target.suffix.lower().removeprefix("."))
    part = PartFile(target, overwrite=overwrite)
    try:
        write(pa.Table.from_batches(batches, schema=schema), part)
        part.publish()
    except BaseException as error:
        part.discard()
        if part.failed is not None:
            raise write_failure(target, part.failed) from error
        if isinstance(error, Exception):  # what a foreign package raises is its own affair
            reason = f"{target}: the package for this format failed ({error}); use .parquet"
            raise RecordingError(reason) from error
        raise
