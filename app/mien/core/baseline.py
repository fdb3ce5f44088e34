"""A person's neutral face, and readings relative to it.

Some faces look sad, angry or amused to a network while they rest. Three seconds of rest show how the network sees
that person; what is shown relative to it is what changed since.

Probabilities: with p what is read now, b the mean of the neutral seconds and r what a neutral face ought to read,
the relative reading is softmax(log p - log b + log r). That is Bayes' rule for outputs whose prior is moved
(Saerens, Latinne and Decaestecker 2002, eq. 2.4), with the person's resting face in the place of the prior: what
reads as it did at rest comes out as r, and an expression has to rise above the person's own level to be named.
Valence and arousal: the difference, cut to [-1, 1].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, read_only
from mien.core.emotion import Affect, Emotion
from mien.core.face import FaceReading, FrameResult, SecondReading

DURATION_S: Final = 3.0
PATIENCE_S: Final = 0.6
"""So long the face may be away or unusable before the taking is given up: a blink of the detector is none."""
MIN_READINGS: Final = 8
"""Fewer in three seconds are no measure of anything."""
NEUTRAL_SHARE: Final = 0.77
"""What a neutral face ought to read as neutral: mien-m gives 0.78 and mien-s 0.77 on average to 372 faces, kept
out of training, that seven in ten or more people called neutral. The rest is shared out evenly."""
FLOOR: Final = 0.01
"""Added to every probability before its logarithm: a network's tenth of a per cent is noise, and a ratio of two
such numbers would be noise made large."""

Logs = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """How one network sees one person's neutral face.

    Attributes:
        face_id: Whose.
        model: The network's name.
        taken_at_s: Media time at its end.
        labels: C names.
        probabilities: (C,) float32, the geometric mean of the readings: their mean log-odds.
        affect: Mean valence and arousal, or None.
    """

    face_id: int
    model: str
    taken_at_s: float
    labels: tuple[str, ...]
    probabilities: Floats
    affect: Affect | None

    def relative(self, emotion: Emotion, affect: Affect | None) -> tuple[Emotion, Affect | None]:
        """Return a reading of the same network relative to this neutral face; see the module."""
        logs = _logs(emotion.probabilities) - _logs(self.probabilities) + np.log(_reference(self.labels))
        if affect is None or self.affect is None:
            return Emotion(emotion.labels, _softmax(logs)), affect
        moved = Affect(_unit(affect.valence - self.affect.valence), _unit(affect.arousal - self.affect.arousal))
        return Emotion(emotion.labels, _softmax(logs)), moved


Baselines = Mapping[tuple[int, str], Baseline]
"""By face and network."""


def baseline_of(
    face_id: int, model: str, taken_at_s: float, readings: Sequence[tuple[Emotion, Affect | None]]
) -> Baseline:
    """Return the baseline of one network's readings of a neutral face, all with the same labels.

    Raises:
        ValueError: There are none, or their labels differ.
    """
    labels = {emotion.labels for emotion, _ in readings}
    if len(labels) != 1:
        raise ValueError(f"baseline_of: expected readings with one set of labels, got {len(labels)} sets")
    mean = np.exp(np.mean([_logs(emotion.probabilities) for emotion, _ in readings], axis=0)) - FLOOR
    affects = [(affect.valence, affect.arousal) for _, affect in readings if affect is not None]
    affect = Affect(*(float(each) for each in np.mean(affects, axis=0))) if affects else None
    probabilities = read_only((mean / mean.sum()).astype(np.float32))
    return Baseline(face_id, model, taken_at_s, labels.pop(), probabilities, affect)


def relative_to(result: FrameResult, baselines: Baselines) -> FrameResult:
    """Return the result with the readings of all faces that have a baseline relative to it, and marked as such."""
    if not baselines or not result.readings:
        return result
    readings = tuple(_relative_reading(reading, result, baselines) for reading in result.readings)
    return replace(result, readings=readings)


def _relative_reading(reading: FaceReading, result: FrameResult, baselines: Baselines) -> FaceReading:
    baseline = baselines.get((reading.track.face_id, result.model))
    if baseline is None or baseline.labels != reading.emotion.labels:
        return reading
    emotion, affect = baseline.relative(reading.emotion, reading.affect)
    other = reading.other
    if other is not None:
        second = baselines.get((reading.track.face_id, result.other_model or ""))
        if second is not None and second.labels == other.emotion.labels:
            other = SecondReading(*second.relative(other.emotion, other.affect))
    return replace(reading, emotion=emotion, affect=affect, other=other, is_relative=True)


class BaselineTaking:
    """Gathers the neutral seconds of one face.

    Args:
        face_id: Whose.

    Attributes:
        failure: Why it was given up, in words for people, or None.
        baselines: What came of it, one for each network; empty until it is done.
    """

    def __init__(self, face_id: int) -> None:
        self.face_id = face_id
        self.failure: str | None = None
        self.baselines: tuple[Baseline, ...] = ()
        self._began_s: float | None = None
        self._good_s = 0.0
        self._models: tuple[str, str | None] | None = None
        self._firsts: list[tuple[Emotion, Affect | None]] = []
        self._seconds: list[tuple[Emotion, Affect | None]] = []
        self._progress = 0.0

    @property
    def is_over(self) -> bool:
        """Whether it is done or given up."""
        return self.failure is not None or bool(self.baselines)

    @property
    def progress(self) -> float:
        """From 0 to 1."""
        return self._progress

    def add(self, result: FrameResult) -> None:
        """Take the next frame. Low confidence is no obstacle: it is what a baseline is for."""
        if self.is_over:
            return
        time_s = result.frame.timestamp_s
        if self._began_s is None or time_s < self._began_s:
            self._began_s = self._good_s = time_s
            self._models = (result.model, result.other_model)
            self._firsts.clear()
            self._seconds.clear()
        if self._models != (result.model, result.other_model):
            self.failure = "the network was changed"
            return
        reading = next((each for each in result.readings if each.track.face_id == self.face_id), None)
        if reading is not None and reading.quality.usable:
            self._good_s = time_s
            self._firsts.append((reading.emotion, reading.affect))
            if reading.other is not None:
                self._seconds.append((reading.other.emotion, reading.other.affect))
        elif time_s - self._good_s > PATIENCE_S:
            reason = reading.quality.reason if reading is not None else None
            self.failure = f"the face is {reason}" if reason else "the face is out of view"
            return
        self._progress = min((time_s - self._began_s) / DURATION_S, 1.0)
        if time_s - self._began_s >= DURATION_S:
            self._finish(time_s)

    def _finish(self, time_s: float) -> None:
        if len(self._firsts) < MIN_READINGS:
            self.failure = "too few pictures came"
            return
        assert self._models is not None
        first, second = self._models
        self.baselines = (baseline_of(self.face_id, first, time_s, self._firsts),)
        if second is not None and second != first and len(self._seconds) >= MIN_READINGS:
            self.baselines += (baseline_of(self.face_id, second, time_s, self._seconds),)


def _reference(labels: tuple[str, ...]) -> Logs:
    """Return what a neutral face ought to read; evenly all where a network has no word for neutral."""
    if "neutral" not in labels or len(labels) == 1:
        return np.full(len(labels), 1.0 / len(labels))
    shares = np.full(len(labels), (1.0 - NEUTRAL_SHARE) / (len(labels) - 1))
    shares[labels.index("neutral")] = NEUTRAL_SHARE
    return shares


def _logs(probabilities: Floats) -> Logs:
    return np.log(probabilities.astype(np.float64) + FLOOR)


def _softmax(logs: Logs) -> Floats:
    values = np.exp(logs - logs.max())
    return read_only((values / values.sum()).astype(np.float32))


def _unit(value: float) -> float:
    return min(max(value, -1.0), 1.0)
