"""How far a run is, and running a pipeline to its end."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mien.errors import AppError

if TYPE_CHECKING:
    from mien.pipeline.pipeline import Pipeline

POLL_S: Final = 0.1
ABORT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        frames: Frames read so far.
        total: Frames to expect, or None where nobody knows. A hint, never a promise.
        fps: Frames a second at the moment.
        notice: What is wrong with the source, or None.
    """

    frames: int
    total: int | None
    fps: float
    notice: str | None = None

    @property
    def share(self) -> float | None:
        """From 0 to 1, or None where the total is not known."""
        return min(self.frames / self.total, 1.0) if self.total else None

    @property
    def left_s(self) -> float | None:
        """Seconds to go at this rate, or None where it is not known."""
        return max(self.total - self.frames, 0) / self.fps if self.total and self.fps > 0 else None


Report = Callable[[Progress], None]


def run_to_end(
    pipeline: "Pipeline", total: int | None, report: Report | None = None, stop: threading.Event | None = None
) -> bool:
    """Run a pipeline until its source ends, or until ``stop`` is set: then what was begun is finished.

    Args:
        pipeline: Not started yet.
        total: Frames to expect, or None.
        report: Called about ten times a second, from this thread. What it raises ends the run and comes through.
        stop: Ends the run early.

    Returns:
        True where it was ended early.

    Raises:
        AppError: The first failure of any stage.
    """
    pipeline.start()
    was_cut = False
    try:
        while not pipeline.join(POLL_S):
            if report is not None:
                report(_progress_of(pipeline, total))
            if stop is not None and stop.is_set() and not was_cut:
                was_cut = True
                pipeline.end()
    except BaseException:
        # Ctrl-C in a script, or the callback's own error: no cut-off file takes its final name, no thread stays.
        pipeline.abort()
        with suppress(AppError):
            pipeline.join(ABORT_S)
        raise
    if report is not None:
        report(_progress_of(pipeline, total))
    return was_cut


def _progress_of(pipeline: "Pipeline", total: int | None) -> Progress:
    stats = pipeline.stats()
    return Progress(stats.frames, total, stats.fps, stats.notice)
