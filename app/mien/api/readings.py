"""All readings of a run in memory, as a table that other libraries take over without a file between."""

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mien.errors import AppError, RecordingError, did_you_mean
from mien.runs.summary import Summary

if TYPE_CHECKING:
    import numpy as np
    import pandas
    import polars
    import pyarrow as pa

    from mien.sinks.readings.csv_file import CsvForm

ROWS_IN_BATCH: Final = 8192


class Readings:
    """The readings of an input: a row for each face of each frame, and one for a frame without a face.

    Of a folder there is a column ``file`` before the others. Its pictures have nothing to do with each other: each
    has the ``frame`` and the ``time_s`` of its place among them, and no ``face_id`` stands for two of them. A
    video's rows are those that it has by itself.

    It is an Arrow stream (it has ``__arrow_c_stream__``), so that ``polars.DataFrame(readings)`` and every other
    library of that protocol takes it as it is.

    Args:
        table: With the columns of the readings files.
        summary: What was seen.

    Attributes:
        summary: What was seen: frames, faces, how often each label stood on top.
    """

    def __init__(self, table: "pa.Table", summary: Summary) -> None:
        self._table = table
        self.summary = summary
        self._kept: Path | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns: frame, time_s, face_id, track_id, …, p_<label>…, valence, usable, reason."""
        return tuple(self._table.column_names)

    def __getitem__(self, name: str) -> "np.ndarray[Any, Any]":
        """Return a column: (N,) with its numbers, NaN where nothing is known; of texts objects, or None.

        Raises:
            AppError: There is no column of that name.
        """
        if name not in self.columns:
            near = did_you_mean(str(name), self.columns) or f"; there are {', '.join(self.columns)}"
            raise AppError(f"{name}: no such column{near}")
        column: np.ndarray[Any, Any] = self._table.column(name).to_numpy()
        return column

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield each row by the names of its columns; None where nothing is known."""
        for batch in self._table.to_batches():
            yield from batch.to_pylist()

    def __repr__(self) -> str:
        faces = f"{self.summary.faces} face{'' if self.summary.faces == 1 else 's'}"
        return f"<Readings of {self.summary.source}: {len(self)} rows, {self.summary.frames} frames, {faces}>"

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the columns to another library."""
        return self._table.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> "pa.Table":
        """Return the table of PyArrow."""
        return self._table

    def to_pandas(self, *, by_time: bool = False) -> "pandas.DataFrame":
        """Return a data frame of pandas with the types that ``pandas.read_parquet`` gives the same table.

        ``usable`` and ``relative`` are bool, texts are str; ``face_id`` and ``track_id`` are int64, or float64
        with NaN where a frame has no face, as pandas holds whole numbers beside empty cells.

        Args:
            by_time: Whether rows are indexed by ``time_s`` as a TimedeltaIndex, as ``resample("1s")`` needs it.

        Raises:
            AppError: pandas is not installed. The readings are in a file by then, which the message names.
        """
        library = self._other_library("pandas", "to_pandas")
        frame: pandas.DataFrame = self._table.to_pandas()
        if by_time:
            frame.index = library.to_timedelta(frame["time_s"], unit="s").rename("time")
        return frame

    def to_polars(self) -> "polars.DataFrame":
        """Return a data frame of Polars.

        Raises:
            AppError: Polars is not installed. The readings are in a file by then, which the message names.
        """
        frame: polars.DataFrame = self._other_library("polars", "to_polars").DataFrame(self)
        return frame

    def save(
        self, path: str | os.PathLike[str], *, overwrite: bool = False, csv_form: "CsvForm" = "comma"
    ) -> None:
        """Write the readings to a file.

        Args:
            path: .csv, .jsonl, .parquet or .xlsx.
            overwrite: Whether a file of that name may be replaced.
            csv_form: "comma"; "excel" for Excel in English; "semicolon" for Excel in languages that write 0,5.

        Raises:
            AppError: It cannot be written.
        """
        from mien.sinks.output_path import check_output, readings_suffixes
        from mien.sinks.readings.whole_table import write_table

        target = Path(path)
        check_output(target, readings_suffixes(), overwrite=overwrite)
        write_table(
            self._table.to_batches(ROWS_IN_BATCH),
            self._table.schema,
            target,
            overwrite=overwrite,
            csv_form=csv_form,
        )

    def _other_library(self, name: str, call: str) -> Any:  # noqa: ANN401 - whatever that library is
        """Import a library that does not come with Mien.

        Raises:
            AppError: It is not there. What was read may have taken hours, and a script ends here: it is kept.
        """
        from importlib import import_module

        try:
            return import_module(name)
        except ImportError as error:
            try:
                self._kept = self._kept or self._keep()
                kept = f"the readings are in {self._kept}, which {name}.read_parquet opens"
            except AppError as failure:
                kept = f"the readings cannot be kept: {failure}"
            raise AppError(
                f"{call}: {name} cannot be imported ({error}); install it with: pip install {name} ({kept})"
            ) from error

    def _keep(self) -> Path:
        """Write the readings under a free name: here, or in the folder of temporary files where that cannot be."""
        source = Path(self.summary.source)
        stem = source.stem if source.exists() else "readings"  # the address of a stream may hold a password
        names = (f"{stem}.mien{'' if n == 1 else f'-{n}'}.parquet" for n in count(1))
        here = Path.cwd()
        try:
            target = next(here / name for name in names if not os.path.lexists(here / name))
            self.save(target)
        except RecordingError:
            target = Path(tempfile.mkdtemp(prefix="mien-")) / "readings.parquet"
            self.save(target)
        return target
