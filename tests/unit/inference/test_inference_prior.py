"""The prior is the user's: one network, two ways of reading the same logits."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.composition import open_classifier
from mien.core.face import ShownReading
from mien.core.shown import ShownStage
from mien.errors import ManifestError
from mien.inference.classifier import Classifier
from mien.inference.manifest import PriorName
from mien.inference.session import OnnxSession
from mien.pipeline.shown_choices import shown_choices
from mien.settings import Settings
from tests.makers import make_raw
from tests.networks import manifest_of, write_network

EVERYDAY = [0.4, 0.3, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05]
BALANCED = [0.125] * 8


def read(folder: Path, prior: PriorName, logits: list[float], **expression: Any) -> np.ndarray:
    """Return what is shown of a face, its raw reading by the network's own prior."""
    outputs = manifest_of()["outputs"]
    outputs["expression"] |= expression
    path = write_network(folder / "a.onnx", manifest_of(outputs=outputs), logits=logits)
    classifier = Classifier(OnnxSession(path, provider="cpu"))
    return shown(classifier, prior).emotion.probabilities


def shown(classifier: Classifier, prior: PriorName) -> ShownReading:
    settings = Settings().changed(shown={"prior": prior})
    said = classifier.predict(np.zeros((1, 1, 16, 16), np.float32))[0]
    raw = make_raw(emotion=said.emotion, affect=said.affect)
    return ShownStage(shown_choices(settings)).show(0.0, (raw,), "a")[0]


@pytest.mark.parametrize(("prior", "shares"), [("everyday", EVERYDAY), ("balanced", BALANCED)])
def test_a_face_that_says_nothing_is_read_as_the_prior(
    tmp_path: Path, prior: PriorName, shares: list[float]
) -> None:
    priors = {"everyday": EVERYDAY, "balanced": BALANCED}
    np.testing.assert_allclose(read(tmp_path, prior, [0.0] * 8, priors=priors), shares, rtol=1e-5)


def test_the_prior_comes_after_the_temperature(tmp_path: Path) -> None:
    logits = [float(number) for number in range(8)]
    said = read(tmp_path, "everyday", logits, priors={"everyday": EVERYDAY}, temperature=2.0)
    expected = np.exp(np.arange(8) / 2.0) * np.asarray(EVERYDAY)
    np.testing.assert_allclose(said, expected / expected.sum(), rtol=1e-5)


def test_what_the_data_taught_of_shares_is_taken_off(tmp_path: Path) -> None:
    logits = list(np.log(EVERYDAY))
    said = read(tmp_path, "balanced", logits, priors={"balanced": BALANCED}, learned_prior=EVERYDAY)
    np.testing.assert_allclose(said, BALANCED, rtol=1e-5)


def test_a_network_without_priors_is_read_as_it_answers(tmp_path: Path) -> None:
    logits = [float(number) for number in range(8)]
    expected = np.exp(np.arange(8.0))
    for prior in ("everyday", "balanced"):
        np.testing.assert_allclose(read(tmp_path, prior, logits), expected / expected.sum(), rtol=1e-5)


@pytest.mark.parametrize(
    "expression",
    [
        {"priors": {"everyday": BALANCED[:7]}},
        {"priors": {"everyday": [0.5] * 8}},
        {"priors": {"everyday": [0.0, *BALANCED[1:]]}},
        {"priors": {"weekend": BALANCED}},
        {"learned_prior": [1.0]},
        {"priors": {"balanced": BALANCED}, "kind": "probabilities"},
    ],
)
def test_a_prior_that_is_none_is_refused(tmp_path: Path, expression: dict[str, Any]) -> None:
    with pytest.raises(ManifestError):
        read(tmp_path, "everyday", [0.0] * 8, **expression)


def test_what_is_read_is_the_same_whatever_is_expected(tmp_path: Path) -> None:
    outputs = manifest_of()["outputs"]
    outputs["expression"]["priors"] = {"everyday": EVERYDAY, "balanced": BALANCED}
    path = write_network(tmp_path / "a.onnx", manifest_of(outputs=outputs))
    for prior in ("everyday", "balanced"):
        settings = Settings().changed(reading={"model": str(path)}, shown={"prior": prior})
        classifier = open_classifier(settings.changed(compute={"provider": "cpu"}))
        assert shown(classifier, prior).raw.emotion.probabilities.tolist() == pytest.approx(EVERYDAY)


def test_certain_labels_are_the_same_whatever_is_expected(tmp_path: Path) -> None:
    outputs = manifest_of()["outputs"]
    outputs["expression"] |= {"priors": {"everyday": EVERYDAY, "balanced": BALANCED}, "certain_from": 0.6}
    for lead, is_certain in ((2.2, False), (2.5, True)):  # of contempt, of which 1 in 20 faces is expected
        logits = [0.0] * 7 + [lead]
        path = write_network(tmp_path / f"{lead}.onnx", manifest_of(outputs=outputs), logits=logits)
        for prior in ("everyday", "balanced"):
            said = shown(Classifier(OnnxSession(path, provider="cpu")), prior)
            assert (said.top, said.usable) == ("contempt", is_certain)
