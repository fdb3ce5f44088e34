"""What there is to say of a file in the queue."""

from dataclasses import dataclass

from mien.batch.item import Item, State
from mien.core.wording import duration_text
from mien.runs.task import Task
from mien.timeline.clock import clock


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
            return ItemText("Waiting", item.reason or own_words(item.task))
        case State.RUNNING:
            return ItemText(_progress_words(item), (item.progress.notice or "") if item.progress else "")
        case State.DONE:
            return ItemText("Done", item.reason or _summary_words(item))
        case State.UP_TO_DATE:
            return ItemText("Up to date", item.reason or _summary_words(item))
        case State.FAILED:
            return ItemText("Failed", (item.reason or "").removeprefix(f"{item.source}: "))
        case State.CANCELLED:
            return ItemText("Cancelled", item.reason or "What was read until then is kept.")


def own_words(task: Task) -> str:
    """Return what was chosen for one file alone, in words; empty where nothing was."""
    if not task.is_own:
        return ""
    parts = [task.profile or "settings as they are"]
    parts += [f"from {clock(task.start_s)}"] if task.start_s else []
    parts += [f"{duration_text(task.seconds)} long"] if task.seconds is not None else []
    parts += [f"video track {task.track}"] if task.track is not None else []
    if task.rotate_deg:
        parts.append("turned upright" if task.rotate_deg == "auto" else f"turned by {task.rotate_deg}°")
    return f"Its own settings: {' · '.join(parts)}"


def _progress_words(item: Item) -> str:
    progress = item.progress
    if progress is None:
        return "Starting"
    if progress.share is None:
        return f"{progress.frames} frames"
    left = f" · {duration_text(progress.left_s)} left" if progress.left_s is not None else ""
    return f"{progress.share:.0%}{left}".replace("%", " %")


def _summary_words(item: Item) -> str:
    summary = item.summary
    if summary is None:
        return ""
    if not summary.frames_with_face:
        return "No faces"
    faces = "1 face" if summary.faces == 1 else f"{summary.faces} faces"
    if item.is_picture and summary.faces == 1:
        if not summary.certain or summary.confidence is None:
            return f"Uncertain · {faces}"
        return f"{_percent(next(iter(summary.labels)), summary.confidence)} · {faces}"
    shares = [_percent(label, share) for label, share in summary.shares.items() if share > 0]
    parts = [*shares[:1], faces]
    return " · ".join(parts if item.is_picture else [*parts, duration_text(summary.media_s)])


def _percent(label: str, share: float) -> str:
    return f"{label.capitalize()} {share:.0%}".replace("%", " %")
