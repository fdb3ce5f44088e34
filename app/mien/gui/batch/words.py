"""What a row of the queue says."""

from dataclasses import dataclass

from mien.api.summary import Summary
from mien.batch.item import Item, State


@dataclass(frozen=True, slots=True)
class RowWords:
    """The words of a row.

    Attributes:
        state: How it stands, in a word or two.
        detail: What came of it, or why nothing did.
    """

    state: str
    detail: str


def row_words(item: Item) -> RowWords:
    """Return what to say of an item."""
    match item.state:
        case State.WAITING:
            return RowWords("Waiting", item.reason or "")
        case State.RUNNING:
            return RowWords(_progress_words(item), (item.progress.notice or "") if item.progress else "")
        case State.DONE:
            return RowWords("Done", item.reason or _summary_words(item.summary))
        case State.UP_TO_DATE:
            return RowWords("Up to date", item.reason or _summary_words(item.summary))
        case State.FAILED:
            return RowWords("Failed", item.reason or "")
        case State.CANCELLED:
            return RowWords("Cancelled", item.reason or "What was read until then is kept.")


def duration_words(seconds: float) -> str:
    """Return a duration for people: "42 s", "3:07 min", "1:02 h"."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d} h"


def _progress_words(item: Item) -> str:
    progress = item.progress
    if progress is None:
        return "Starting"
    if progress.share is None:
        return f"{progress.frames} frames"
    left = f" · {duration_words(progress.left_s)} left" if progress.left_s is not None else ""
    return f"{progress.share:.0%}{left}".replace("%", " %")


def _summary_words(summary: Summary | None) -> str:
    if summary is None:
        return ""
    if not summary.frames_with_face:
        return "Nobody in view"
    faces = "1 face" if summary.faces == 1 else f"{summary.faces} faces"
    shares = list(summary.shares.items())[:1]
    top = [f"{label.capitalize()} {share:.0%}".replace("%", " %") for label, share in shares if share > 0]
    return " · ".join([*top, faces, duration_words(summary.media_s)])
