"""All readings of a run in memory, as a table that other libraries take over without a file between."""

import os
import tempfile
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mien.api.annotation import run_through
from mien.api.choices import Choices, with_choices
from mien.api.networks import Networks
from mien.api.progress import Report
from mien.api.summary import Summary
from mien.api.task import Task
from mien.capture.excerpt import Rotation
from mien.errors import AppError, RecordingError
from mien.settings import Settings
from mien.sinks.sink import Sink

if TYPE_CHECKING:
    from typing import Unpack

    import pandas
    import polars
    import pyarrow as pa

    from mien.core.arrays import Image
    from mien.core.face import FrameResult
    from mien.core.frame import SourceInfo
    from mien.sinks.readings.csv_file import CsvForm
    from mien.sinks.readings.rows import Row

ROWS_IN_BATCH: Final = 8192


class Readings:
    """The readings of one input: a row for each face of each frame, and one for a frame without a face.

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
        from mien.sinks.output_path import READINGS_SUFFIXES, check_output
        from mien.sinks.readings.whole_table import write_table

        target = Path(path)
        check_output(target, READINGS_SUFFIXES, overwrite=overwrite)
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


def analyse(
    source: str | os.PathLike[str],
    *,
    start: float = 0.0,
    seconds: float | None = None,
    track: int | None = None,
    rotate: Rotation = 0,
    progress: Report | None = None,
    stop: threading.Event | None = None,
    **choices: "Unpack[Choices]",
) -> Readings:
    """Read an input to its end and return all readings.

    Args:
        source: A video, a picture, a folder of pictures; a camera or a stream with ``seconds`` or ``stop``.
        start: Media time of a video file to begin at; all times stay those of the file.
        seconds: How much media time to read; None for all.
        track: Which video track of a file, from 1; None takes the one that players take.
        rotate: How far every picture is turned clockwise: 0, 90, 180 or 270 degrees; "auto" finds it out from
            the faces of a file.
        progress: Called about ten times a second, from this thread.
        stop: Set it from the callback or from another thread to end early.
        **choices: How to read; see ``Choices``.

    Raises:
        AppError: It cannot be read; the message names the remedy.
    """
    task = Task(source=os.fspath(source), start_s=start, seconds=seconds, track=track, rotate_deg=rotate)
    settings = with_choices(Settings(), choices)
    collected: list[_Collector] = []

    def open_collector(info: "SourceInfo", networks: Networks) -> "Iterator[Sink]":
        collected.append(_Collector(networks, has_details=settings.reading.face_details))
        yield from collected

    summary = run_through(task, open_collector, settings, report=progress, stop=stop)
    return Readings(collected[0].table(), summary)


class _Collector(Sink):
    """A sink that keeps the rows, as Arrow columns from group to group: a tenth of what they take as objects."""

    def __init__(self, networks: Networks, *, has_details: bool) -> None:
        from mien.sinks.readings.rows import columns_of
        from mien.sinks.readings.table_schema import schema_of

        self._labels, self._other_labels = networks.first.labels, networks.other_labels
        self._has_details = has_details
        columns = columns_of(self._labels, self._other_labels, has_details=has_details)
        self._schema = schema_of(columns, networks.first.name, networks.other.name if networks.other else "")
        self._waiting: list[Row] = []
        self._batches: list[pa.RecordBatch] = []

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Keep the rows of one frame."""
        from mien.sinks.readings.rows import rows_of

        self._waiting.extend(rows_of(result, self._labels, self._other_labels, has_details=self._has_details))
        if len(self._waiting) >= ROWS_IN_BATCH:
            self.finish()

    def finish(self) -> None:
        """Turn what waits into columns."""
        import pyarrow as pa

        if self._waiting:
            columns = zip(*self._waiting, strict=True)
            arrays = [pa.array(cells, type=field.type) for cells, field in zip(columns, self._schema, strict=True)]
            self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
            self._waiting = []

    def table(self) -> "pa.Table":
        """Return all rows."""
        import pyarrow as pa

        return pa.Table.from_batches(self._batches, schema=self._schema)
