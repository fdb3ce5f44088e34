"""Readings that were stored, given back frame by frame, as if they were made again."""

from collections.abc import Mapping, Sequence
from math import nan, nextafter
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Image
from mien.core.emotion import Affect, Emotion
from mien.core.face import FaceBox, FaceReading, FaceTrack, Quality, Reason, SecondReading
from mien.core.frame import Frame
from mien.core.series import FaceSeries, ReadingSeries

SAME_FRAME_S: Final = 0.004
"""Times of a frame and of its readings differ by less: containers round to milliseconds."""


class Recall:
    """Gives the readings of any moment of a series that may still grow.

    It has what the pipeline asks of a finder and of a reader, so that a video can be painted anew from readings
    that are there already, without a network.

    Args:
        series: The readings.
        names: Which id to show in place of another, for faces that are the same person.
        networks: The names of the network that made them, and of a second one.
        min_confidence: Below this the second network's labels are withheld; which of the first are stands in the
            series.
    """

    fell_back = False
    provider_name = ""

    def __init__(
        self,
        series: ReadingSeries,
        names: Mapping[int, int] | None = None,
        networks: Sequence[str] = (),
        min_confidence: float = 0.0,
    ) -> None:
        self._networks = tuple(networks)
        self._min_confidence = min_confidence
        self._series = series
        self._names = dict(names or {})
        self._faces: tuple[FaceSeries, ...] = ()
        self._known_frames = -1

    def copy(self) -> "Recall":
        """Return another one of the same readings, for another thread."""
        return Recall(self._series, self._names, self._networks, self._min_confidence)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the network tells apart."""
        return self._series.labels

    @property
    def other_labels(self) -> tuple[str, ...]:
        """What the second network tells apart; empty where there is none."""
        return self._series.other_labels

    @property
    def model_name(self) -> str:
        """The network's name; empty where it is not known."""
        return self._networks[0] if self._networks else ""

    @property
    def other_name(self) -> str | None:
        """The second network's name, or None where there is none."""
        return self._networks[1] if len(self._networks) > 1 else None

    def at(self, time_s: float) -> tuple[FaceReading, ...]:
        """Return the readings of the frame at a media time, by track id; one for each person."""
        if self._known_frames != self._series.frame_count:
            self._known_frames = self._series.frame_count
            self._faces = tuple(self._series.face(face_id) for face_id in self._series.face_ids())
        found: dict[int, FaceReading] = {}
        for face in self._faces:
            row = _row_at(face, time_s)
            if row is None:
                continue
            reading = reading_of(face, row, self._names.get(face.face_id, face.face_id), self._min_confidence)
            if reading is None:
                continue
            other = found.get(reading.track.face_id)
            if other is None or reading.track.box.height_px > other.track.box.height_px:
                found[reading.track.face_id] = reading
        return tuple(found[face_id] for face_id in sorted(found))

    def find(self, frame: Frame) -> list[FaceTrack]:
        """Return the faces of a frame; see ``mien.pipeline.pipeline.Finder``."""
        return [reading.track for reading in self.at(frame.timestamp_s)]

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        """Return the readings of a frame; see ``mien.pipeline.pipeline.Reader``."""
        return self.at(frame.timestamp_s)

    def tune(self, smoothing_s: float, min_confidence: float) -> None:
        """Readings that are there already are not calmed again."""

    def seen(self, image: Image, box: FaceBox) -> Image:
        """Return a face as it lies in the picture: no network sees it here."""
        x1, y1, x2, y2 = (max(round(side), 0) for side in box.xyxy)
        return image[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)]

    def close(self) -> None:
        """Nothing to release."""


def reading_of(face: FaceSeries, row: int, face_id: int, min_confidence: float = 0.0) -> FaceReading | None:
    """Return one row of a series as a reading, or None where its box is none.

    What a table does not keep, such as the turn of the head, is NaN.

    Args:
        face: The series.
        row: Which of its rows.
        face_id: The number to show.
        min_confidence: Below this the second network's label is withheld.
    """
    x1, y1, x2, y2 = face.boxes[row].tolist()
    if not (np.isfinite(face.boxes[row]).all() and x2 > x1 and y2 > y1):
        return None
    emotion, is_read = _emotion_of(face.labels, face.probabilities[row])
    usable = bool(face.usable[row]) and is_read
    reason = None if usable else _reason_of(face.reasons[row])
    quality = Quality(
        face_height_px=y2 - y1,
        sharpness=nan,
        brightness=nan,
        yaw_deg=nan,
        roll_deg=nan,
        reason=None if reason is Reason.LOW_CONFIDENCE else reason,
        score=float(face.quality[row]),
    )
    if reason is Reason.LOW_CONFIDENCE:  # as it was, whatever the least confidence is now
        min_confidence = max(min_confidence, nextafter(emotion.confidence, 2.0))
    else:
        min_confidence = min(min_confidence, emotion.confidence)
    track = FaceTrack(face_id, FaceBox(x1, y1, x2, y2, 1.0), row)
    return FaceReading(
        track, emotion, _affect_of(face.affect[row]), quality, min_confidence, _second_of(face, row)
    )


def _reason_of(text: object) -> Reason:
    """Return the reason of a table's cell; one that only a newer Mien knows counts as low confidence."""
    try:
        return Reason(str(text))
    except ValueError:
        return Reason.LOW_CONFIDENCE


def _second_of(face: FaceSeries, row: int) -> SecondReading | None:
    if face.other is None:
        return None
    emotion, is_read = _emotion_of(face.other.labels, face.other.probabilities[row])
    return SecondReading(emotion, _affect_of(face.other.affect[row])) if is_read else None


def _emotion_of(labels: tuple[str, ...], probabilities: npt.NDArray[np.float32]) -> tuple[Emotion, bool]:
    """Return stored probabilities, and whether there were any."""
    chances = np.clip(np.nan_to_num(probabilities), 0.0, 1.0)
    total = float(chances.sum())
    if total <= 0.0:
        return Emotion(labels, np.full(len(labels), 1 / len(labels), np.float32)), False
    return Emotion(labels, chances / total), True


def _affect_of(pair: npt.NDArray[np.float32]) -> Affect | None:
    if np.isnan(pair).any():
        return None
    valence, arousal = np.clip(pair, -1.0, 1.0).tolist()
    return Affect(valence, arousal)


def _row_at(face: FaceSeries, time_s: float) -> int | None:
    """Return the row that was read at a time, within a few milliseconds."""
    place = int(np.searchsorted(face.times_s, time_s))
    near = [row for row in (place - 1, place) if 0 <= row < len(face)]
    best = min(near, key=lambda row: abs(face.times_s[row] - time_s), default=None)
    return best if best is not None and abs(face.times_s[best] - time_s) <= SAME_FRAME_S else None
