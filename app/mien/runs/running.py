"""One input from its first frame to its finished outputs."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from mien.errors import AppError, SessionError, printable
from mien.runs.kept import NOT_READ, Kept, open_kept, open_source_for
from mien.runs.networks import Networks, open_networks
from mien.runs.progress import Report, run_to_end
from mien.runs.summary import Summary, Tally
from mien.runs.task import Task, open_sinks
from mien.settings import Settings

if TYPE_CHECKING:
    from mien.core.frame import SourceInfo
    from mien.pipeline.stats import PipelineStats
    from mien.session.analyses.kept_raw import KeptRaw
    from mien.sinks.sink import Sink

OpenSinks = Callable[["SourceInfo", Networks], Iterable["Sink"]]


def run_task(
    task: Task,
    settings: Settings,
    networks: Networks | None = None,
    report: Report | None = None,
    stop: threading.Event | None = None,
    kept: Kept | None = None,
) -> Summary:
    """Do one task, and say what came of it.

    Args:
        task: What to read, and where to.
        settings: How to read it.
        networks: Open already, serving one input after the other; by default those that the settings name.
        report: See ``run_to_end``.
        stop: Ends it early.
        kept: Raw readings that are there already: the input is not read again, only shown otherwise.

    Raises:
        AppError: It cannot be read, or not be written; the message names what is left.
    """
    return run_through(
        task, lambda info, opened: open_sinks(task, info, opened, settings), settings, networks, report, stop, kept
    )


def run_through(
    task: Task,
    open_outputs: OpenSinks,
    settings: Settings,
    networks: Networks | None = None,
    report: Report | None = None,
    stop: threading.Event | None = None,
    kept: Kept | None = None,
) -> Summary:
    """Read the input of a task into sinks of any kind; otherwise like ``run_task``.

    Args:
        task: What to read.
        open_outputs: Opens the sinks, once it is known what the source is like.
        settings: How to read it.
        networks: Open already, or None.
        report: See ``run_to_end``.
        stop: Ends it early.
        kept: See ``run_task``.

    Raises:
        AppError: It cannot be read, or not be written.
    """
    from mien.composition import build_from_kept, build_pipeline, open_to_read

    networks = networks or open_networks(settings)
    raw = _raw_of(kept, networks)
    source = (
        open_to_read(task.source, settings, task.part) if raw is None else open_source_for(task, settings, raw)
    )
    tally = Tally(networks.first.labels, networks.other_labels, keeps_rows=task.table is not None)
    sinks: list[Sink] = [tally]
    with ExitStack() as undo:
        undo.callback(source.close)
        for sink in open_outputs(source.info, networks):
            undo.callback(sink.abort)
            sinks.append(sink)
        pipeline = (
            build_pipeline(settings, source, sinks, classifier=networks.first, other=networks.other)
            if raw is None
            else build_from_kept(settings, source, raw, sinks)
        )
        undo.pop_all()
    started_s = time.monotonic()
    try:
        was_cut = run_to_end(pipeline, source.info.frame_count, report, stop)
    except AppError as error:
        raise _with_remains(error, sinks) from error
    stats, before = pipeline.stats(), () if raw is None or kept is None else (*kept.notes, NOT_READ)
    return _summary(
        task,
        tally,
        stats,
        left_out=max(sink.left_out for sink in sinks),
        elapsed_s=time.monotonic() - started_s,
        was_cut=was_cut,
        damage=None if source.info.is_live else stats.notice,
        notes=tuple(dict.fromkeys((*source.info.remarks, *before, *_notes(stats, sinks), *_turned(tally)))),
    )


def _raw_of(kept: Kept | None, networks: Networks) -> "KeptRaw | None":
    """Open readings that are kept; a table that cannot be used is no reason to fail, since the input is there."""
    if kept is not None:
        with suppress(SessionError):
            return open_kept(kept, networks)
    return None


def _summary(
    task: Task,
    tally: Tally,
    stats: "PipelineStats",
    *,
    left_out: int,
    elapsed_s: float,
    was_cut: bool,
    damage: str | None,
    notes: tuple[str, ...],
) -> Summary:
    """Put together what came of a run."""
    valence, arousal = tally.mean_affect
    return Summary(
        source=printable(task.source),
        outputs=tuple(printable(str(path)) for path in task.outputs),
        frames=tally.frames,
        frames_with_face=tally.frames_with_face,
        faces=len(tally.face_ids),
        dropped=tally.missing.dropped,
        left_out=left_out,
        damaged=tally.missing.damaged,
        media_s=tally.media_s,
        elapsed_s=elapsed_s,
        labels=tally.labels,
        uncertain=tally.uncertain,
        confidence=tally.mean_confidence,
        valence=valence,
        arousal=arousal,
        model=stats.model,
        provider=stats.provider,
        was_cut=was_cut,
        damage=damage,
        notes=notes,
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
