"""The readings of a run as columns, face by face, growing while they are made."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from mien.core.face import FrameResult, Reason, ShownReading
from mien.core.face_columns import FaceColumns
from mien.core.face_details import CHANGES, DETAILS, HEAD
from mien.core.face_series import FaceSeries, ShownColumns
from mien.core.further_numbers import OWN
from mien.core.own_expressions import OwnExpression
from mien.core.own_series import own_of_series
from mien.core.row_layout import RowLayout


class ReadingSeries:
    """The readings of a whole run. One thread appends, any thread looks.

    Args:
        labels: The network's, in the order of its outputs.
        other_labels: Those of a second network; empty where there is none.
        has_details: Whether the faces are looked at closely.
        further: Names of further numbers that they have; see ``mien.core.further_numbers``.
    """

    def __init__(
        self,
        labels: Sequence[str],
        other_labels: Sequence[str] = (),
        *,
        has_details: bool = False,
        further: Sequence[str] = (),
    ) -> None:
        self.labels = tuple(labels)
        self.other_labels = tuple(other_labels)
        self.has_details = has_details
        self.further = tuple(further)
        self._layout = RowLayout(self.labels, self.other_labels)
        self._lock = threading.Lock()
        self._faces: dict[int, FaceColumns] = {}
        self._end_s = 0.0
        self._frame_count = 0
        self._last_frame = -1

    @property
    def detail_names(self) -> tuple[str, ...]:
        """Names of the details that its faces have, the further numbers last."""
        return (*((*DETAILS, *CHANGES) if self.has_details else HEAD), *self.further)

    @property
    def signed(self) -> frozenset[str]:
        """Those of the further numbers that leave 0 to 1 somewhere."""
        found: set[str] = set()
        with self._lock:
            for columns in self._faces.values():
                numbers = columns.arrays["further"][: columns.count]
                leaves = np.any((numbers < 0.0) | (numbers > 1.0), axis=0).tolist()
                found |= {name for name, is_so in zip(self.further, leaves, strict=True) if is_so}
        return frozenset(found)

    @property
    def end_s(self) -> float:
        """Media time of the last frame that was read."""
        return self._end_s

    @property
    def frame_count(self) -> int:
        """Frames read so far, with and without faces."""
        return self._frame_count

    def append(self, result: FrameResult) -> None:
        """Take the readings of the next frame."""
        frame = result.frame
        self.append_readings(frame.index, frame.timestamp_s, result.readings)

    def append_readings(self, frame_index: int, time_s: float, readings: Sequence[ShownReading]) -> None:
        """Take the readings of the frame ``frame_index``, later than those before."""
        with self._lock:
            self._frame_count += 1
            self._last_frame, self._end_s = frame_index, time_s
            for reading in readings:
                columns = self._columns(reading.track.face_id)
                columns.add(time_s, frame_index, reading)

    def append_rows(
        self,
        frames: npt.NDArray[np.int64],
        times_s: npt.NDArray[np.float64],
        face_ids: npt.NDArray[np.int64],
        has_face: npt.NDArray[np.bool_],
        numbers: npt.NDArray[np.float32],
        usable: npt.NDArray[np.bool_],
        reasons: npt.NDArray[np.object_],
        **more: npt.NDArray[Any],
    ) -> None:
        """Take the rows of a table that was read back, in the order of time.

        Args:
            frames: (N,) indices of the frames; rows of the same frame follow one another.
            times_s: (N,) media times.
            face_ids: (N,); anything where there is no face.
            has_face: (N,), False for a row that stands for a frame without a face.
            numbers: (N, 7 + C) box, valence, arousal, quality, probabilities; behind them those that a second
                network adds: its valence, arousal and probabilities.
            usable: (N,).
            reasons: (N,) str or None.
            **more: What a table may lack, each (N,): ``tops``, ``other_tops`` (the most probable without),
                ``relative`` (False without), ``tracks`` (0 without), ``raw_reasons``, ``other_reasons`` (as
                ``reasons`` without), and ``raw`` (N, 2 + C), valence, arousal, probabilities as they were read,
                likewise with those of the second network behind them (as shown without),
                ``details`` (N, D), ``changes`` (N, K) and ``further`` (N, F) (NaN without).

        Raises:
            ValueError: The times of a face do not rise.
        """
        if not len(frames):
            return
        arrays: dict[str, npt.NDArray[Any]] = {"times_s": times_s, "frames": frames, "numbers": numbers}
        arrays |= {"usable": usable, "reasons": reasons}
        arrays |= self._completed(arrays, more)
        with self._lock:
            self._frame_count += int(np.count_nonzero(np.diff(frames))) + int(frames[0] != self._last_frame)
            self._last_frame = int(frames[-1])
            self._end_s = max(self._end_s, float(times_s[-1]))
            for face_id in _in_order_of_appearance(face_ids[has_face]):
                rows = np.flatnonzero(has_face & (face_ids == face_id))
                self._columns(face_id).extend({name: array[rows] for name, array in arrays.items()})

    def face_ids(self) -> tuple[int, ...]:
        """Return the ids of all faces, in the order in which they appeared."""
        with self._lock:
            return tuple(self._faces)

    def face(self, face_id: int) -> FaceSeries:
        """Return what was read from one face so far.

        Raises:
            KeyError: There is no such face.
        """
        with self._lock:
            return self._faces[face_id].view(face_id)

    def with_shown(
        self,
        show: Callable[[FaceSeries], tuple[ShownColumns, ShownColumns | None]],
        own: Sequence[OwnExpression] = (),
    ) -> "ReadingSeries":
        """Return the same readings, shown otherwise.

        Args:
            show: Gives what is shown of a face, and of the second network's readings where there are any.
            own: The user's own expressions, in place of those that it has.
        """
        further = (
            *(name for name in self.further if not name.startswith(OWN)),
            *(f"{OWN}{each.name}" for each in own),
        )
        with self._lock:
            faces = {face_id: columns.view(face_id) for face_id, columns in self._faces.items()}
            copied = ReadingSeries(self.labels, self.other_labels, has_details=self.has_details, further=further)
            copied._end_s, copied._frame_count, copied._last_frame = (
                self._end_s,
                self._frame_count,
                self._last_frame,
            )
            copied._faces = {face_id: columns.copy(further) for face_id, columns in self._faces.items()}
        for face_id, face in faces.items():
            columns = copied._faces[face_id]
            columns.show(*show(face))
            columns.set_further(own_of_series(columns.view(face_id), own))
        return copied

    def _completed(
        self, arrays: dict[str, npt.NDArray[Any]], more: dict[str, npt.NDArray[Any]]
    ) -> dict[str, npt.NDArray[Any]]:
        """Return what a table may lack, made of what it has."""
        numbers, layout = arrays["numbers"], self._layout
        return {
            "raw": numbers[:, np.r_[layout.affect, layout.probabilities.start : layout.width]],
            "tops": _most_probable(numbers[:, layout.probabilities]),
            "other_tops": _most_probable(numbers[:, layout.other_probabilities]),
            "relative": np.zeros(len(numbers), np.bool_),
            "tracks": np.zeros(len(numbers), np.int64),
            "raw_reasons": _reasons_of_faces(arrays["reasons"]),
            "other_reasons": arrays["reasons"],
            "details": np.full((len(numbers), len(DETAILS if self.has_details else HEAD)), np.nan, np.float32),
            "changes": np.full((len(numbers), len(CHANGES) * self.has_details), np.nan, np.float32),
            "further": np.full((len(numbers), len(self.further)), np.nan, np.float32),
            **more,
        }

    def _columns(self, face_id: int) -> "FaceColumns":
        columns = self._faces.get(face_id)
        if columns is None:
            columns = self._faces[face_id] = FaceColumns(self._layout, self.has_details, self.further)
        return columns


def _reasons_of_faces(reasons: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the reasons without those that are none of the face itself."""
    of_faces = reasons.copy()
    of_faces[(reasons == Reason.LOW_CONFIDENCE) | (reasons == Reason.NOT_READ)] = None
    return of_faces


def _most_probable(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
    if not probabilities.shape[1]:
        return np.zeros(len(probabilities), np.int16)
    tops: npt.NDArray[np.int16] = np.nan_to_num(probabilities, nan=-1.0).argmax(axis=1).astype(np.int16)
    return tops


def _in_order_of_appearance(face_ids: npt.NDArray[np.int64]) -> list[int]:
    values, first = np.unique(face_ids, return_index=True)
    return [int(value) for value in values[np.argsort(first)]]
