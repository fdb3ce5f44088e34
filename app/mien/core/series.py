"""The readings of a run as columns, face by face, growing while they are made."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import read_only
from mien.core.emotion import UNCERTAIN, Affect, Emotion
from mien.core.face import FaceReading, FrameResult

_FIRST_CAPACITY: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class SecondSeries:
    """What a second network read from the same face, row by row. All arrays are read-only and N long.

    Attributes:
        labels: C names, in the order of the probabilities.
        probabilities: (N, C) float32; NaN where it read nothing.
        affect: (N, 2) float32 valence and arousal; NaN where the network gives none.
    """

    labels: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]
    affect: npt.NDArray[np.float32]

    def take(self, rows: slice | npt.NDArray[np.intp]) -> "SecondSeries":
        """Return some of the rows; of a slice without copying."""
        return SecondSeries(self.labels, read_only(self.probabilities[rows]), read_only(self.affect[rows]))


@dataclass(frozen=True, slots=True, eq=False)
class FaceSeries:
    """What was read from one face, in the order of time. All arrays are read-only and N long.

    Attributes:
        face_id: The person's number.
        labels: C names, in the order of the probabilities.
        times_s: (N,) float64 media time, strictly increasing.
        frames: (N,) int64 index of the frame.
        boxes: (N, 4) float32 x1 y1 x2 y2, pixels.
        probabilities: (N, C) float32; NaN where a label was not read.
        affect: (N, 2) float32 valence and arousal; NaN where the network gives none.
        quality: (N,) float32, 0 to 1; NaN where it is not known.
        usable: (N,) bool, whether the label may be shown as such.
        reasons: (N,) object, str or None: why it may not.
        other: What a second network read, or None where there was none.
    """

    face_id: int
    labels: tuple[str, ...]
    times_s: npt.NDArray[np.float64]
    frames: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32]
    affect: npt.NDArray[np.float32]
    quality: npt.NDArray[np.float32]
    usable: npt.NDArray[np.bool_]
    reasons: npt.NDArray[np.object_]
    other: SecondSeries | None = None

    def __len__(self) -> int:
        return len(self.times_s)

    def top_labels(self) -> list[str]:
        """Return the most probable expression of each reading, "uncertain" where it is withheld."""
        filled = np.nan_to_num(self.probabilities, nan=-1.0)
        tops = filled.argmax(axis=1) if len(filled) else []
        return [self.labels[top] if ok else UNCERTAIN for top, ok in zip(tops, self.usable, strict=True)]

    def between(self, start_s: float, end_s: float) -> "FaceSeries":
        """Return the readings with start_s <= time < end_s, without copying."""
        low, high = np.searchsorted(self.times_s, [start_s, end_s], side="left")
        return self._cut(int(low), int(high))

    def _cut(self, low: int, high: int) -> "FaceSeries":
        part = slice(low, high)
        return FaceSeries(
            self.face_id,
            self.labels,
            self.times_s[part],
            self.frames[part],
            self.boxes[part],
            self.probabilities[part],
            self.affect[part],
            self.quality[part],
            self.usable[part],
            self.reasons[part],
            None if self.other is None else self.other.take(part),
        )


class ReadingSeries:
    """The readings of a whole run. One thread appends, any thread looks.

    Args:
        labels: The network's, in the order of its outputs.
        other_labels: Those of a second network; empty where there is none.
    """

    def __init__(self, labels: Sequence[str], other_labels: Sequence[str] = ()) -> None:
        self.labels = tuple(labels)
        self.other_labels = tuple(other_labels)
        self._lock = threading.Lock()
        self._faces: dict[int, _Columns] = {}
        self._end_s = 0.0
        self._frame_count = 0
        self._last_frame = -1

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

    def append_readings(self, frame_index: int, time_s: float, readings: Sequence[FaceReading]) -> None:
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

        Raises:
            ValueError: The times of a face do not rise.
        """
        if not len(frames):
            return
        with self._lock:
            self._frame_count += int(np.count_nonzero(np.diff(frames))) + int(frames[0] != self._last_frame)
            self._last_frame = int(frames[-1])
            self._end_s = max(self._end_s, float(times_s[-1]))
            for face_id in _in_order_of_appearance(face_ids[has_face]):
                rows = np.flatnonzero(has_face & (face_ids == face_id))
                self._columns(face_id).extend(
                    times_s[rows], frames[rows], numbers[rows], usable[rows], reasons[rows]
                )

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

    def _columns(self, face_id: int) -> "_Columns":
        columns = self._faces.get(face_id)
        if columns is None:
            columns = self._faces[face_id] = _Columns(self.labels, self.other_labels)
        return columns


@dataclass(slots=True)
class _Columns:
    """Arrays that double when they are full. What was handed out stays valid: rows are only added behind it."""

    labels: tuple[str, ...]
    other_labels: tuple[str, ...]
    count: int = 0
    numbers: npt.NDArray[np.float32] = field(init=False)
    times_s: npt.NDArray[np.float64] = field(init=False)
    frames: npt.NDArray[np.int64] = field(init=False)
    usable: npt.NDArray[np.bool_] = field(init=False)
    reasons: npt.NDArray[np.object_] = field(init=False)

    def __post_init__(self) -> None:
        others = 2 + len(self.other_labels) if self.other_labels else 0
        self.numbers = np.empty((_FIRST_CAPACITY, 7 + len(self.labels) + others), np.float32)
        self.times_s = np.empty(_FIRST_CAPACITY, np.float64)
        self.frames = np.empty(_FIRST_CAPACITY, np.int64)
        self.usable = np.empty(_FIRST_CAPACITY, np.bool_)
        self.reasons = np.empty(_FIRST_CAPACITY, np.object_)

    def add(self, time_s: float, frame_index: int, reading: FaceReading) -> None:
        numbers = [*reading.track.box.xyxy, *_pair(reading.affect), reading.quality.score]
        numbers += _in_order(reading.emotion, self.labels)
        if self.other_labels:
            other = reading.other
            numbers += _pair(None if other is None else other.affect)
            numbers += _in_order(None if other is None else other.emotion, self.other_labels)
        self.reserve(1)
        row = self.count
        self.numbers[row] = numbers
        self.times_s[row], self.frames[row] = time_s, frame_index
        self.usable[row], self.reasons[row] = reading.usable, reading.reason
        self.count += 1

    def extend(
        self,
        times_s: npt.NDArray[np.float64],
        frames: npt.NDArray[np.int64],
        numbers: npt.NDArray[np.float32],
        usable: npt.NDArray[np.bool_],
        reasons: npt.NDArray[np.object_],
    ) -> None:
        before_s = self.times_s[self.count - 1] if self.count else -np.inf
        if not np.all(np.diff(times_s, prepend=before_s) > 0):
            raise ValueError("the times of a face must rise from row to row")
        self.reserve(len(times_s))
        rows = slice(self.count, self.count + len(times_s))
        self.numbers[rows], self.times_s[rows], self.frames[rows] = numbers, times_s, frames
        self.usable[rows], self.reasons[rows] = usable, reasons
        self.count += len(times_s)

    def view(self, face_id: int) -> FaceSeries:
        numbers = read_only(self.numbers[: self.count])
        end = 7 + len(self.labels)
        other = None
        if self.other_labels:
            other = SecondSeries(self.other_labels, numbers[:, end + 2 :], numbers[:, end : end + 2])
        return FaceSeries(
            face_id=face_id,
            labels=self.labels,
            times_s=read_only(self.times_s[: self.count]),
            frames=read_only(self.frames[: self.count]),
            boxes=numbers[:, 0:4],
            probabilities=numbers[:, 7:end],
            affect=numbers[:, 4:6],
            quality=numbers[:, 6],
            usable=read_only(self.usable[: self.count]),
            reasons=read_only(self.reasons[: self.count]),
            other=other,
        )

    def reserve(self, more: int) -> None:
        """Make room for so many more rows."""
        if self.count + more <= len(self.times_s):
            return
        capacity = max(2 * len(self.times_s), self.count + more)
        for name in ("numbers", "times_s", "frames", "usable", "reasons"):
            old = getattr(self, name)
            new = np.empty((capacity, *old.shape[1:]), old.dtype)
            new[: self.count] = old[: self.count]
            setattr(self, name, new)


def _pair(affect: Affect | None) -> tuple[float, float]:
    return (np.nan, np.nan) if affect is None else (affect.valence, affect.arousal)


def _in_order(emotion: Emotion | None, labels: tuple[str, ...]) -> list[float]:
    """Return the probabilities of these labels, NaN for one that was not read."""
    if emotion is None:
        return [np.nan] * len(labels)
    values: list[float] = emotion.probabilities.tolist()
    if emotion.labels == labels:
        return values
    known = dict(zip(emotion.labels, values, strict=True))
    return [known.get(label, np.nan) for label in labels]


def _in_order_of_appearance(face_ids: npt.NDArray[np.int64]) -> list[int]:
    values, first = np.unique(face_ids, return_index=True)
    return [int(value) for value in values[np.argsort(first)]]
