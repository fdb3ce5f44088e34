"""Calms the readings of each face over time, alike at every frame rate.

Exponential smoothing with alpha = 1 - exp(-dt / tau). The label that is shown is always the most probable
expression of the smoothed probabilities: they change steadily, so that no further rule is needed against flicker,
and label and bars never contradict each other.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from mien.core.arrays import Floats
from mien.core.emotion import Affect, Emotion


@dataclass(slots=True)
class _State:
    timestamp_s: float
    labels: tuple[str, ...]
    probabilities: Floats
    affect: Affect | None


class Smoother:
    """Smooths the readings of one stream, each face by itself.

    Args:
        tau_s: Time constant in seconds: after it 63 % of a change are through, after three times it 95 %.
            0 leaves the readings as they are.

    Raises:
        ValueError: ``tau_s`` is negative or no number.
    """

    def __init__(self, tau_s: float) -> None:
        if not 0.0 <= tau_s < math.inf:
            raise ValueError(f"Smoother.tau_s: expected 0 or more seconds, got {tau_s}")
        self.tau_s = tau_s
        self._states: dict[int, _State] = {}

    def smooth(
        self, track_id: int, timestamp_s: float, emotion: Emotion, affect: Affect | None
    ) -> tuple[Emotion, Affect | None]:
        """Take the raw reading of a face and return the smoothed one.

        Args:
            track_id: The face.
            timestamp_s: Media time, rising from call to call for a face.
            emotion: Raw; other labels than before start anew.
            affect: Raw, or None.
        """
        last = self._states.get(track_id)
        probabilities = emotion.probabilities
        if last is not None and last.labels == emotion.labels:
            alpha = self._alpha(timestamp_s - last.timestamp_s)
            probabilities = last.probabilities + np.float32(alpha) * (probabilities - last.probabilities)
            affect = _blend(last.affect, affect, alpha)
        self._states[track_id] = _State(timestamp_s, emotion.labels, probabilities, affect)
        return Emotion(emotion.labels, probabilities), affect

    def keep(self, track_ids: Collection[int], timestamp_s: float, patience_s: float = 2.0) -> None:
        """Forget the faces that are not among ``track_ids`` and were not read for ``patience_s``."""
        self._states = {
            track_id: state
            for track_id, state in self._states.items()
            if track_id in track_ids or timestamp_s - state.timestamp_s <= patience_s
        }

    def _alpha(self, elapsed_s: float) -> float:
        return 1.0 if self.tau_s == 0.0 else 1.0 - math.exp(-max(elapsed_s, 0.0) / self.tau_s)


def _blend(last: Affect | None, new: Affect | None, alpha: float) -> Affect | None:
    if last is None or new is None:
        return new
    return Affect(
        last.valence + alpha * (new.valence - last.valence),
        last.arousal + alpha * (new.arousal - last.arousal),
    )
