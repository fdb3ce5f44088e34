"""Files from files: annotated videos and pictures, and tables."""

import threading
import time
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mien.api.choices import Choices, with_choices
from mien.api.request import PathLike, all_failed, check_watch, outputs_of, path_text, plan_of
from mien.batch.item import Item, State
from mien.batch.jobs import choose_jobs
from mien.batch.order import Workers
from mien.batch.plan import Plan
from mien.batch.queue import BatchQueue
from mien.batch.running import run_plan
from mien.capture.excerpt import Rotation
from mien.errors import SettingsError, printable
from mien.runs.progress import Progress, Report
from mien.runs.running import run_task
from mien.runs.set_summary import summary_of_set
from mien.runs.summary import Summary
from mien.settings import Settings

if TYPE_CHECKING:
    from typing import Unpack

POLL_S: Final = 0.1


def annotate(
    source: PathLike,
    video: PathLike | None = None,
    readings: PathLike | None = None,
    *,
    recursive: bool = False,
    as_film: bool = False,
    start: float = 0.0,
    seconds: float | None = None,
    track: int | None = None,
    rotate: Rotation = 0,
    overwrite: bool = False,
    yes_camera: bool = False,
    jobs: int = 1,
    progress: Report | None = None,
    stop: threading.Event | None = None,
    **choices: "Unpack[Choices]",
) -> Summary:
    """Read an input and write an annotated video, a table of readings, or both, as ``mien annotate`` does.

    Of a folder every video and every picture is read by itself; ``mien-summary.csv`` has a row for each, all faces
    of the pictures are in one table, and what was done before and has not changed is left alone.

    Args:
        source: A video, a picture, a folder, "camera", a stream, "synthetic".
        video: The annotated video (.mp4, .mov, .m4v, .mkv, .webm), or .png or .jpg for one picture; or a folder,
            which a folder as ``source`` needs. None for none.
        readings: The table (.csv, .jsonl, .parquet, .xlsx), or an ending, ".parquet", for a table beside each
            video. None for none.
        recursive: Look into the folders of a folder.
        as_film: Take the pictures of a folder for the frames of one film.
        start: Media time of a video file to begin at; all times stay those of the file.
        seconds: How much media time to read; None for all.
        track: Which video track of a file, from 1; None takes the one that players take.
        rotate: How far every picture is turned clockwise: 0, 90, 180 or 270 degrees; "auto" finds it out from
            the faces of a file.
        overwrite: Whether existing files may be replaced.
        yes_camera: The people before the camera agree to be read; needed once for a camera, then remembered.
        jobs: How many files of a folder are read at a time, each in a process of its own; 0 for as many as fit,
            1 for one after the other in this process.
        progress: Called about ten times a second, from this thread.
        stop: Set it from the callback or from another thread to end early; what was read until then is complete.
        **choices: How to read; see ``Choices``.

    Returns:
        What was seen; of a folder a ``SetSummary``.

    Raises:
        AppError: It cannot be read, or not be written; the message names the remedy and what is left. Of a folder:
            nothing of it can be read. Single files that cannot are told by a warning and in ``failures``.
    """
    check_watch(progress, stop)
    settings = with_choices(Settings(), choices)
    if type(jobs) is not int or jobs < 0:
        raise SettingsError(f"jobs: expected a number of files at a time, or 0, got {jobs!r}")
    made = outputs_of(
        start=start,
        seconds=seconds,
        track=track,
        rotate=rotate,
        overwrite=overwrite,
        video=None if video is None else ".mp4",
        readings=None if readings is None else ".csv",
    )
    plan = plan_of(
        source,
        made,
        recursive=recursive,
        as_film=as_film,
        yes_camera=yes_camera,
        output=None if video is None else path_text(video, "video"),
        readings=None if readings is None else path_text(readings, "readings"),
    )
    if plan.home is None:
        return run_task(plan.tasks[0], settings, report=progress, stop=stop)
    if video is None and readings is None:
        plan = replace(
            plan, home=None, ledger=None
        )  # nothing is to be written, so there is nothing to keep in mind
    return _annotate_set(path_text(source, "source"), plan, settings, jobs, progress, stop)


def _annotate_set(
    named: str,
    plan: Plan,
    settings: Settings,
    jobs: int,
    report: Report | None,
    stop: threading.Event | None,
) -> Summary:
    watch = _Watch(len(plan.tasks), report, stop)
    started_s = time.monotonic()
    ended = run_plan(plan, settings, _workers(jobs, len(plan.tasks)), watch.wait, watch.note)
    failures = [
        printable(item.reason or "")
        for item in ended.items
        if item.state is State.FAILED or (item.summary is not None and item.summary.damage is not None)
    ]
    files = [item.summary for item in ended.items if item.summary is not None]
    if failures and not files:
        raise all_failed(failures)
    warn_of(failures, len(plan.tasks))
    return summary_of_set(
        printable(named),
        files,
        failures=failures,
        outputs=[printable(str(table)) for table in ended.tables],
        notes=plan.notes,
        elapsed_s=time.monotonic() - started_s,
        was_cut=ended.was_cut,
    )


def warn_of(failures: list[str], count: int) -> None:
    """Warn whoever called the API of files that could not be read."""
    if failures:
        told = f"{len(failures)} of {count} files could not be read, or not wholly: {failures[0]}"
        warnings.warn(told + ("; …" if len(failures) > 1 else ""), stacklevel=4)


def _workers(jobs: int, count: int) -> Workers:
    if jobs == 1 or count == 1:
        from mien.batch.this_process import ThisProcess
        from mien.batch.worker import NETWORK_THREADS

        return ThisProcess(threads=NETWORK_THREADS)
    from mien.batch.processes import LocalWorkers

    return LocalWorkers(min(choose_jobs(jobs).count, count))


class _Watch:
    """Waits for a queue, and tells how far it is from the thread that waits.

    Args:
        total: Files in all.
        report: Takes how far it is, in files.
        stop: Ends it early.
    """

    def __init__(self, total: int, report: Report | None, stop: threading.Event | None) -> None:
        self._total = total
        self._report = report
        self._stop = stop
        self._over: set[int] = set()
        self._started_s = time.monotonic()

    def note(self, item: Item) -> None:
        """Take a change of an item, from the queue's thread."""
        if item.is_over:
            self._over.add(item.number)

    def wait(self, queue: BatchQueue) -> bool:
        """Wait for the end."""
        was_cut = False
        while not queue.wait(POLL_S):
            self._tell()
            if self._stop is not None and self._stop.is_set() and not was_cut:
                was_cut = True
                queue.stop()
        self._tell()
        return was_cut

    def _tell(self) -> None:
        if self._report is not None:
            done, passed_s = len(self._over), time.monotonic() - self._started_s
            self._report(Progress(done, self._total, done / max(passed_s, 1e-6)))
