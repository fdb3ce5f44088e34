"""All readings of an input, or of a folder, in memory."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mien.api.choices import Choices, with_choices
from mien.api.failures import all_failed, warn_of
from mien.api.readings import ROWS_IN_BATCH, Readings
from mien.api.request import PathLike, check_watch, outputs_of, path_text, plan_of
from mien.batch.plan import Plan
from mien.capture.excerpt import Rotation
from mien.capture.source_spec import is_picture
from mien.errors import AppError, printable
from mien.pipeline.shown_choices import own_names
from mien.runs.networks import Networks, open_networks
from mien.runs.progress import Progress, Report
from mien.runs.running import run_through
from mien.runs.set_summary import summary_of_set
from mien.runs.summary import Summary
from mien.runs.task import Task
from mien.settings import Settings
from mien.sinks.sink import Sink

if TYPE_CHECKING:
    from typing import Unpack

    import pyarrow as pa

    from mien.core.arrays import Image
    from mien.core.face import FrameResult
    from mien.core.frame import SourceInfo
    from mien.sinks.readings.rows import Row


def analyse(
    source: PathLike,
    *,
    recursive: bool = False,
    as_film: bool = False,
    start: float = 0.0,
    seconds: float | None = None,
    track: int | None = None,
    rotate: Rotation = 0,
    yes_camera: bool = False,
    progress: Report | None = None,
    stop: threading.Event | None = None,
    **choices: "Unpack[Choices]",
) -> Readings:
    """Read an input to its end and return all readings.

    Args:
        source: A video, a picture, a folder; a camera or a stream with ``seconds`` or ``stop``. Of a folder every
            video and every picture is read by itself, and the table has a column ``file``.
        recursive: Look into the folders of a folder.
        as_film: Take the pictures of a folder for the frames of one film.
        start: Media time of a video file to begin at; all times stay those of the file.
        seconds: How much media time to read; None for all.
        track: Which video track of a file, from 1; None takes the one that players take.
        rotate: How far every picture is turned clockwise: 0, 90, 180 or 270 degrees; "auto" finds it out from
            the faces of a file.
        yes_camera: The people before the camera agree to be read; needed once for a camera, then remembered.
        progress: Called about ten times a second, from this thread; of a folder it counts files.
        stop: Set it from the callback or from another thread to end early.
        **choices: How to read; see ``Choices``.

    Raises:
        AppError: It cannot be read; the message names the remedy. Of a folder: nothing of it can be read. Single
            files that cannot are told by a warning and in ``summary.failures``.
    """
    check_watch(progress, stop)
    settings = with_choices(Settings(), choices)
    nothing = outputs_of(start=start, seconds=seconds, track=track, rotate=rotate)
    plan = plan_of(source, nothing, recursive=recursive, as_film=as_film, yes_camera=yes_camera)
    if plan.home is None:
        table, summary = _read(plan.tasks[0], settings, None, progress, stop)
        return Readings(table, summary)
    return _analyse_set(path_text(source, "source"), plan, settings, progress, stop)


def _read(
    task: Task,
    settings: Settings,
    networks: Networks | None,
    report: Report | None = None,
    stop: threading.Event | None = None,
) -> "tuple[pa.Table, Summary]":
    collected: list[_Collector] = []

    def open_collector(info: "SourceInfo", opened: Networks) -> "Iterator[Sink]":
        collected.append(_Collector(opened, settings))
        yield from collected

    summary = run_through(task, open_collector, settings, networks, report, stop)
    return collected[0].table(), summary


def _analyse_set(
    named: str, plan: Plan, settings: Settings, report: Report | None, stop: threading.Event | None
) -> Readings:
    networks, started_s = open_networks(settings), time.monotonic()
    read: list[tuple[Path, pa.Table, Summary]] = []
    failures: list[str] = []
    done = 0

    def tell(of_file: Progress | None = None) -> None:
        if report is not None:
            report(Progress(done, len(plan.tasks), done / max(time.monotonic() - started_s, 1e-6)))

    for task in plan.tasks:
        if stop is not None and stop.is_set():
            break
        try:
            read.append((Path(task.source), *_read(task, settings, networks, tell, stop)))
        except AppError as error:
            failures.append(str(error))
        done += 1
    tell()
    if failures and not read:
        raise all_failed(failures)
    warn_of(failures, len(plan.tasks))
    summary = summary_of_set(
        printable(named),
        [summary for _, _, summary in read],
        failures=failures,
        notes=plan.notes,
        elapsed_s=time.monotonic() - started_s,
        was_cut=stop is not None and stop.is_set(),
    )
    folder = Path(named).absolute()
    tables = [(path.relative_to(folder).as_posix(), table) for path, table, _ in read]
    nobody = _Collector(networks, settings).table()
    return Readings(_one_table(tables, nobody.schema), summary)


def _one_table(tables: "list[tuple[str, pa.Table]]", schema: "pa.Schema") -> "pa.Table":
    """Return the rows of all files with their names: videos, then pictures, numbered as in a table of these."""
    import pyarrow as pa

    from mien.sinks.readings.picture_table import picture_table

    pictures = [(name, table.to_pylist()) for name, table in tables if is_picture(Path(name))]
    parts = [
        table.add_column(0, pa.field("file", pa.string()), pa.array([name] * table.num_rows, pa.string()))
        for name, table in tables
        if not is_picture(Path(name))
    ]
    if pictures or not parts:
        parts.append(picture_table(pictures, schema))
    return pa.concat_tables(parts).combine_chunks()


class _Collector(Sink):
    """A sink that keeps the rows, as Arrow columns from group to group: a tenth of what they take as objects."""

    def __init__(self, networks: Networks, settings: Settings) -> None:
        from mien.sinks.readings.rows import columns_of
        from mien.sinks.readings.table_schema import schema_of

        self._labels, self._other_labels = networks.first.labels, networks.other_labels
        self._has_details, self._own = settings.reading.face_details, own_names(settings)
        columns = columns_of(self._labels, self._other_labels, has_details=self._has_details, own=self._own)
        self._schema = schema_of(columns, networks.first.name, networks.other.name if networks.other else "")
        self._waiting: list[Row] = []
        self._batches: list[pa.RecordBatch] = []

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Keep the rows of one frame."""
        from mien.sinks.readings.rows import rows_of

        self._waiting.extend(
            rows_of(result, self._labels, self._other_labels, has_details=self._has_details, own=self._own)
        )
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
