"""The readings of a person of whom the tracker made several faces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.face_series import FaceSeries, joined


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
    whole = joined(faces, face_id)
    order, is_first, _ = _chosen(faces, whole)
    return whole.take(order[is_first])


def frames_left_out(faces: Sequence[FaceSeries]) -> dict[int, npt.NDArray[np.int64]]:
    """Return by face the frames in which another face of the same person is taken by ``join_faces``."""
    if len(faces) < 2:
        return {}
    whole = joined(faces, faces[0].face_id)
    order, is_first, ranks = _chosen(faces, whole)
    left_out = order[~is_first]
    return {face.face_id: whole.frames[left_out[ranks[left_out] == rank]] for rank, face in enumerate(faces)}


def _chosen(
    faces: Sequence[FaceSeries], whole: FaceSeries
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
    """Return the rows by time and preference, which are the first of their time, and the face of each."""
    ranks = np.concatenate([np.full(len(face), rank, np.intp) for rank, face in enumerate(faces)])
    order = np.lexsort((*preference(whole.quality, whole.boxes, ranks), whole.times_s))
    return order, np.diff(whole.times_s[order], prepend=-np.inf) > 0, ranks
