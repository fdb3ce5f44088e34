"""An exported network, asked as the program asks it: same manifest, same preprocessing, same temperature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.core.emotion import EXPRESSIONS
from mien.inference.classifier import MAX_BATCH, Classifier
from mien.inference.manifest import InputSpec, PriorName
from mien.inference.session import OnnxSession
from mien.vision.crops import prepare_crop
from mien_models.evaluation.calibration import softmax


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a network says of N faces.

    Attributes:
        probabilities: (N, 8) float64 in the order of `EXPRESSIONS`; 0 for a label that the network does not know.
        affect: (N, 2) float64 [valence, arousal], or None where the network gives none.
        certain: (N,) bool: the program shows the label as certain by itself; None where the network does not say.
    """

    probabilities: NDArray[np.float64]
    affect: NDArray[np.float64] | None
    certain: NDArray[np.bool_] | None = None

    def within(self, columns: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the probabilities of some labels only, renormalised: (N, len(columns))."""
        chosen = self.probabilities[:, columns]
        total = np.maximum(chosen.sum(axis=1, keepdims=True), 1e-12)
        return np.asarray(chosen / total, dtype=np.float64)

    def averaged_with(self, other: Answers) -> Answers:
        """Return the mean of two answers to the same faces, mirrored in one of them."""
        affect = None if self.affect is None or other.affect is None else (self.affect + other.affect) / 2.0
        return Answers((self.probabilities + other.probabilities) / 2.0, affect)


class JudgedNetwork:
    """A network under judgement, on the CPU.

    Args:
        path: The `.onnx` file.
        threads: One, where time is measured; a teacher may have more.
        prior: By which of its priors it is read, where it has any.
    """

    def __init__(self, path: Path, threads: int = 1, prior: PriorName = "everyday") -> None:
        self._session = OnnxSession(path, provider="cpu", threads=threads)
        self._classifier, self._prior = Classifier(self._session), prior
        # An expression that Mien has no name for counts for none.
        self._known = [index for index, label in enumerate(self.labels) if label in EXPRESSIONS]
        self._columns = [EXPRESSIONS.index(self.labels[index]) for index in self._known]

    @property
    def name(self) -> str:
        """The network's name."""
        return self._classifier.name

    @property
    def labels(self) -> tuple[str, ...]:
        """Its expressions, as Mien names them."""
        return self._classifier.labels

    @property
    def priors(self) -> tuple[PriorName, ...]:
        """The priors that it offers; empty where its answers hold one of their own."""
        return tuple(self._classifier.manifest.outputs.expression.priors)

    @property
    def temperature(self) -> float:
        """What the logits are divided by."""
        return self._classifier.manifest.outputs.expression.temperature

    @property
    def certain_from(self) -> float:
        """From which probability on its labels are certain, all labels alike to be expected; 0 where unknown."""
        return self._classifier.manifest.outputs.expression.certain_from

    @property
    def input_spec(self) -> InputSpec:
        """How the network wants its faces."""
        return self._classifier.manifest.input

    @property
    def has_fer2013(self) -> bool:
        """Whether it has a second answer by FER2013's labels."""
        return self._session.manifest.outputs.fer2013 is not None

    def ask_fer2013(self, crops: Iterable[NDArray[np.uint8]]) -> NDArray[np.float64]:
        """Return what the head for FER2013's labels says: (N, 7) probabilities in the order of `LABELS`.

        Args:
            crops: As of `ask`.
        """
        spec = self._session.manifest.outputs.fer2013
        assert spec is not None
        prepared = np.concatenate([prepare_crop(crop, self.input_spec) for crop in crops])
        starts = range(0, len(prepared), MAX_BATCH)
        logits = [self._session.run_fer2013(prepared[start : start + MAX_BATCH]) for start in starts]
        return softmax(np.concatenate(logits), spec.temperature)

    def ask(self, crops: Iterable[NDArray[np.uint8]]) -> Answers:
        """Read faces that are cut out already.

        Args:
            crops: (h, w) gray or (h, w, 3) BGR uint8, each a face.
        """
        batch = np.concatenate([prepare_crop(crop, self.input_spec) for crop in crops])
        predictions = self._classifier.predict(batch)
        priors = self._classifier.priors
        chances = np.stack([prediction.emotion.probabilities for prediction in predictions])
        if priors is not None:
            chances = priors.expecting(self._prior, chances)
        probabilities = np.zeros((len(predictions), len(EXPRESSIONS)))
        probabilities[:, self._columns] = chances[:, self._known]
        points = [prediction.affect for prediction in predictions]
        known = [(point.valence, point.arousal) for point in points if point is not None]
        certain = None
        if priors is not None and (certainty := priors.certainty(self._prior)) is not None:
            certain = np.array([certainty.holds(each, int(each.argmax())) for each in chances])
        return Answers(probabilities, np.array(known) if len(known) == len(points) else None, certain)
