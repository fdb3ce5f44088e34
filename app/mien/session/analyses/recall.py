"""Readings that were stored, given back frame by frame, as if they were made again."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, Image
from mien.core.emotion import Affect, AffectError, Emotion
from mien.core.face import (
    FaceBox,
    FaceReading,
    FaceTrack,
    Quality,
    Reason,
    SecondReading,
    ShownExpression,
    ShownReading,
)
from mien.core.face_details import DETAILS, FaceDetails
from mien.core.face_series import FaceSeries
from mien.core.frame import Frame
from mien.core.own_series import own_at
from mien.core.series import ReadingSeries
from mien.core.shown import ShownChoices
from mien.timeline.person_series import preference

SAME_FRAME_S: Final = 0.004
"""Times of a frame and of its readings differ by less: containers round to milliseconds."""


class Recall:
    """Gives what is shown of any moment of a series that may still grow.

    It has what the pipeline asks of a finder, of a reader and of what makes readings shown, so that a video can be
    painted anew from readings that are there already, without a network.

    Args:
        series: The readings.
        names: Which id to show in place of another, for faces that are the same person.
        networks: The names of the network that made them, and of a second one.
        errors: How far the valence and arousal of each lie from a person's rating; None where it does not say.
    """

    priors = other_priors = None
    fell_back = False
    provider_name = ""

    def __init__(
        self,
        series: ReadingSeries,
        names: Mapping[int, int] | None = None,
        networks: Sequence[str] = (),
        errors: Sequence[AffectError | None] = (),
    ) -> None:
        self._networks = tuple(networks)
        self._errors = (*errors, None, None)[:2]
        self._series = series
        self._names = dict(names or {})
        self._faces: tuple[FaceSeries, ...] = ()
        self._known_frames = -1

    def copy(self) -> "Recall":
        """Return another one of the same readings, for another thread."""
        return Recall(self._series, self._names, self._networks, self._errors)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the network tells apart."""
        return self._series.labels

    @property
    def other_labels(self) -> tuple[str, ...]:
        """What the second network tells apart; empty where there is none."""
        return self._series.other_labels

    @property
    def affect_error(self) -> AffectError | None:
        """How far the network's valence and arousal lie from a person's rating, or None."""
        return self._errors[0]

    @property
    def other_affect_error(self) -> AffectError | None:
        """That of the second network."""
        return self._errors[1]

    @property
    def model_name(self) -> str:
        """The network's name; empty where it is not known."""
        return self._networks[0] if self._networks else ""

    @property
    def other_name(self) -> str | None:
        """The second network's name, or None where there is none."""
        return self._networks[1] if len(self._networks) > 1 else None

    def at(self, time_s: float) -> tuple[ShownReading, ...]:
        """Return what is shown of the frame at a media time, by track id; one for each person."""
        if self._known_frames != self._series.frame_count:
            self._known_frames = self._series.frame_count
            self._faces = tuple(self._series.face(face_id) for face_id in self._series.face_ids())
        places: dict[int, list[tuple[FaceSeries, int]]] = {}
        for face in self._faces:
            row = _row_at(face, time_s)
            if row is not None:
                places.setdefault(self._names.get(face.face_id, face.face_id), []).append((face, row))
        found = (reading_of(*_preferred(places[face_id]), face_id, self._errors) for face_id in sorted(places))
        return tuple(reading for reading in found if reading is not None)

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        """Return the faces of a frame; see ``mien.pipeline.pipeline.Finder``."""
        return [reading.track for reading in self.at(frame.timestamp_s)]

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        """Return the readings of a frame; see ``mien.pipeline.pipeline.Reader``."""
        return tuple(shown.raw for shown in self.at(frame.timestamp_s))

    def show(
        self, time_s: float, readings: Sequence[FaceReading], model: str, other_model: str | None = None
    ) -> tuple[ShownReading, ...]:
        """Return what was shown, as it is stored; see ``mien.pipeline.pipeline.ShownMaker``."""
        return self.at(time_s)

    def choose(self, choices: ShownChoices) -> None:
        """What is stored is shown as it is; ``mien.core.shown_series`` makes it anew."""

    def seen(self, image: Image, box: FaceBox) -> Image:
        """Return a face as it lies in the picture: no network sees it here."""
        x1, y1, x2, y2 = (max(round(side), 0) for side in box.xyxy)
        return image[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)]

    def close(self) -> None:
        """Nothing to release."""


def reading_of(
    face: FaceSeries, row: int, face_id: int, errors: Sequence[AffectError | None] = (None, None)
) -> ShownReading | None:
    """Return one row of a series as a reading, or None where its box is none.

    What a table does not keep, such as the turn of the head, is NaN.

    Args:
        face: The series.
        row: Which of its rows.
        face_id: The number to show.
        errors: How far the valence and arousal of each network lie from a person's rating.
    """
    has_place = not np.isnan(face.boxes[row]).all()
    x1, y1, x2, y2 = face.boxes[row].tolist() if has_place else (0.0, 0.0, 1.0, 1.0)
    if not (np.isfinite((x1, y1, x2, y2)).all() and x2 > x1 and y2 > y1):
        return None
    emotion = _emotion_of(face.labels, face.probabilities[row])
    usable = bool(face.usable[row])
    raw_reason = Reason.of(face.raw_reasons[row])
    quality = Quality(
        face_height_px=y2 - y1 if has_place else nan,
        sharpness=nan,
        brightness=nan,
        yaw_deg=nan,
        roll_deg=nan,
        reason=raw_reason,
        score=float(face.quality[row]),
    )
    other, raw_other = _second_of(face, row, errors[1])
    raw_emotion = _emotion_of(face.labels, face.raw.probabilities[row])
    details = (
        FaceDetails(face.details[row]) if face.detail_names == DETAILS and _is_known(face.details[row]) else None
    )
    track_id = int(face.tracks[row]) or face_id
    track = FaceTrack(track_id, FaceBox(x1, y1, x2, y2, 1.0), row, face_id=face_id, has_place=has_place)
    return ShownReading(
        raw=FaceReading(
            track, raw_emotion, _affect_of(face.raw.affect[row], errors[0]), quality, raw_other, details
        ),
        emotion=emotion,
        affect=_affect_of(face.affect[row], errors[0]),
        top=face.labels[face.tops[row]],
        reason=None if usable else Reason.of(face.reasons[row]) or Reason.LOW_CONFIDENCE,
        other=other,
        is_relative=bool(face.relative[row]),
        changes=face.changes[row] if _is_known(face.changes[row]) else None,
        own=own_at(face, row),
    )


def _is_known(values: Floats) -> bool:
    return bool(np.isfinite(values).any())


def _second_of(
    face: FaceSeries, row: int, error: AffectError | None
) -> tuple[ShownExpression | None, SecondReading | None]:
    """Return what is shown of the second network, and what it read; None each where it read nothing."""
    series = face.other
    if series is None:
        return None, None
    emotion = _emotion_of(series.labels, series.probabilities[row])
    if not emotion.is_known:
        return None, None
    shown = ShownExpression(
        emotion=emotion,
        affect=_affect_of(series.affect[row], error),
        top=series.labels[series.tops[row]],
        reason=Reason.of(series.reasons[row]),
    )
    raw = _emotion_of(series.labels, series.raw.probabilities[row])
    return shown, SecondReading(raw, _affect_of(series.raw.affect[row], error))


def _emotion_of(labels: tuple[str, ...], probabilities: npt.NDArray[np.float32]) -> Emotion:
    """Return stored probabilities."""
    chances = np.clip(np.nan_to_num(probabilities), 0.0, 1.0)
    total = float(chances.sum())
    if total <= 0.0:
        return Emotion(labels, np.full(len(labels), 1 / len(labels), np.float32), is_known=False)
    return Emotion(labels, chances / total)


def _affect_of(pair: npt.NDArray[np.float32], error: AffectError | None) -> Affect | None:
    if np.isnan(pair).any():
        return None
    valence, arousal = np.clip(pair, -1.0, 1.0).tolist()
    return Affect(valence, arousal, error)


def _preferred(places: list[tuple[FaceSeries, int]]) -> tuple[FaceSeries, int]:
    """Return the one of several faces of a person in a frame that is taken; see ``preference``."""
    if len(places) == 1:
        return places[0]
    places = sorted(places, key=lambda place: place[0].face_id)
    qualities = np.array([face.quality[row] for face, row in places])
    boxes = np.array([face.boxes[row] for face, row in places])
    return places[int(np.lexsort(preference(qualities, boxes, np.arange(len(places))))[0])]


def _row_at(face: FaceSeries, time_s: float) -> int | None:
    """Return the row that was read at a time, within a few milliseconds."""
    place = int(np.searchsorted(face.times_s, time_s))
    near = [row for row in (place - 1, place) if 0 <= row < len(face)]
    best = min(near, key=lambda row: abs(face.times_s[row] - time_s), default=None)
    return best if best is not None and abs(face.times_s[best] - time_s) <= SAME_FRAME_S else None
