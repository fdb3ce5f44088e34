"""Labels that people give by hand: whose they are, what counts where two overlap, and changes to them."""

from collections.abc import Collection, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from mien.session.notes.annotations import Annotations, HandLabel


def labels_of(annotations: Annotations, face_ids: Collection[int]) -> tuple[HandLabel, ...]:
    """Return the labels given to a person, in the order of time and without overlap.

    Where two overlap, as after a merge of two faces, the one that begins later counts from there on.

    Args:
        annotations: All of a session's.
        face_ids: All faces that are this person.
    """
    mine = sorted((each for each in annotations.labels if each.face_id in face_ids), key=lambda each: each.start_s)
    found: list[HandLabel] = []
    for label in mine:
        if found and found[-1].end_s > label.start_s:
            last = found.pop()
            if last.start_s < label.start_s:
                found.append(msgspec.structs.replace(last, end_s=label.start_s))
        found.append(label)
    return tuple(found)


def set_label(
    annotations: Annotations, face_ids: Sequence[int], start_s: float, end_s: float, label: str | None
) -> Annotations:
    """Return the annotations with a label for a person over a span, in place of those that were there.

    Args:
        annotations: As they are.
        face_ids: All faces that are this person.
        start_s: Media time.
        end_s: Media time after start_s; the label holds to before it.
        label: None takes labels off this span.

    Raises:
        ValueError: The span is empty.
    """
    new = HandLabel(face_id=min(face_ids), start_s=start_s, end_s=end_s, label=label or "")
    if new.end_s <= new.start_s:
        raise ValueError("the span is empty")
    mine = []
    for old in labels_of(annotations, face_ids):
        if old.start_s < new.start_s:
            mine.append(msgspec.structs.replace(old, end_s=min(old.end_s, new.start_s)))
        if old.end_s > new.end_s:
            mine.append(msgspec.structs.replace(old, start_s=max(old.start_s, new.end_s)))
    if label is not None:
        mine.append(new)
    others = [each for each in annotations.labels if each.face_id not in face_ids]
    return with_labels(annotations, [*others, *_without_seams(mine)])


def with_labels(annotations: Annotations, labels: Collection[HandLabel]) -> Annotations:
    """Return the annotations with these labels, each in its place in time."""
    in_time = sorted(labels, key=lambda each: (each.start_s, each.face_id))
    return msgspec.structs.replace(annotations, labels=tuple(in_time))


def labels_at(labels: Sequence[HandLabel], times_s: npt.NDArray[np.float64]) -> npt.NDArray[np.object_]:
    """Return the label given for each time.

    Args:
        labels: Of one person, in the order of time and without overlap; see ``labels_of``.
        times_s: (N,) media times.

    Returns:
        (N,) object, str or None: from a label's start to before its end.
    """
    starts_s = np.array([each.start_s for each in labels])
    ends_s = np.array([each.end_s for each in labels] + [-np.inf])
    names = np.array([*(each.label for each in labels), None], np.object_)
    places = np.searchsorted(starts_s, times_s, side="right") - 1
    result: npt.NDArray[np.object_] = names[np.where(times_s < ends_s[places], places, len(labels))]
    return result


def _without_seams(labels: list[HandLabel]) -> list[HandLabel]:
    """Return the labels in the order of time, those joined that touch and say the same."""
    joined: list[HandLabel] = []
    for label in sorted(labels, key=lambda each: each.start_s):
        last = joined[-1] if joined else None
        if last is not None and (last.end_s, last.label) == (label.start_s, label.label):
            joined[-1] = msgspec.structs.replace(last, end_s=label.end_s)
        else:
            joined.append(label)
    return joined
