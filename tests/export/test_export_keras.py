"""Files of Keras: every layout, the labels of each architecture, and files that reach for more than weights."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.formats import recognise
from mien_export.loaders import load
from mien_export.request import ExportRequest
from mien_networks.facts import Facts, input_spec

torch = pytest.importorskip("torch", reason="torch, of the extra train, is not installed")
h5py = pytest.importorskip("h5py", reason="h5py, of the extra train, is not installed")
keras = pytest.importorskip("keras", reason="Keras, of the extra train, is not installed")

from mien_export.loaders.keras_model import shapes_of  # noqa: E402 - after the skip
from mien_networks.keras_weights import fingerprint, natural_key  # noqa: E402
from mien_networks.registry import build, spec_of  # noqa: E402

torch.set_num_threads(1)
# Keras 3 says so on every saving of a torch tensor with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

CHECKPOINTS = Path(__file__).parent / "checkpoints"
FER2013 = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
ALPHABETICAL = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")


def knowing(model: Any, top: int) -> Any:
    """Make a model answer one class, hardly moved by the picture."""
    generator = np.random.default_rng(0)
    kernel, bias = next(layer for layer in reversed(model.layers) if layer.weights).weights
    kernel.assign(generator.normal(0.0, 0.05, kernel.shape))
    bias.assign(np.eye(bias.shape[0])[top] * 4)
    return model


def save_legacy_weights(model: Any, path: Path) -> Path:
    """Save weights alone, in the layout of Keras 1 and 2."""
    from keras.src.legacy.saving import legacy_h5_format

    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    return path


def read_without_export(path: Path, architecture_id: str | None = None, **said: Any) -> dict[str, Any]:
    """Load a checkpoint and name what it answers to noise: writing ONNX takes seconds, and is tested elsewhere."""
    request = ExportRequest(path, path.with_suffix(".onnx"), architecture_id, Facts(**said))
    network = load(recognise(path), request)
    facts = network.facts
    width, height = facts.size_wh or (0, 0)
    batch = np.random.default_rng(0).random((2, height, width, 3 if facts.colour != "GRAY" else 1), np.float32)
    answer = network.answer(batch).expression
    assert facts.labels is not None
    return {"label": facts.labels[int(answer[0].argmax())], "facts": facts, "answer": answer, "batch": batch}


@pytest.mark.parametrize("architecture", ["mini-xception", "cnn-a", "cnn-b", "cnn-c", "vit-tiny-a"])
def test_weights_alone_are_known_by_their_shapes(tmp_path: Path, architecture: str) -> None:
    model = knowing(build(architecture), 4)
    path = save_legacy_weights(model, tmp_path / "model_weights_epoch_40.hdf5")

    read = read_without_export(path)

    assert read["label"] == (ALPHABETICAL if architecture == "cnn-c" else FER2013)[4]
    assert read["facts"].provenance["architecture"] == architecture
    assert read["facts"].colour == "GRAY"
    with torch.no_grad():
        expected = model(torch.from_numpy(read["batch"]), training=False).numpy()
    assert read["answer"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("ending", [".h5", ".keras", ".weights.h5"])
def test_the_layouts_of_keras_3_are_read(tmp_path: Path, ending: str) -> None:
    model = knowing(build("cnn-b"), 6)
    path = tmp_path / f"model{ending}"
    model.compile(loss="categorical_crossentropy", metrics=[keras.metrics.AUC()])
    if ending == ".weights.h5":
        model.save_weights(path)
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("absl.logging.warning", lambda *_: None)
            model.save(path)

    read = read_without_export(path)

    assert read["label"] == "neutral"
    with torch.no_grad():
        expected = model(torch.from_numpy(read["batch"]), training=False).numpy()
    assert read["answer"] == pytest.approx(expected, abs=1e-6)


VIT_ANSWERS = [
    [0.03073, 0.87412, 0.01057, 0.03135, 0.00304, 0.00386, 0.04634],
    [0.03184, 0.87359, 0.01006, 0.03154, 0.00303, 0.00395, 0.04599],
    [0.03187, 0.87330, 0.01019, 0.03208, 0.00302, 0.00399, 0.04555],
]
"""What TensorFlow 2.15 answered to `default_rng(7).random((3, 48, 48, 1))` with the weights in `checkpoints/`."""


def test_a_zip_that_tensorflow_wrote_answers_as_in_tensorflow(export: Callable[..., Any]) -> None:
    """Keras 2.15 wrote it, with custom layers whose code is not in the file; its weights are random."""
    exported = export(CHECKPOINTS / "vit_tiny_a.keras")

    batch = np.random.default_rng(7).random((3, 48, 48, 1)).astype(np.float32)
    assert exported.ask(batch)["probabilities"] == pytest.approx(np.array(VIT_ANSWERS), abs=1e-5)
    assert exported.manifest.labels == FER2013
    assert exported.manifest.input.layout == "NHWC"
    assert exported.session.get_inputs()[0].shape == ["batch", 48, 48, 1]


def test_weights_that_tensorflow_wrote_answer_as_in_tensorflow() -> None:
    path = CHECKPOINTS / "vit_tiny_a.weights.hdf5"
    network = load(recognise(path), ExportRequest(path, Path("unwritten.onnx")))

    batch = np.random.default_rng(7).random((3, 48, 48, 1)).astype(np.float32)
    assert network.answer(batch).expression == pytest.approx(np.array(VIT_ANSWERS), abs=1e-5)


def test_model_json_beside_weights_or_beside_a_full_file(tmp_path: Path) -> None:
    model = knowing(build("vgg19", side_px=32, width=2, dense=(8, 8, 8, 8)), 5)
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "model.json").write_text(model.to_json())
    save_legacy_weights(model, folder / "model.h5")

    read = read_without_export(folder, "vgg19")

    assert read["label"] == "surprise"
    assert read["facts"].labels == ("anger", "fear", "happiness", "neutral", "sadness", "surprise")
    spec = input_spec(read["facts"], "vgg19")
    assert (spec.colour, spec.scale, spec.mean, spec.std) == ("BGR", 1.0, (0.0,), (1.0,))
    assert spec.size_wh == (32, 32)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("absl.logging.warning", lambda *_: None)
        model.save(folder / "model.h5")
    assert read_without_export(folder / "model.json", "vgg19")["answer"] == pytest.approx(read["answer"])


def test_fingerprints_are_those_of_the_networks() -> None:
    for name in ("mini-xception", "cnn-a", "cnn-b", "cnn-c", "vit-tiny-a"):
        assert fingerprint(shapes_of(build(name))) in spec_of(name).fingerprints
    with keras.device("meta"):
        assert fingerprint(shapes_of(build("vgg19"))) in spec_of("vgg19").fingerprints


@pytest.mark.parametrize(
    ("architecture", "parameters"),
    [("vit-tiny-a", 24_455), ("cnn-b", 1_446_199), ("cnn-c", 3_219_207), ("mini-xception", 58_423)],
)
def test_networks_have_the_published_number_of_parameters(architecture: str, parameters: int) -> None:
    assert build(architecture).count_params() == parameters


@pytest.mark.shared
def test_a_real_file_of_keras_2_exports_without_a_word(shared: Path, export: Callable[..., Any]) -> None:
    exported = export(shared / "weights" / "fer2013_mini_XCEPTION.119-0.65.hdf5")

    assert exported.manifest.labels == FER2013
    assert exported.manifest.input.size_wh == (48, 48)
    assert exported.manifest.input.mean == exported.manifest.input.std == (0.5,)
    assert exported.manifest.outputs.expression.kind == "probabilities"
    assert exported.read_faces()[0]["label"] == "happiness"  # the astronaut smiles


@pytest.mark.shared
def test_a_smaller_real_file_is_known_as_well(shared: Path) -> None:
    read = read_without_export(shared / "weights" / "tiny_XCEPTION_KDEF.hdf5")

    assert read["facts"].labels == FER2013
    assert read["facts"].size_wh == (64, 64)
    assert read["facts"].provenance["keras_version"] == "2.0.5"


def test_layers_sort_in_the_order_of_their_making() -> None:
    paths = ["layers/conv2d_10", "layers/conv2d", "layers/conv2d_2"]
    assert sorted(paths, key=natural_key) == ["layers/conv2d", "layers/conv2d_2", "layers/conv2d_10"]
    roles = ["att/_value_dense", "att/_key_dense", "att/_query_dense"]
    assert sorted(roles, key=natural_key) == ["att/_query_dense", "att/_key_dense", "att/_value_dense"]


def keras_zip(path: Path, config: Any, weights: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.12.0"}))
        archive.writestr("model.weights.h5", weights)
    return path


def test_what_a_keras_archive_says_of_its_input_is_checked(tmp_path: Path) -> None:
    model = knowing(build("cnn-b"), 6)
    path = tmp_path / "model.keras"
    model.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("mien.json", json.dumps({"input": {"size_wh": [48, "x"], "colour": "GRAY"}}))

    with pytest.raises(ExportError, match="what it says of its input is wrong") as caught:
        read_without_export(path)

    assert "\n" not in str(caught.value)


def some_weights() -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["layers/dense/vars/0"] = np.zeros((3, 3), np.float32)
    return buffer.getvalue()


def config_with(layer: dict[str, Any]) -> dict[str, Any]:
    entry = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 1]}}
    return {"class_name": "Sequential", "config": {"name": "net", "layers": [entry, layer]}}


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"class_name": "Lambda", "config": {"function": "code"}}, "Lambda runs code from inside the file"),
        ({"class_name": "TorchModuleWrapper", "config": {"module": "gASVAA=="}}, "runs code"),
        ({"class_name": "TFSMLayer", "config": {"filepath": "/tmp/program"}}, "runs code"),
        ({"class_name": "Dense", "module": "os", "config": {"units": 3}}, "names os.Dense"),
        (
            {"class_name": "Dense", "config": {"units": 3, "activation": {"class_name": "__lambda__"}}},
            r"holds code \(__lambda__\)",
        ),
        (
            {
                "class_name": "Dense",
                "config": {"units": {"module": "keras.utils", "class_name": "get_file", "config": {"url": "x"}}},
            },
            "no part of a Keras model",
        ),
        ({"class_name": "TextVectorization", "config": {"vocabulary": "/etc/passwd"}}, "layers of its own"),
        (
            {"class_name": "PositionEmbedding", "module": "os", "registered_name": "mien>PositionEmbedding"},
            "layers of its own",
        ),
    ],
)
def test_graphs_that_reach_for_more_are_refused(tmp_path: Path, layer: dict[str, Any], message: str) -> None:
    path = keras_zip(tmp_path / "hostile.keras", config_with(layer), some_weights())

    with pytest.raises(UnsupportedCheckpoint, match=message) as caught:
        read_without_export(path)

    assert "\n" not in str(caught.value)


def hostile_hdf5(path: Path, kind: str) -> Path:
    with h5py.File(path, "w") as file:
        group = file.create_group("layers/dense/vars")
        if kind == "terabytes":
            group.create_dataset("0", (1 << 20, 1 << 20), np.float32, chunks=(1024, 1024))
        elif kind == "external link":
            group["0"] = h5py.ExternalLink("/etc/passwd", "/x")
        elif kind == "soft link":
            group["0"] = h5py.SoftLink("/layers")
        elif kind == "external data":
            group.create_dataset("0", (4,), np.float32, external=[("/etc/passwd", 0, 16)])
        else:
            layout = h5py.VirtualLayout((4,), np.float32)
            layout[:] = h5py.VirtualSource("/tmp/other.h5", "x", (4,))
            group.create_virtual_dataset("0", layout)
    return path


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("terabytes", "claim to hold"),
        ("external link", "is a link"),
        ("soft link", "is a link"),
        ("external data", "another file"),
        ("virtual", "another file"),
    ],
)
@pytest.mark.parametrize("is_zipped", [False, True])
def test_hdf5_files_that_claim_or_reach_too_far_are_refused(
    tmp_path: Path, kind: str, message: str, is_zipped: bool
) -> None:
    path = hostile_hdf5(tmp_path / "weights.h5", kind)
    if is_zipped:
        layer = {"class_name": "Dense", "config": {"units": 3}}
        path = keras_zip(tmp_path / "model.keras", config_with(layer), path.read_bytes())

    with pytest.raises(ExportError, match=message) as caught:
        read_without_export(path)

    assert "\n" not in str(caught.value)


def test_a_graph_that_claims_terabytes_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    dense = {"class_name": "Dense", "config": {"units": 1_000_000_000_000}}
    path = keras_zip(tmp_path / "model.keras", config_with(dense), some_weights())

    with pytest.raises(UnsupportedCheckpoint):
        read_without_export(path)


def test_what_cannot_be_known_is_asked_for(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    path = save_legacy_weights(model, tmp_path / "weights.h5")

    with pytest.raises(UnsupportedCheckpoint, match=r"--architecture \(mini-xception, cnn-a"):
        read_without_export(path)
    with pytest.raises(UnsupportedCheckpoint, match="name another with --architecture"):
        read_without_export(path, "cnn-b")
    with h5py.File(tmp_path / "empty.h5", "w"):
        pass
    with pytest.raises(ExportError, match="holds no weights"):
        read_without_export(tmp_path / "empty.h5")
    whole = path.read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ExportError, match="damaged HDF5"):
        read_without_export(tmp_path / "cut.h5")


def test_an_architecture_with_another_number_of_labels(tmp_path: Path) -> None:
    labels = ("anger", "fear", "happiness", "neutral", "sadness", "surprise")
    path = save_legacy_weights(knowing(build("cnn-b", label_count=6), 2), tmp_path / "six.h5")

    assert read_without_export(path, "cnn-b", labels=labels)["facts"].layout == "NHWC"
