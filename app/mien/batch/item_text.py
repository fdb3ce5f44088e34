"""What there is to say of a file in the queue."""

from dataclasses import dataclass

from mien.api.summary import Summary
from mien.batch.item import Item, State
from mien.core.wording import duration_text


@dataclass(frozen=True, slots=True)
class ItemText:
    """How a file stands.

    Attributes:
        state: How it stands, in a word or two.
        detail: What came of it, or why nothing did.
    """

    state: str
    detail: str


def describe_item(item: Item) -> ItemText:
    """Return what to say of an item."""
    match item.state:
        case State.WAITING:
            return ItemText("Waiting", item.reason or "")
        case State.RUNNING:
            return ItemText(_progress_words(item), (item.progress.notice or "") if item.progress else "")
        case State.DONE:
            return ItemText("Done", item.reason or _summary_words(item.summary))
        case State.UP_TO_DATE:
            return ItemText("Up to date", item.reason or _summary_words(item.summary))
        case State.FAILED:
            return ItemText("Failed", item.reason or "")
        case State.CANCELLED:
            return ItemText("Cancelled", item.reason or "What was read until then is kept.")


def _progress_words(item: Item) -> str:
    progress = item.progress
    if progress is None:
        return "Starting"
    if progress.share is None:
        return f"{progress.frames} frames"
    left = f" · {duration_text(progress.left_s)} left" if progress.left_s is not None else ""
    return f"{progress.share:.0%}{left}".replace("%", " %")


def _summary_words(summary: Summary | None) -> str:
    if summary is None:
        return ""
    if not summary.frames_with_face:
        return "Nobody in view"
    faces = "1 face" if summary.faces == 1 else f"{summary.faces} faces"
    shares = list(summary.shares.items())[:1]
    top = [f"{label.capitalize()} {share:.0%}".replace("%", " %") for label, share in shares if share > 0]
    return " · ".join([*top, faces, duration_text(summary.media_s)])
