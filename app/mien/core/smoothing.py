"""From one network's raw readings of one face to what is shown of them: smoothed, with a label that can be read.

Exponential smoothing with alpha = 1 - exp(-dt / tau), alike at every frame rate. A label that changed with every
frame could not be read either: a new one is named after it was the most probable for ``HOLD_S``, or at once where
it is ahead by ``CLEAR_LEAD``. A time constant of 0 is raw: nothing is smoothed and nothing is held.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from mien.core.arrays import Floats
from mien.core.emotion import Certainty
from mien.core.face import Reason

HOLD_S: Final = 0.25
"""A new label must have been the most probable one for this long before it is named."""
CLEAR_LEAD: Final = 0.25
"""Ahead of the named label by this much probability, a new one is named at once."""
PATIENCE_S: Final = 2.0
"""A face that was away for longer is read anew, without memory."""

UNKNOWN_LEAST: Final = 0.4
"""Least probability of a label of a network that does not say from where on it is certain."""

AFFECT: Final = 2
"""Values behind the probabilities: valence and arousal."""


class Step(NamedTuple):
    """What is shown after a reading.

    Attributes:
        values: (C + 2,) float32 probabilities, valence, arousal, smoothed.
        top: Index of the expression that is named.
        reason: Why it is withheld, or None.
    """

    values: Floats
    top: int
    reason: Reason | None


class FaceSmoother:
    """Follows one face as one network reads it. Readings come in the order of time; an earlier one starts anew."""

    def __init__(self) -> None:
        self._last_s = -math.inf
        self._values: Floats | None = None
        self._named: tuple[int, Reason | None] | None = None
        self._rival: int | None = None
        self._rival_since_s = 0.0

    @property
    def last_s(self) -> float:
        """Media time of the last reading."""
        return self._last_s

    def step(
        self,
        time_s: float,
        values: Floats,
        reason: Reason | None,
        tau_s: float,
        min_confidence: float | None,
        certainty: Certainty | None = None,
    ) -> Step:
        """Take the next raw reading, and return what to show.

        Args:
            time_s: Media time.
            values: (C + 2,) float32 probabilities, valence, arousal; NaN where the network gives no affect.
            reason: Why the face cannot be read well, or None.
            tau_s: Time constant in seconds: after it 63 % of a change are through, after three times it 95 %.
            min_confidence: Below this probability the label is withheld; None leaves it to ``certainty``.
            certainty: From where on the network's labels are certain, or None where it does not say.
        """
        elapsed_s = time_s - self._last_s
        if not 0.0 <= elapsed_s <= PATIENCE_S:
            self._values = self._named = self._rival = None
        self._last_s = time_s
        values = self._values = self._smoothed(values, elapsed_s, tau_s)
        top = int(values[:-AFFECT].argmax())
        if reason is None and not _is_certain(values[:-AFFECT], top, min_confidence, certainty):
            reason = Reason.LOW_CONFIDENCE
        if tau_s == 0.0:
            self._named, self._rival = (top, reason), None
            return Step(values, top, reason)
        return Step(values, *self._held(time_s, elapsed_s, values, top, reason))

    def _smoothed(self, values: Floats, elapsed_s: float, tau_s: float) -> Floats:
        last = self._values
        if last is None or tau_s == 0.0:
            return values
        alpha = np.float32(1.0 - math.exp(-elapsed_s / tau_s))
        blended: Floats = last + alpha * (values - last)
        if np.isnan(blended[0]) or np.isnan(last[-1]) != np.isnan(values[-1]):  # one of the two was read in part
            return values
        return blended

    def _held(
        self, time_s: float, elapsed_s: float, values: Floats, top: int, reason: Reason | None
    ) -> tuple[int, Reason | None]:
        """Return the expression to name, and why it is withheld."""
        if self._named is None or elapsed_s > HOLD_S:
            self._named, self._rival = (top, reason), None
            return self._named
        named, named_reason = self._named
        label, named_label = _label(top, reason), _label(named, named_reason)
        if label == named_label:
            self._named, self._rival = (top, reason), None
            return self._named
        if label != self._rival:
            self._rival, self._rival_since_s = label, time_s
        is_due = time_s - self._rival_since_s >= HOLD_S
        if not is_due and reason is None and named_reason is None:
            is_due = bool(values[top] - values[named] >= CLEAR_LEAD)
        if is_due:
            self._named, self._rival = (top, reason), None
        elif named_reason is not None:  # still withheld: the expression under it may change unseen
            self._named = (top, named_reason)
        return self._named


def _is_certain(
    probabilities: Floats, top: int, min_confidence: float | None, certainty: Certainty | None
) -> bool:
    if min_confidence is None and certainty is not None:
        return certainty.holds(probabilities, top)
    return bool(probabilities[top] >= (UNKNOWN_LEAST if min_confidence is None else min_confidence))


def _label(top: int, reason: Reason | None) -> int:
    """Return what is told apart by eye: the expression, or -1 for "uncertain"."""
    return top if reason is None else -1
