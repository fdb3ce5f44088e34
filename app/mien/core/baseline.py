"""A person's neutral face, and readings relative to it.

Some faces look sad, angry or amused to a network while they rest. Three seconds of rest show how the network sees
that person; what is shown relative to it is what changed since.

Probabilities: with p what is read now, b the mean of the neutral seconds and r what a neutral face ought to read,
the relative reading is softmax(log p - log b + log r). That is Bayes' rule for outputs whose prior is moved
(Saerens, Latinne and Decaestecker 2002, eq. 2.4), with the person's resting face in the place of the prior: what
reads as it did at rest comes out as r, and an expression has to rise above the person's own level to be named.
Valence and arousal: the difference, cut to [-1, 1]. Head pose and action units: the difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, read_only
from mien.core.emotion import Affect, Emotion
from mien.core.face import FrameResult
from mien.core.face_details import DETAILS, changes_of

DURATION_S: Final = 3.0
PATIENCE_S: Final = 0.6
"""So long the face may be away or unusable before the taking is given up: a blink of the detector is none."""
MIN_READINGS: Final = 8
"""Fewer in three seconds are no measure of anything."""
NEUTRAL_SHARE: Final = 0.77
"""What a neutral face ought to read as neutral: mien-m gives 0.78 and mien-s 0.77 on average to 372 faces, kept
out of training, that seven in ten or more people called neutral. The rest is shared out evenly."""
DOUBTFUL_SHARE: Final = 0.6
"""A mean that reads as one other expression by this much is hardly a face at rest. Resting faces that read as sad
or angry stay below it, and are what a baseline is for."""
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
        details: (D,) float32 mean of the details, in the order of ``mien.core.face_details.DETAILS``, or None.
    """

    face_id: int
    model: str
    taken_at_s: float
    labels: tuple[str, ...]
    probabilities: Floats
    affect: Affect | None
    details: Floats | None = None

    def changes(self, details: Floats) -> Floats | None:
        """Return what has changed of a face's details (..., D) since: (..., K), None where they were not taken."""
        return None if self.details is None else changes_of(details, self.details)

    def relate(self, values: Floats) -> Floats:
        """Return readings of the same network relative to this neutral face; see the module.

        Args:
            values: (..., C + 2) float32 probabilities, valence, arousal.
        """
        related: Floats = np.array(values, np.float32)
        logs = _logs(values[..., :-2]) - _logs(self.probabilities) + np.log(_reference(self.labels))
        related[..., :-2] = _softmax(logs)
        if self.affect is not None:
            middle = np.array([self.affect.valence, self.affect.arousal], np.float32)
            related[..., -2:] = np.clip(values[..., -2:] - middle, -1.0, 1.0)
        return related

    def details_by_name(self) -> dict[str, float]:
        """Return what is known of the details at rest, by name."""
        if self.details is None:
            return {}
        return {name: value for name, value in zip(DETAILS, self.details.tolist(), strict=True) if value == value}


def baseline_at(
    baselines: Sequence[Baseline], face_id: int, model: str, labels: tuple[str, ...], time_s: float
) -> Baseline | None:
    """Return the neutral face that holds for a face at a media time: the last one taken, or the first one later.

    Args:
        baselines: In the order in which they were taken.
        face_id: Whose.
        model: The network's name.
        labels: The network's.
        time_s: Media time.
    """
    held = None
    for baseline in baselines:
        if (baseline.face_id, baseline.model, baseline.labels) == (face_id, model, labels):
            if held is not None and baseline.taken_at_s > time_s:
                break
            held = baseline
    return held


def baseline_of(
    face_id: int,
    model: str,
    taken_at_s: float,
    readings: Sequence[tuple[Emotion, Affect | None]],
    details: Sequence[Floats] = (),
) -> Baseline:
    """Return the baseline of one network's readings of a neutral face, all with the same labels.

    Args:
        face_id: Whose.
        model: The network's name.
        taken_at_s: Media time at its end.
        readings: What the network read.
        details: (D,) each, of the pictures in which there were any.

    Raises:
        ValueError: There are none, or their labels differ.
    """
    labels = {emotion.labels for emotion, _ in readings}
    if len(labels) != 1:
        raise ValueError(f"baseline_of: expected readings with one set of labels, got {len(labels)} sets")
    mean = np.exp(np.mean([_logs(emotion.probabilities) for emotion, _ in readings], axis=0)) - FLOOR
    affects = [(affect.valence, affect.arousal) for _, affect in readings if affect is not None]
    valence, arousal = np.mean(affects, axis=0).tolist() if affects else (0.0, 0.0)
    affect = Affect(valence, arousal) if affects else None
    probabilities = read_only((mean / mean.sum()).astype(np.float32))
    neutral = read_only(_mean_known(np.stack(details))) if len(details) else None
    return Baseline(face_id, model, taken_at_s, labels.pop(), probabilities, affect, neutral)


class BaselineTaking:
    """Gathers the neutral seconds of one face.

    Args:
        face_id: Whose.

    Attributes:
        failure: Why it was given up, in words for people, or None.
        doubt: What it reads as where that is hardly a neutral face, for a question to the user, or None.
        baselines: What came of it, one for each network; empty until it is done.
    """

    def __init__(self, face_id: int) -> None:
        self.face_id = face_id
        self.failure: str | None = None
        self.doubt: str | None = None
        self.baselines: tuple[Baseline, ...] = ()
        self._began_s: float | None = None
        self._good_s = 0.0
        self._models: tuple[str, str | None] | None = None
        self._firsts: list[tuple[Emotion, Affect | None]] = []
        self._seconds: list[tuple[Emotion, Affect | None]] = []
        self._details: list[Floats] = []
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
            self._details.clear()
        if self._models != (result.model, result.other_model):
            self.failure = "the network was changed"
            return
        reading = next((each for each in result.readings if each.track.face_id == self.face_id), None)
        if reading is not None and reading.quality.usable:
            self._good_s = time_s
            raw = reading.raw
            self._firsts.append((raw.emotion, raw.affect))
            if raw.details is not None:
                self._details.append(raw.details.values)
            if raw.other is not None:
                self._seconds.append((raw.other.emotion, raw.other.affect))
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
        self.baselines = (baseline_of(self.face_id, first, time_s, self._firsts, self._details),)
        self.doubt = _doubt(self.baselines[0])
        if second is not None and second != first and len(self._seconds) >= MIN_READINGS:
            self.baselines += (baseline_of(self.face_id, second, time_s, self._seconds),)


def _mean_known(rows: Floats) -> Floats:
    """Return the mean of what is known of each column (N, D), NaN where nothing is: (D,)."""
    known = np.isfinite(rows)
    sums, counts = np.where(known, rows, 0.0).sum(axis=0), known.sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).astype(np.float32)


def _doubt(baseline: Baseline) -> str | None:
    """Return what a face reads as that is hardly neutral: mostly one expression, and not neutral with it."""
    shares = dict(zip(baseline.labels, baseline.probabilities.tolist(), strict=True))
    label, share = max(shares.items(), key=lambda each: each[1])
    if "neutral" not in shares or label == "neutral" or share < DOUBTFUL_SHARE:
        return None
    return f"{label} ({100 * share:.0f} %)"


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
    values = np.exp(logs - logs.max(axis=-1, keepdims=True))
    shares: Floats = (values / values.sum(axis=-1, keepdims=True)).astype(np.float32)
    return shares
