"""What ``mien annotate`` says of what it did, in lines."""

import os
from collections import Counter

from mien.batch.item import Item
from mien.errors import printable
from mien.runs.summary import Summary


def ended_line(item: Item) -> str:
    """Say in a line what came of one of many."""
    name, summary = item.source.name, item.summary
    if summary is None:
        return printable(f"{name}: {item.state}")
    if item.is_picture:
        return printable(f"{name}: {item.state}, {faces_words(summary)}")
    fps = summary.frames / max(summary.elapsed_s, 1e-6)
    return printable(f"{name}: {item.state}, {summary.frames} frames ({fps:.0f} a second)")


def picture_lines(item: Item) -> list[str]:
    """Say in a few lines what is in a picture and where that lies."""
    assert item.summary is not None
    lines = [f"{shown_path(item.summary.source)}: {faces_words(item.summary)}"]
    lines += [f"  {note}" for note in item.summary.notes]
    return lines + [f"  → {shown_path(place)}" for place in item.summary.outputs]


def faces_words(summary: Summary) -> str:
    """Say which faces are in a picture: "happiness 87 %", "3 faces: happiness 2, uncertain 1"."""
    if not summary.faces:
        return "no face"
    if summary.faces == 1 and summary.confidence is not None and summary.certain:
        return f"{next(iter(summary.labels))} {summary.confidence:.0%}".replace("%", " %")
    counts = Counter({label: count for label, count in summary.labels.items() if count})
    if summary.uncertain:
        counts["uncertain"] = summary.uncertain
    return f"{_count(summary.faces, 'face')}: {', '.join(f'{label} {count}' for label, count in counts.items())}"


def summary_lines(summary: Summary) -> list[str]:
    """Say in a few lines what was seen in a video and where it lies."""
    fps = summary.frames / max(summary.elapsed_s, 1e-6)
    lines = [
        f"{shown_path(summary.source)}: {summary.frames} frames in {summary.elapsed_s:.1f} s "
        f"({fps:.0f} a second), {summary.frames_with_face} with a face, {_count(summary.faces, 'face')}"
    ]
    if summary.certain or summary.uncertain:
        parts = [f"{label} {count}" for label, count in summary.labels.items() if count]
        parts += [f"uncertain {summary.uncertain}"] if summary.uncertain else []
        lines.append(f"  most frequent: {', '.join(parts)}")
    for count, why in (
        (summary.dropped, "dropped: this machine was slower than the source"),
        (summary.left_out, "left out of what was written: the disk was too slow"),
        (summary.damaged, "damaged on their way here"),
    ):
        if count:
            lines.append(f"  {_count(count, 'frame')} {why}")
    lines += [f"  {note}" for note in summary.notes]
    lines += [f"  → {shown_path(place)}" for place in summary.outputs]
    if summary.was_cut:
        lines.append("  stopped early; what was read until then is complete")
    return lines


def shown_path(path: str) -> str:
    """Return a path as one would type it: below the current folder without that."""
    here = os.path.join(os.getcwd(), "")
    return path.removeprefix(here) if path != here else path


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
