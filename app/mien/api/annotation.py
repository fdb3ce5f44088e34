"""One input from its first frame to its finished outputs."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from mien.api.choices import Choices, with_choices
from mien.api.consent import require_consent
from mien.api.networks import Networks, open_networks
from mien.api.progress import Report, run_to_end
from mien.api.summary import Summary, Tally
from mien.api.task import Task, open_sinks
from mien.capture.excerpt import Rotation
from mien.errors import AppError, printable
from mien.settings import Settings

if TYPE_CHECKING:
    from typing import Unpack

    from mien.core.frame import SourceInfo
    from mien.pipeline.stats import PipelineStats
    from mien.sinks.sink import Sink

OpenSinks = Callable[["SourceInfo", Networks], Iterable["Sink"]]


def annotate(
    source: str | os.PathLike[str],
    video: str | os.PathLike[str] | None = None,
    readings: str | os.PathLike[str] | None = None,
    *,
    start: float = 0.0,
    seconds: float | None = None,
    track: int | None = None,
    rotate: Rotation = 0,
    overwrite: bool = False,
    yes_camera: bool = False,
    progress: Report | None = None,
    stop: threading.Event | None = None,
    **choices: "Unpack[Choices]",
) -> Summary:
    """Read an input and write an annotated video, a table of readings, or both.

    Args:
        source: A video, a picture, a folder of pictures, "camera", a stream, "synthetic".
        video: The annotated video (.mp4, .mov, .m4v, .mkv, .webm), or .png or .jpg for one picture; None for none.
        readings: The table (.csv, .jsonl, .parquet, .xlsx); None for none.
        start: Media time of a video file to begin at; all times stay those of the file.
        seconds: How much media time to read; None for all.
        track: Which video track of a file, from 1; None takes the one that players take.
        rotate: How far every picture is turned clockwise: 0, 90, 180 or 270 degrees; "auto" finds it out from
            the faces of a file.
        overwrite: Whether existing files may be replaced.
        yes_camera: The people before the camera agree to be read; needed once for a camera, then remembered.
        progress: Called about ten times a second, from this thread.
        stop: Set it from the callback or from another thread to end early; what was read until then is complete.
        **choices: How to read; see ``Choices``.

    Raises:
        AppError: It cannot be read, or not be written; the message names the remedy and what is left.
    """
    require_consent(os.fspath(source), given=yes_camera)
    task = Task(
        source=os.fspath(source),
        video=None if video is None else Path(video),
        readings=None if readings is None else Path(readings),
        start_s=start,
        seconds=seconds,
        track=track,
        rotate_deg=rotate,
        overwrite=overwrite,
    )
    return run_task(task, with_choices(Settings(), choices), report=progress, stop=stop)


def run_task(
    task: Task,
    settings: Settings,
    networks: Networks | None = None,
    report: Report | None = None,
    stop: threading.Event | None = None,
) -> Summary:
    """Do one task, and say what came of it.

    Args:
        task: What to read, and where to.
        settings: How to read it.
        networks: Open already, serving one input after the other; by default those that the settings name.
        report: See ``run_to_end``.
        stop: Ends it early.

    Raises:
        AppError: It cannot be read, or not be written; the message names what is left.
    """
    return run_through(
        task, lambda info, opened: open_sinks(task, info, opened, settings), settings, networks, report, stop
    )


def run_through(
    task: Task,
    open_outputs: OpenSinks,
    settings: Settings,
    networks: Networks | None = None,
    report: Report | None = None,
    stop: threading.Event | None = None,
) -> Summary:
    """Read the input of a task into sinks of any kind; otherwise like ``run_task``.

    Args:
        task: What to read.
        open_outputs: Opens the sinks, once it is known what the source is like.
        settings: How to read it.
        networks: Open already, or None.
        report: See ``run_to_end``.
        stop: Ends it early.

    Raises:
        AppError: It cannot be read, or not be written.
    """
    from mien.composition import build_pipeline, open_to_read

    networks = networks or open_networks(settings)
    source = open_to_read(task.source, settings, task.part)
    tally = Tally(networks.first.labels, networks.other_labels, keeps_rows=task.table is not None)
    sinks: list[Sink] = [tally]
    with ExitStack() as undo:
        undo.callback(source.close)
        for sink in open_outputs(source.info, networks):
            undo.callback(sink.abort)
            sinks.append(sink)
        pipeline = build_pipeline(settings, source, sinks, classifier=networks.first, other=networks.other)
        undo.pop_all()
    started_s = time.monotonic()
    try:
        was_cut = run_to_end(pipeline, source.info.frame_count, report, stop)
    except AppError as error:
        raise _with_remains(error, sinks) from error
    stats = pipeline.stats()
    valence, arousal = tally.mean_affect
    return Summary(
        source=printable(task.source),
        outputs=tuple(printable(str(path)) for path in task.outputs),
        frames=tally.frames,
        frames_with_face=tally.frames_with_face,
        faces=len(tally.face_ids),
        dropped=tally.missing.dropped,
        left_out=max(sink.left_out for sink in sinks),
        damaged=tally.missing.damaged,
        media_s=tally.media_s,
        elapsed_s=time.monotonic() - started_s,
        labels=tally.labels,
        uncertain=tally.uncertain,
        confidence=tally.mean_confidence,
        valence=valence,
        arousal=arousal,
        model=stats.model,
        provider=stats.provider,
        was_cut=was_cut,
        damage=None if source.info.is_live else stats.notice,
        notes=(*source.info.remarks, *_notes(stats, sinks), *_turned(tally)),
        faces_read=tuple(tally.rows),
    )


def _notes(stats: "PipelineStats", sinks: Sequence["Sink"]) -> tuple[str, ...]:
    """Return what the user should know of the provider and of the sound."""
    fell_back = f"a faster provider is installed but did not start; ran on {stats.provider}"
    notices = [sink.notice for sink in sinks]
    return tuple(([fell_back] if stats.fell_back else []) + [notice for notice in notices if notice])


def _turned(tally: Tally) -> tuple[str, ...]:
    return ("the picture looks turned; read it again with --rotate auto",) if tally.is_upside_down else ()


def _with_remains(error: AppError, sinks: Sequence["Sink"]) -> AppError:
    """Name the files that hold what was written before the failure, where the message does not do so already."""
    parts = [sink.part_path for sink in sinks]
    remains = [str(path) for path in parts if path is not None and path.exists() and str(path) not in str(error)]
    if not remains:
        return error
    return type(error)(f"{error} (what was read until then is in {' and '.join(remains)})")
