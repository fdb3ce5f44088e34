"""What is shown of readings: relative to a neutral face, smoothed, named or withheld. Made once, for everybody.

In this order: a raw reading is weighed by what is to be expected of faces, or put in relation to the person's
neutral face where that is asked for, then smoothed, then its label is withheld or held. Picture, panel, list,
recording, tables and integrations all take the outcome.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mien.core.arrays import Floats, read_only
from mien.core.auto_neutral import NEUTRAL, AutoNeutral
from mien.core.baseline import Baseline, baseline_at
from mien.core.emotion import Affect, AffectError, Emotion, Priors
from mien.core.face import FaceReading, SecondReading, ShownExpression, ShownReading
from mien.core.face_details import changes_of
from mien.core.own_expressions import OwnFollower, parse_own
from mien.core.smoothing import AFFECT, PATIENCE_S, FaceSmoother


@dataclass(frozen=True, slots=True)
class ShownChoices:
    """How readings are shown.

    Attributes:
        smoothing_s: Time constant of the smoothing, seconds; 0 is raw.
        min_confidence: Below this probability a label is withheld as uncertain; None leaves it to the network.
        baselines: Neutral faces that readings are shown relative to, in the order in which they were taken; none
            shows them absolute.
        own: Expressions of the user's own, as texts; see ``mien.core.own_expressions``.
        prior: What is to be expected of faces, by name; counts for networks that offer it. Relative readings have
            the person's own face in its place.
        auto_neutral: Where no neutral face was taken of a person, changes of the face's details are those since
            the first seconds that read neutral; see ``mien.core.auto_neutral``.

    Raises:
        ValueError: ``smoothing_s`` is negative or no number, or an own expression cannot be read.
    """

    smoothing_s: float = 0.0
    min_confidence: float | None = 0.0
    baselines: tuple[Baseline, ...] = ()
    own: tuple[str, ...] = ()
    prior: str = "everyday"
    auto_neutral: bool = False

    def __post_init__(self) -> None:
        parse_own(self.own)
        if not 0.0 <= self.smoothing_s < math.inf:
            raise ValueError(f"ShownChoices.smoothing_s: expected 0 or more seconds, got {self.smoothing_s}")


AS_READ: Final = ShownChoices()
"""Neither smoothed nor withheld nor relative."""


class ShownStage:
    """Makes what is shown of one stream. Used by one thread at a time, but for ``choose``.

    Args:
        choices: How readings are shown.
    """

    def __init__(self, choices: ShownChoices = AS_READ) -> None:
        self._choices = choices
        self._smoothers: dict[tuple[object, ...], FaceSmoother] = {}
        self._own, self._parsed = OwnFollower(), (choices.own, parse_own(choices.own))
        self._neutrals: dict[int, AutoNeutral] = {}

    def choose(self, choices: ShownChoices) -> None:
        """Show otherwise from the next frame on. Safe from any thread."""
        self._choices = choices

    def show(
        self, time_s: float, readings: Sequence[FaceReading], model: str, other_model: str | None = None
    ) -> tuple[ShownReading, ...]:
        """Return what is shown of the readings of one frame.

        Args:
            time_s: Its media time.
            readings: Raw.
            model: The network's name.
            other_model: The second network's, or None.
        """
        choices = self._choices
        if self._parsed[0] != choices.own:
            self._parsed = choices.own, parse_own(choices.own)
        shown = tuple(self._show(time_s, reading, (model, other_model), choices) for reading in readings)
        self._smoothers = {
            key: face for key, face in self._smoothers.items() if abs(time_s - face.last_s) <= PATIENCE_S
        }
        return shown

    def _show(
        self, time_s: float, raw: FaceReading, models: tuple[str, str | None], choices: ShownChoices
    ) -> ShownReading:
        first, baseline = self._follow(time_s, raw, raw, (0, models[0]), choices)
        other = None
        changes = self._changes(time_s, raw, first, baseline, choices)
        if raw.other is not None:
            other, _ = self._follow(time_s, raw, raw.other, (1, models[1] or ""), choices)
        shown = ShownReading(
            raw=raw,
            emotion=first.emotion,
            affect=first.affect,
            top=first.top,
            reason=first.reason,
            other=other,
            is_relative=baseline is not None,
            changes=changes,
        )
        own = self._parsed[1]
        if not own:
            return shown
        values = self._own.values(time_s, shown, own)
        return replace(shown, own={each.name: value for each, value in zip(own, values, strict=True)})

    def _changes(
        self,
        time_s: float,
        raw: FaceReading,
        shown: ShownExpression,
        baseline: Baseline | None,
        choices: ShownChoices,
    ) -> Floats | None:
        """Return what has changed of a face's details since its neutral face: the one taken, else a found one."""
        if raw.details is None:
            return None
        values = raw.details.values
        if baseline is not None and baseline.details is not None:
            return baseline.changes(values)
        if not choices.auto_neutral:
            return None
        finder = self._neutrals.setdefault(raw.track.face_id, AutoNeutral())
        neutral = finder.step(time_s, shown.label == NEUTRAL, values)
        return None if neutral is None else changes_of(values, neutral)

    def _follow(
        self,
        time_s: float,
        face: FaceReading,
        read: FaceReading | SecondReading,
        network: tuple[int, str],
        choices: ShownChoices,
    ) -> tuple[ShownExpression, Baseline | None]:
        """Return what is shown of one network's reading of a face, and what it is relative to."""
        face_id, labels = face.track.face_id, read.emotion.labels
        baseline = baseline_at(choices.baselines, face_id, network[1], labels, time_s)
        # A new track of the same person, as after a cut, starts without memory.
        key = (face.track.track_id, face_id, *network, labels, baseline)
        smoother = self._smoothers.get(key)
        if smoother is None:
            smoother = self._smoothers[key] = FaceSmoother()
        raw = values_of(read.emotion, read.affect)
        priors = read.emotion.priors
        related = baseline.relate(raw) if baseline is not None else expecting(raw, priors, choices.prior)
        step = smoother.step(
            time_s,
            related,
            face.quality.reason,
            choices.smoothing_s,
            choices.min_confidence,
            None if priors is None else priors.certainty(choices.prior),
        )
        emotion, affect = read.emotion, read.affect
        if step.values is not raw:
            emotion, affect = expression_of(labels, step.values, None if affect is None else affect.error)
        shown = ShownExpression(emotion=emotion, affect=affect, top=labels[step.top], reason=step.reason)
        return shown, baseline


def as_read(raw: FaceReading, min_confidence: float | None = 0.0) -> ShownReading:
    """Return what is shown of a single reading, without anything before it: of a photo, or in a test."""
    return ShownStage(ShownChoices(min_confidence=min_confidence)).show(0.0, (raw,), "")[0]


def values_of(emotion: Emotion, affect: Affect | None) -> Floats:
    """Return a reading as numbers: (C + 2,) float32 probabilities, valence, arousal; NaN without affect."""
    values: Floats = np.full(len(emotion.labels) + AFFECT, np.nan, np.float32)
    values[:-AFFECT] = emotion.probabilities
    if affect is not None:
        values[-AFFECT:] = affect.valence, affect.arousal
    return values


def expecting(values: Floats, priors: Priors | None, name: str) -> Floats:
    """Return raw numbers (..., C + 2) as they are where a prior is expected; see ``values_of``."""
    if priors is None or priors.shares(name) == priors.held:
        return values
    return np.concatenate([priors.expecting(name, values[..., :-AFFECT]), values[..., -AFFECT:]], axis=-1)


def expression_of(
    labels: tuple[str, ...], values: Floats, error: AffectError | None = None
) -> tuple[Emotion, Affect | None]:
    """Return numbers as a reading; see ``values_of``, and ``Affect`` for the error."""
    emotion = Emotion(labels, read_only(values[:-AFFECT]))
    valence, arousal = values[-AFFECT:].tolist()
    return emotion, None if math.isnan(valence) or math.isnan(arousal) else Affect(valence, arousal, error)
