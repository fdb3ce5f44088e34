"""From faces in frames to expressions: one batch, one call, whatever network it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats
from mien.core.emotion import Affect, Emotion, Priors, distinct_labels
from mien.errors import ModelError
from mien.inference.manifest import ExpressionOutput
from mien.inference.session import OnnxSession, ProviderChoice

MAX_BATCH: Final = 32
"""Faces in one call; a crowd is read in several, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the network says of one face, before smoothing."""

    emotion: Emotion
    affect: Affect | None


RAW_PRIOR: Final = "everyday"
"""Raw readings hold this prior, or the first one that a network offers. What the user expects is put in its place
when readings are shown, so that no video is read again for it."""


def priors_of(spec: ExpressionOutput) -> Priors | None:
    """Return what raw probabilities hold of what is expected, or None where the network offers no choice."""
    if not spec.priors:
        return None
    held = spec.priors.get(RAW_PRIOR) or next(iter(spec.priors.values()))
    return Priors(held, tuple(spec.priors.items()), spec.certain_from)


def prior_shift(spec: ExpressionOutput) -> npt.NDArray[np.float64] | float:
    """Return what is added to the divided logits, one number a label: 0 where the network offers no choice."""
    priors = priors_of(spec)
    if priors is None:
        return 0.0
    learned = np.log(np.asarray(spec.learned_prior, np.float64)) if spec.learned_prior else 0.0
    return np.asarray(np.log(np.asarray(priors.held, np.float64)) - learned, np.float64)


class Classifier:
    """Turns batches of prepared faces into probabilities, valence and arousal.

    Args:
        session: The network.

    Attributes:
        manifest: What it says of itself.
        labels: What it tells apart, as Mien names it.
        priors: What its probabilities hold of what is expected, or None where it offers no choice.
    """

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self.manifest = session.manifest
        self.labels = distinct_labels(session.manifest.labels)
        self._shift = prior_shift(self.manifest.outputs.expression)
        self.priors = priors_of(self.manifest.outputs.expression)
        affect = self.manifest.outputs.affect
        self.affect_error = None if affect is None else affect.error

    @property
    def name(self) -> str:
        """The network's name."""
        return self.manifest.name

    @property
    def path(self) -> Path:
        """The network's file."""
        return self._session.path

    @property
    def provider(self) -> ProviderChoice:
        """On what it runs."""
        return self._session.provider

    def keeps_up(self) -> bool:
        """Whether this machine is fast enough to read a camera's faces with this network. Takes a few readings."""
        return self._session.keeps_up()

    def predict(self, batch: Floats) -> list[Prediction]:
        """Read a batch of faces.

        Args:
            batch: (N, …) float32 as the manifest says, made by ``mien.vision.crops``.

        Returns:
            N predictions.

        Raises:
            ModelError: The network answers with numbers that are none.
        """
        predictions: list[Prediction] = []
        for start in range(0, len(batch), MAX_BATCH):
            predictions += self._predict_at_once(batch[start : start + MAX_BATCH])
        return predictions

    def _predict_at_once(self, batch: Floats) -> list[Prediction]:
        outputs = self._session.run(batch)
        if not all(np.isfinite(output).all() for output in outputs):
            raise ModelError(f"{self.name}: the network answers with undefined numbers; choose another")
        probabilities = self._to_probabilities(outputs[0])
        affects = self._to_affects(outputs[1]) if len(outputs) > 1 else [None] * len(batch)
        return [
            Prediction(Emotion(self.labels, row, self.priors), affect)
            for row, affect in zip(probabilities, affects, strict=True)
        ]

    def _to_probabilities(self, values: Floats) -> Floats:
        """Apply softmax to the logits as the manifest says, or take probabilities as they are, summing to 1."""
        spec = self.manifest.outputs.expression
        if spec.kind == "logits":
            scaled = values.astype(np.float64) / spec.temperature + self._shift
            values = np.exp(scaled - scaled.max(axis=1, keepdims=True)).astype(np.float32)
        else:
            values = np.clip(values, 0.0, None)
        total = values.sum(axis=1, keepdims=True)
        uniform: Floats = np.full_like(values, 1.0 / values.shape[1])
        np.divide(values, total, out=uniform, where=total > 0)
        return uniform

    def _to_affects(self, values: Floats) -> Sequence[Affect | None]:
        """Bring valence and arousal into their order and into [-1, 1]."""
        spec = self.manifest.outputs.affect
        assert spec is not None
        low, high = spec.range
        unit = np.clip((values - low) / (high - low) * 2.0 - 1.0, -1.0, 1.0)
        valence, arousal = spec.order.index("valence"), spec.order.index("arousal")
        return [Affect(float(row[valence]), float(row[arousal]), spec.error) for row in unit]
