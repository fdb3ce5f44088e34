"""The readings of a person of whom the tracker made several faces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.arrays import read_only
from mien.core.series import FaceSeries, SecondSeries


@dataclass(frozen=True, slots=True, eq=False)
class PersonSeries:
    """One person's readings.

    Attributes:
        name: As given, or "Face" with the first id.
        is_named: Whether it was given.
        face_ids: Those of the recording that are this person.
        readings: In the order of time; ``face_id`` is the first id.
    """

    name: str
    is_named: bool
    face_ids: tuple[int, ...]
    readings: FaceSeries


def preference(
    qualities: npt.NDArray[np.float32], boxes: npt.NDArray[np.float32], ranks: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.generic], ...]:
    """Return the keys, for ``np.lexsort``, by which one of several faces of a person in a frame is taken.

    Where two faces of one person were read in the same frame, one of them is somebody else or a false box. The
    reading of better quality is taken, then the one whose face is larger, then the one of the smaller id.

    Args:
        qualities: (N,) NaN where it is not known.
        boxes: (N, 4) x1 y1 x2 y2, pixels.
        ranks: (N,) the faces' places in the order of their ids.
    """
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return ranks, -np.nan_to_num(areas, nan=0.0), -np.nan_to_num(qualities, nan=-1.0)


def join_faces(faces: Sequence[FaceSeries], face_id: int) -> FaceSeries:
    """Return the readings of several faces of one person as one series; one reading a frame.

    Args:
        faces: At least one, by their ids.
        face_id: The id of the joined series.
    """
    if len(faces) == 1 and faces[0].face_id == face_id:
        return faces[0]
    times_s = np.concatenate([face.times_s for face in faces])
    quality = np.concatenate([face.quality for face in faces])
    boxes = np.concatenate([face.boxes for face in faces])
    ranks = np.concatenate([np.full(len(face), rank) for rank, face in enumerate(faces)])
    order = np.lexsort((*preference(quality, boxes, ranks), times_s))
    is_first = np.diff(times_s[order], prepend=-np.inf) > 0
    rows = order[is_first]
    return FaceSeries(
        face_id=face_id,
        labels=faces[0].labels,
        times_s=read_only(times_s[rows]),
        frames=read_only(np.concatenate([face.frames for face in faces])[rows]),
        boxes=read_only(boxes[rows]),
        probabilities=read_only(np.concatenate([face.probabilities for face in faces])[rows]),
        affect=read_only(np.concatenate([face.affect for face in faces])[rows]),
        quality=read_only(quality[rows]),
        usable=read_only(np.concatenate([face.usable for face in faces])[rows]),
        reasons=read_only(np.concatenate([face.reasons for face in faces])[rows]),
        other=_joined([face.other for face in faces if face.other is not None], rows),
    )


def _joined(others: list[SecondSeries], rows: npt.NDArray[np.intp]) -> SecondSeries | None:
    """Join what a second network read from several faces, and keep some of the rows."""
    if not others:
        return None
    whole = SecondSeries(
        others[0].labels,
        np.concatenate([other.probabilities for other in others]),
        np.concatenate([other.affect for other in others]),
    )
    return whole.take(rows)
