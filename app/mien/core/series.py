"""The readings of a run as columns, face by face, growing while they are made."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import read_only
from mien.core.emotion import UNCERTAIN, Affect, Emotion
from mien.core.face import FrameResult, Reason, ShownExpression, ShownReading
from mien.core.face_details import CHANGES, DETAILS, HEAD

_FIRST_CAPACITY: Final = 64

Rows = slice | npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class RawSeries:
    """What a network read, before anything was made of it, row by row. All arrays are read-only and N long.

    Attributes:
        probabilities: (N, C) float32; NaN where it read nothing.
        affect: (N, 2) float32 valence and arousal; NaN where the network gives none.
    """

    probabilities: npt.NDArray[np.float32]
    affect: npt.NDArray[np.float32]

    def take(self, rows: Rows) -> "RawSeries":
        """Return some of the rows; of a slice without copying."""
        return RawSeries(read_only(self.probabilities[rows]), read_only(self.affect[rows]))


@dataclass(frozen=True, slots=True, eq=False)
class SecondSeries:
    """What is shown of a second network's readings of the same face. All arrays are read-only and N long.

    Attributes:
        labels: C names, in the order of the probabilities.
        probabilities: (N, C) float32; NaN where it read nothing.
        affect: (N, 2) float32 valence and arousal; NaN where the network gives none.
        tops: (N,) int16 index of the expression that is named.
        reasons: (N,) object, str or None: why it is withheld.
        raw: What it read.
    """

    labels: tuple[str, ...]
    probabilities: npt.NDArray[np.float32]
    affect: npt.NDArray[np.float32]
    tops: npt.NDArray[np.int16]
    reasons: npt.NDArray[np.object_]
    raw: RawSeries

    def take(self, rows: Rows) -> "SecondSeries":
        """Return some of the rows; of a slice without copying."""
        return SecondSeries(
            self.labels,
            read_only(self.probabilities[rows]),
            read_only(self.affect[rows]),
            read_only(self.tops[rows]),
            read_only(self.reasons[rows]),
            self.raw.take(rows),
        )


@dataclass(frozen=True, slots=True, eq=False)
class FaceSeries:
    """What is shown of one face, in the order of time, and what was read. All arrays are read-only and N long.

    Attributes:
        face_id: The person's number.
        labels: C names, in the order of the probabilities.
        times_s: (N,) float64 media time, strictly increasing.
        frames: (N,) int64 index of the frame.
        boxes: (N, 4) float32 x1 y1 x2 y2, pixels.
        probabilities: (N, C) float32 as shown; NaN where a label was not read.
        affect: (N, 2) float32 valence and arousal as shown; NaN where the network gives none.
        quality: (N,) float32, 0 to 1; NaN where it is not known.
        tops: (N,) int16 index of the expression that is named, certain or not.
        usable: (N,) bool, whether the label may be shown as such.
        reasons: (N,) object, str or None: why it may not.
        relative: (N,) bool, whether it is shown relative to the neutral face.
        raw: What was read.
        raw_reasons: (N,) object, str or None: why the face itself could not be read well.
        tracks: (N,) int64 number of the stretch in which it was followed without a break; 0 where it is not known.
        details: (N, D) float32, the numbers of ``detail_names``; NaN where one is not known.
        changes: (N, K) float32, what has changed since the neutral face, in the order of
            ``mien.core.face_details.CHANGES``; NaN where there is none. K is 0 for faces without details.
        detail_names: ``mien.core.face_details.DETAILS``, or only its ``HEAD`` for faces that were not looked at
            closely.
        other: What is shown of a second network, or None where there was none.
    """

    face_id: int
    labels: tuple[str, ...]
    times_s: npt.NDArray[np.float64]
    frames: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float32]
    probabilities: npt.NDArray[np.float32]
    affect: npt.NDArray[np.float32]
    quality: npt.NDArray[np.float32]
    tops: npt.NDArray[np.int16]
    usable: npt.NDArray[np.bool_]
    reasons: npt.NDArray[np.object_]
    relative: npt.NDArray[np.bool_]
    raw: RawSeries
    raw_reasons: npt.NDArray[np.object_]
    tracks: npt.NDArray[np.int64]
    details: npt.NDArray[np.float32]
    changes: npt.NDArray[np.float32]
    detail_names: tuple[str, ...]
    other: SecondSeries | None = None

    def __len__(self) -> int:
        return len(self.times_s)

    def detail(self, name: str) -> npt.NDArray[np.float32]:
        """Return a number of the face's details, or what has changed of it: (N,) float32, NaN where unknown."""
        if name in self.detail_names:
            return self.details[:, self.detail_names.index(name)]
        if name in CHANGES and self.changes.shape[1]:
            return self.changes[:, CHANGES.index(name)]
        return np.full(len(self), np.nan, np.float32)

    def top_labels(self) -> list[str]:
        """Return the label of each reading, "uncertain" where it is withheld."""
        names = (*self.labels, UNCERTAIN)
        return [names[code] for code in self.codes().tolist()]

    def codes(self) -> npt.NDArray[np.int16]:
        """Return the position of the label of each reading, C where it is withheld: (N,)."""
        return np.where(self.usable, self.tops, np.int16(len(self.labels)))

    def between(self, start_s: float, end_s: float) -> "FaceSeries":
        """Return the readings with start_s <= time < end_s, without copying."""
        low, high = np.searchsorted(self.times_s, [start_s, end_s], side="left")
        return self.rows(int(low), int(high))

    def rows(self, low: int, high: int) -> "FaceSeries":
        """Return the readings from row ``low`` to before row ``high``, without copying."""
        return self.take(slice(low, high))

    def take(self, rows: Rows) -> "FaceSeries":
        """Return some of the rows, in the order of time; of a slice without copying."""
        arrays: dict[str, Any] = {name: read_only(getattr(self, name)[rows]) for name in _ARRAYS}
        other = None if self.other is None else self.other.take(rows)
        return replace(self, **arrays, raw=self.raw.take(rows), other=other)


_ARRAYS: Final = (
    "times_s",
    "frames",
    "boxes",
    "probabilities",
    "affect",
    "quality",
    "tops",
    "usable",
    "reasons",
    "relative",
    "raw_reasons",
    "tracks",
    "details",
    "changes",
)


def joined(faces: Sequence[FaceSeries], face_id: int) -> FaceSeries:
    """Return the rows of several faces behind one another, under one id; ``take`` brings them into order."""

    def columns(parts: Sequence[Any], names: Sequence[str]) -> dict[str, Any]:
        return {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}

    raw, other = ("probabilities", "affect"), None
    others = [face.other for face in faces if face.other is not None]
    if len(others) == len(faces):
        raws = RawSeries(**columns([each.raw for each in others], raw))
        shown = columns(others, ("probabilities", "affect", "tops", "reasons"))
        other = SecondSeries(others[0].labels, **shown, raw=raws)
    arrays = columns(faces, _ARRAYS)
    return FaceSeries(
        face_id,
        faces[0].labels,
        **arrays,
        detail_names=faces[0].detail_names,
        raw=RawSeries(**columns([face.raw for face in faces], raw)),
        other=other,
    )


@dataclass(frozen=True, slots=True, eq=False)
class ShownColumns:
    """What is shown of one network's readings of a face, all N long.

    Attributes:
        values: (N, C + 2) float32 probabilities, valence, arousal.
        tops: (N,) int16 index of the expression that is named.
        reasons: (N,) object, str or None: why it is withheld.
        relative: (N,) bool, whether it is relative to the neutral face.
        changes: (N, K) float32 or None, what has changed of the face's details.
    """

    values: npt.NDArray[np.float32]
    tops: npt.NDArray[np.int16]
    reasons: npt.NDArray[np.object_]
    relative: npt.NDArray[np.bool_]
    changes: npt.NDArray[np.float32] | None = None


class ReadingSeries:
    """The readings of a whole run. One thread appends, any thread looks.

    Args:
        labels: The network's, in the order of its outputs.
        other_labels: Those of a second network; empty where there is none.
        has_details: Whether the faces are looked at closely.
    """

    def __init__(
        self, labels: Sequence[str], other_labels: Sequence[str] = (), *, has_details: bool = False
    ) -> None:
        self.labels = tuple(labels)
        self.other_labels = tuple(other_labels)
        self.has_details = has_details
        self._lock = threading.Lock()
        self._faces: dict[int, _Columns] = {}
        self._end_s = 0.0
        self._frame_count = 0
        self._last_frame = -1

    @property
    def detail_names(self) -> tuple[str, ...]:
        """Names of the details that its faces have."""
        return (*DETAILS, *CHANGES) if self.has_details else HEAD

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
                ``details`` (N, D) and ``changes`` (N, K) (NaN without).

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
        self, show: Callable[[FaceSeries], tuple[ShownColumns, ShownColumns | None]]
    ) -> "ReadingSeries":
        """Return the same readings, shown otherwise.

        Args:
            show: Gives what is shown of a face, and of the second network's readings where there are any.
        """
        with self._lock:
            faces = {face_id: columns.view(face_id) for face_id, columns in self._faces.items()}
            copied = ReadingSeries(self.labels, self.other_labels, has_details=self.has_details)
            copied._end_s, copied._frame_count, copied._last_frame = (
                self._end_s,
                self._frame_count,
                self._last_frame,
            )
            copied._faces = {face_id: columns.copy() for face_id, columns in self._faces.items()}
        for face_id, face in faces.items():
            copied._faces[face_id].show(*show(face))
        return copied

    def _completed(
        self, arrays: dict[str, npt.NDArray[Any]], more: dict[str, npt.NDArray[Any]]
    ) -> dict[str, npt.NDArray[Any]]:
        """Return what a table may lack, made of what it has."""
        numbers, end = arrays["numbers"], 7 + len(self.labels)
        return {
            "raw": numbers[:, np.r_[4:6, 7 : numbers.shape[1]]],
            "tops": _most_probable(numbers[:, 7:end]),
            "other_tops": _most_probable(numbers[:, end + 2 :]),
            "relative": np.zeros(len(numbers), np.bool_),
            "tracks": np.zeros(len(numbers), np.int64),
            "raw_reasons": _reasons_of_faces(arrays["reasons"]),
            "other_reasons": arrays["reasons"],
            "details": np.full((len(numbers), len(DETAILS if self.has_details else HEAD)), np.nan, np.float32),
            "changes": np.full((len(numbers), len(CHANGES) * self.has_details), np.nan, np.float32),
            **more,
        }

    def _columns(self, face_id: int) -> "_Columns":
        columns = self._faces.get(face_id)
        if columns is None:
            columns = self._faces[face_id] = _Columns(self.labels, self.other_labels, self.has_details)
        return columns


@dataclass(slots=True)
class _Columns:
    """Arrays that double when they are full. What was handed out stays valid: rows are only added behind it."""

    labels: tuple[str, ...]
    other_labels: tuple[str, ...]
    has_details: bool
    count: int = 0
    arrays: dict[str, npt.NDArray[Any]] = field(init=False)

    def __post_init__(self) -> None:
        others = 2 + len(self.other_labels) if self.other_labels else 0
        kinds: dict[str, type[np.generic]] = {
            "times_s": np.float64,
            "frames": np.int64,
            "tracks": np.int64,
            "usable": np.bool_,
            "relative": np.bool_,
            "tops": np.int16,
            "other_tops": np.int16,
            "reasons": np.object_,
            "raw_reasons": np.object_,
            "other_reasons": np.object_,
        }
        self.arrays = {name: np.empty(_FIRST_CAPACITY, kind) for name, kind in kinds.items()}
        width = 2 + len(self.labels) + others
        self.arrays["numbers"] = np.empty((_FIRST_CAPACITY, 5 + width), np.float32)
        self.arrays["raw"] = np.empty((_FIRST_CAPACITY, width), np.float32)
        self.arrays["details"] = np.empty((_FIRST_CAPACITY, len(self.detail_names)), np.float32)
        self.arrays["changes"] = np.empty((_FIRST_CAPACITY, len(CHANGES) * self.has_details), np.float32)

    @property
    def detail_names(self) -> tuple[str, ...]:
        return DETAILS if self.has_details else HEAD

    def add(self, time_s: float, frame_index: int, reading: ShownReading) -> None:
        raw, other = reading.raw, reading.other
        shown = [*_pair(reading.affect), reading.quality.score, *_in_order(reading.emotion, self.labels)]
        read = [*_pair(raw.affect), *_in_order(raw.emotion, self.labels)]
        if self.other_labels:
            shown += _pair(None if other is None else other.affect)
            shown += _in_order(None if other is None else other.emotion, self.other_labels)
            read += _pair(None if raw.other is None else raw.other.affect)
            read += _in_order(None if raw.other is None else raw.other.emotion, self.other_labels)
        self.reserve(1)
        row: dict[str, Any] = {
            "times_s": time_s,
            "frames": frame_index,
            "tracks": reading.track.track_id,
            "numbers": [*reading.track.box.xyxy, *shown],
            "raw": read,
            "usable": reading.usable,
            "relative": reading.is_relative,
            "tops": _index_of(reading, self.labels),
            "other_tops": 0 if other is None else _index_of(other, self.other_labels),
            "reasons": reading.reason,
            "raw_reasons": reading.quality.reason,
            "other_reasons": None if other is None else other.reason,
            "details": self._details(reading),
            "changes": np.nan if reading.changes is None or not self.has_details else reading.changes,
        }
        for name, value in row.items():
            self.arrays[name][self.count] = value
        self.count += 1

    def _details(self, reading: ShownReading) -> object:
        """Return the cells of the details: of a face that was not looked at closely only its turn is known."""
        if reading.raw.details is not None and self.has_details:
            return reading.raw.details.values
        cells = np.full(len(self.detail_names), np.nan, np.float32)
        cells[: len(HEAD)] = [np.nan if angle is None else angle for angle in reading.raw.head_turn_deg]
        return cells

    def extend(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        times_s = arrays["times_s"]
        before_s = self.arrays["times_s"][self.count - 1] if self.count else -np.inf
        if not np.all(np.diff(times_s, prepend=before_s) > 0):
            raise ValueError("the times of a face must rise from row to row")
        self.reserve(len(times_s))
        rows = slice(self.count, self.count + len(times_s))
        for name, values in arrays.items():
            self.arrays[name][rows] = values
        self.count += len(times_s)

    def view(self, face_id: int) -> FaceSeries:
        have = {name: read_only(array[: self.count]) for name, array in self.arrays.items()}
        numbers, raw, end = have["numbers"], have["raw"], 7 + len(self.labels)
        other = None
        if self.other_labels:
            other = SecondSeries(
                self.other_labels,
                numbers[:, end + 2 :],
                numbers[:, end : end + 2],
                have["other_tops"],
                have["other_reasons"],
                RawSeries(raw[:, end - 3 :], raw[:, end - 5 : end - 3]),
            )
        return FaceSeries(
            face_id=face_id,
            labels=self.labels,
            times_s=have["times_s"],
            frames=have["frames"],
            boxes=numbers[:, 0:4],
            probabilities=numbers[:, 7:end],
            affect=numbers[:, 4:6],
            quality=numbers[:, 6],
            tops=have["tops"],
            usable=have["usable"],
            reasons=have["reasons"],
            relative=have["relative"],
            raw=RawSeries(raw[:, 2 : end - 5], raw[:, 0:2]),
            raw_reasons=have["raw_reasons"],
            tracks=have["tracks"],
            details=have["details"],
            changes=have["changes"],
            detail_names=self.detail_names,
            other=other,
        )

    def copy(self) -> "_Columns":
        copied = _Columns(self.labels, self.other_labels, self.has_details, self.count)
        copied.arrays = {name: array[: self.count].copy() for name, array in self.arrays.items()}
        return copied

    def show(self, shown: ShownColumns, other: ShownColumns | None) -> None:
        """Take over what is shown of all rows."""
        rows, end = slice(0, self.count), 7 + len(self.labels)
        numbers = self.arrays["numbers"]
        numbers[rows, 7:end], numbers[rows, 4:6] = shown.values[:, :-2], shown.values[:, -2:]
        self.arrays["tops"][rows], self.arrays["reasons"][rows] = shown.tops, shown.reasons
        self.arrays["relative"][rows] = shown.relative
        if shown.changes is not None:
            self.arrays["changes"][rows] = shown.changes
        self.arrays["usable"][rows] = [reason is None for reason in shown.reasons]
        if other is not None:
            numbers[rows, end + 2 :], numbers[rows, end : end + 2] = other.values[:, :-2], other.values[:, -2:]
            self.arrays["other_tops"][rows], self.arrays["other_reasons"][rows] = other.tops, other.reasons

    def reserve(self, more: int) -> None:
        """Make room for so many more rows."""
        capacity = len(self.arrays["times_s"])
        if self.count + more <= capacity:
            return
        capacity = max(2 * capacity, self.count + more)
        for name, old in self.arrays.items():
            new = np.empty((capacity, *old.shape[1:]), old.dtype)
            new[: self.count] = old[: self.count]
            self.arrays[name] = new


def _index_of(shown: ShownExpression, labels: tuple[str, ...]) -> int:
    """Return which of the labels is named; of another network's the most probable one that is among them."""
    if shown.top in labels:
        return labels.index(shown.top)
    return int(np.nan_to_num(_in_order(shown.emotion, labels), nan=-1.0).argmax())


def _reasons_of_faces(reasons: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return the reasons without those that are none of the face itself."""
    of_faces = reasons.copy()
    of_faces[reasons == Reason.LOW_CONFIDENCE] = None
    return of_faces


def _most_probable(probabilities: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
    if not probabilities.shape[1]:
        return np.zeros(len(probabilities), np.int16)
    tops: npt.NDArray[np.int16] = np.nan_to_num(probabilities, nan=-1.0).argmax(axis=1).astype(np.int16)
    return tops


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
