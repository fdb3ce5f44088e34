"""Hysteresis of what is written: a word that changes with every frame cannot be read."""

from dataclasses import dataclass
from typing import Final

from mien.core.emotion import UNCERTAIN
from mien.core.face import FaceReading

HOLD_S: Final = 0.25
"""A new label must have stood this long before it is written."""
CLEAR_LEAD: Final = 0.25
"""By this much more probability than the written label it is written at once."""


@dataclass(frozen=True, slots=True)
class HeldLabel:
    """What is written for a face.

    Attributes:
        label: An expression, or "uncertain".
        confidence: Probability of the most probable expression.
        reason: Why it is uncertain, or None.
    """

    label: str
    confidence: float
    reason: str | None


class LabelHold:
    """Keeps what is written for one face until something else has stood for a moment."""

    def __init__(self) -> None:
        self._written: str | None = None
        self._reason: str | None = None
        self._rival: str | None = None
        self._rival_since_s = 0.0

    def write(self, reading: FaceReading, time_s: float) -> HeldLabel:
        """Take the next reading, at media time ``time_s``, and return what to write."""
        label = reading.emotion.label if reading.usable else UNCERTAIN
        if label == self._written:
            self._rival = None
            self._reason = reading.reason
        else:
            if label != self._rival or time_s < self._rival_since_s:
                self._rival, self._rival_since_s = label, time_s
            if self._written is None or self._is_due(reading, time_s):
                self._written, self._reason, self._rival = label, reading.reason, None
        written = self._written or label
        return HeldLabel(written, _probability(reading, written), self._reason if written == UNCERTAIN else None)

    def _is_due(self, reading: FaceReading, time_s: float) -> bool:
        if time_s - self._rival_since_s >= HOLD_S:
            return True
        if UNCERTAIN in (self._rival, self._written) or self._written is None:
            return False
        return reading.emotion.confidence - _probability(reading, self._written) >= CLEAR_LEAD


def _probability(reading: FaceReading, label: str) -> float:
    """Return the probability of what is written; of the top one where that is no expression."""
    labels = reading.emotion.labels
    if label in labels:
        return float(reading.emotion.probabilities[labels.index(label)])
    return reading.emotion.confidence


class LabelHolds:
    """The holds of all faces; those that went are forgotten."""

    def __init__(self) -> None:
        self._holds: dict[int, LabelHold] = {}

    def write(self, readings: tuple[FaceReading, ...], time_s: float) -> dict[int, HeldLabel]:
        """Return what to write for each face of a frame, by track id."""
        present = {reading.track.face_id for reading in readings}
        self._holds = {track_id: hold for track_id, hold in self._holds.items() if track_id in present}
        return {
            reading.track.face_id: self._holds.setdefault(reading.track.face_id, LabelHold()).write(
                reading, time_s
            )
            for reading in readings
        }
