"""Readings as a workbook of Excel: one sheet, its head in view while one scrolls."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mien.errors import RecordingError
from mien.sinks.output_path import write_failure
from mien.sinks.part_file import PartFile
from mien.sinks.readings.rows import Cell
from mien.sinks.readings.table_schema import rows_of_batch

if TYPE_CHECKING:
    import pyarrow as pa

SHEET: Final = "readings"
MAX_ROWS: Final = 1_048_576
"""Of a sheet, head included: ten hours of one face at 30 frames a second."""


def write_xlsx(
    batches: "Iterable[pa.RecordBatch]", schema: "pa.Schema", target: Path, *, overwrite: bool = False
) -> None:
    """Write a table. Texts stay texts, whatever they begin with.

    Args:
        batches: Its rows, in pieces of any size.
        schema: As from ``schema_of``.
        target: The ``.xlsx`` file.
        overwrite: Whether a file of that name may be replaced.

    Raises:
        RecordingError: There are more rows than a sheet takes, or the target cannot be written.
    """
    from xlsxwriter import Workbook

    part = PartFile(target, overwrite=overwrite)
    try:
        # Rows go to the disk one by one; beside the target, since readings have no business in a common folder.
        with Workbook(part, {"constant_memory": True, "tmpdir": str(target.parent)}) as book:
            sheet = book.add_worksheet(SHEET)
            sheet.freeze_panes(1, 0)
            bold = book.add_format({"bold": True})
            for column, name in enumerate(schema.names):
                sheet.write_string(0, column, name, bold)
            row = 0
            for batch in batches:
                for cells in rows_of_batch(batch):
                    row += 1
                    if row >= MAX_ROWS:
                        raise RecordingError(f"{target}: more rows than Excel takes; write .csv or .parquet")
                    for column, cell in enumerate(cells):
                        _write(sheet, row, column, cell)
        part.publish()
    except BaseException as error:
        part.discard()
        if part.failed is not None:
            raise write_failure(target, part.failed) from error
        raise


def _write(sheet: Any, row: int, column: int, cell: Cell) -> None:  # noqa: ANN401 - xlsxwriter has no types
    match cell:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, cell)
        case str():
            sheet.write_string(row, column, cell)
        case _:
            if cell == cell:
                sheet.write_number(row, column, cell)
