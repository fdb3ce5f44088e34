from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.external_data_helper import convert_model_to_external_data

from mien.errors import ManifestError, ModelError, ProviderUnavailable
from mien.inference.classifier import Classifier
from mien.inference.session import OnnxSession
from tests.networks import LABELS, manifest_of, write_network


def classifier(path: Path) -> Classifier:
    return Classifier(OnnxSession(path, provider="cpu"))


def test_probabilities_are_softmax_over_temperature(tmp_path: Path) -> None:
    logits = [float(number) for number in range(8)]
    outputs = manifest_of()["outputs"]
    outputs["expression"]["temperature"] = 2.0
    path = write_network(tmp_path / "a.onnx", manifest_of(outputs=outputs), logits=logits)
    predictions = classifier(path).predict(np.zeros((3, 1, 16, 16), np.float32))
    expected = np.exp(np.arange(8) / 2.0)
    assert len(predictions) == 3
    np.testing.assert_allclose(predictions[0].emotion.probabilities, expected / expected.sum(), rtol=1e-5)
    assert predictions[0].emotion.label == "contempt"


def test_each_face_of_a_large_batch_gets_its_own_answer(tmp_path: Path) -> None:
    path = write_network(tmp_path / "a.onnx", manifest_of())
    means = np.linspace(0.0, 5.0, 70, dtype=np.float32)
    batch = np.broadcast_to(means[:, None, None, None], (70, 1, 16, 16)).copy()
    confidences = [prediction.emotion.probabilities[1] for prediction in classifier(path).predict(batch)]
    np.testing.assert_allclose(confidences, np.exp(means) / (np.exp(means) + 7.0), rtol=1e-5)


def test_affect_comes_in_either_order_and_range(tmp_path: Path) -> None:
    outputs = manifest_of()["outputs"]
    outputs["affect"] = {"name": "affect", "order": ["arousal", "valence"], "range": [0, 10]}
    path = write_network(tmp_path / "a.onnx", manifest_of(outputs=outputs), affect=(10.0, 2.5))
    affect = classifier(path).predict(np.zeros((1, 1, 16, 16), np.float32))[0].affect
    assert affect is not None
    assert (affect.valence, affect.arousal) == (-0.5, 1.0)


def test_affect_beyond_its_range_is_clipped(tmp_path: Path) -> None:
    path = write_network(tmp_path / "a.onnx", manifest_of(), affect=(3.0, -7.0))
    affect = classifier(path).predict(np.zeros((1, 1, 16, 16), np.float32))[0].affect
    assert affect is not None
    assert (affect.valence, affect.arousal) == (1.0, -1.0)


def test_a_network_without_affect_gives_none(tmp_path: Path) -> None:
    outputs = {"expression": {"name": "logits"}}
    path = write_network(tmp_path / "a.onnx", manifest_of(outputs=outputs))
    assert classifier(path).predict(np.zeros((1, 1, 16, 16), np.float32))[0].affect is None


def test_labels_get_their_common_names(tmp_path: Path) -> None:
    labels = ["Neutral", "Happy", "Surprised", "Sad", "Angry", "Disgust", "Fearful", "Contempt"]
    path = write_network(tmp_path / "a.onnx", manifest_of(labels=labels))
    assert list(classifier(path).labels) == LABELS


def test_undefined_answers_are_refused(tmp_path: Path) -> None:
    path = write_network(tmp_path / "a.onnx", manifest_of(), logits=[float("nan")] * 8)
    with pytest.raises(ModelError, match="undefined numbers"):
        classifier(path).predict(np.zeros((1, 1, 16, 16), np.float32))


def test_no_faces_give_no_predictions(tmp_path: Path) -> None:
    path = write_network(tmp_path / "a.onnx", manifest_of())
    assert classifier(path).predict(np.zeros((0, 1, 16, 16), np.float32)) == []


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (None, "has no manifest"),
        ("{", "no JSON"),
        ("[1]", "names no known schema"),
        (manifest_of(schema=99), "update Mien"),
        (manifest_of(labels=LABELS[:7]), "7 labels, but the output"),
        (manifest_of(labels=["neutral"] * 8), "stands twice"),
        (manifest_of(surprise=1), "unknown field"),
        (manifest_of(input={"name": "x", "size_wh": [16, 16], "layout": "NCHW", "colour": "GRAY"}), 'input "x"'),
        (
            manifest_of(input={"name": "image", "size_wh": [16, 32], "layout": "NCHW", "colour": "GRAY"}),
            r"promises an input of \(N, 1, 32, 16\)",
        ),
        (
            manifest_of(input={"name": "image", "size_wh": [16, 16], "layout": "NCHW", "colour": "RGB"}),
            r"promises an input of \(N, 3, 16, 16\)",
        ),
        (
            manifest_of(input={"name": "image", "size_wh": [16, 10**9], "layout": "NCHW", "colour": "GRAY"}),
            r"\$\.input\.size_wh",
        ),
        (manifest_of(outputs={"expression": {"name": "scores"}}), 'output "scores"'),
        (manifest_of(outputs={"expression": {"name": "logits", "temperature": 0}}), "temperature"),
    ],
)
def test_a_wrong_manifest_is_named_in_one_line(tmp_path: Path, manifest: object, message: str) -> None:
    path = write_network(tmp_path / "bad.onnx", manifest)  # type: ignore[arg-type]
    with pytest.raises(ManifestError, match=message) as raised:
        OnnxSession(path, provider="cpu")
    assert str(raised.value).startswith("bad.onnx: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x07" * 100])
def test_a_damaged_file_is_named_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"^bad\.onnx: ") as raised:
        OnnxSession(path)
    assert "\n" not in str(raised.value)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = write_network(tmp_path / "bad.onnx", manifest_of())
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ModelError, match=r"bad\.onnx"):
        OnnxSession(path)


def test_a_network_reads_no_other_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_network(tmp_path / "outside.onnx", manifest_of())
    model = onnx.load(path)
    convert_model_to_external_data(model, location="weights.bin", size_threshold=60)
    onnx.save(model, path)
    assert (tmp_path / "weights.bin").stat().st_size > 0
    for folder in (tmp_path, tmp_path.parent):
        monkeypatch.chdir(folder)
        with pytest.raises(ModelError, match="in another file"):
            OnnxSession(path)


def test_providers_are_named_when_unknown_or_missing(tmp_path: Path) -> None:
    path = write_network(tmp_path / "a.onnx", manifest_of())
    with pytest.raises(ProviderUnavailable, match="choose one of auto, cuda"):
        OnnxSession(path, provider="quantum")
    with pytest.raises(ProviderUnavailable, match="install onnxruntime-directml in place of"):
        OnnxSession(path, provider="directml")
    session = OnnxSession(path, provider="auto")
    assert session.provider.used == "cpu"
    assert not session.provider.fell_back


def test_a_provider_that_does_not_start_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime as ort

    path = write_network(tmp_path / "a.onnx", manifest_of())
    monkeypatch.setattr(ort, "get_available_providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"])
    real = ort.InferenceSession

    def on_cpu_after_all(model: bytes, options: object, providers: list[str]) -> object:
        assert providers[0] == "CUDAExecutionProvider"
        return real(model, options, providers=["CPUExecutionProvider"])

    monkeypatch.setattr(ort, "InferenceSession", on_cpu_after_all)
    assert OnnxSession(path, provider="auto").provider.fell_back
    with pytest.raises(ProviderUnavailable, match="does not start here"):
        OnnxSession(path, provider="cuda")


def test_warm_up_catches_a_hidden_width(tmp_path: Path) -> None:
    path = write_network(tmp_path / "a.onnx", manifest_of())
    assert OnnxSession(path).warm_up() >= 0.0
