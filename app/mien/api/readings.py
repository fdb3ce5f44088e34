"""All readings of a run in memory, as a table that other libraries take over without a file between."""

import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from mien.api.annotation import run_through
from mien.api.choices import Choices, with_choices
from mien.api.networks import Networks
from mien.api.progress import Report
from mien.api.summary import Summary
from mien.api.task import Task
from mien.capture.excerpt import Rotation
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

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a data frame of pandas, which must be installed; whole numbers stay whole beside empty cells."""
        import pandas as pd
        import pyarrow as pa

        types = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): pd.StringDtype()}
        return self._table.to_pandas(types_mapper=types.get)

    def to_polars(self) -> "polars.DataFrame":
        """Return a data frame of Polars, which must be installed."""
        import polars

        return polars.DataFrame(self)


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
    collected: list[_Collector] = []

    def open_collector(info: "SourceInfo", networks: Networks) -> "Iterator[Sink]":
        collected.append(_Collector(networks))
        yield from collected

    summary = run_through(task, open_collector, with_choices(Settings(), choices), report=progress, stop=stop)
    return Readings(collected[0].table(), summary)


class _Collector(Sink):
    """A sink that keeps the rows, as Arrow columns from group to group: a tenth of what they take as objects."""

    def __init__(self, networks: Networks) -> None:
        from mien.sinks.readings.rows import columns_of
        from mien.sinks.readings.table_schema import schema_of

        self._labels, self._other_labels = networks.first.labels, networks.other_labels
        columns = columns_of(self._labels, self._other_labels)
        self._schema = schema_of(columns, networks.first.name, networks.other.name if networks.other else "")
        self._waiting: list[Row] = []
        self._batches: list[pa.RecordBatch] = []

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Keep the rows of one frame."""
        from mien.sinks.readings.rows import rows_of

        self._waiting.extend(rows_of(result, self._labels, self._other_labels))
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
