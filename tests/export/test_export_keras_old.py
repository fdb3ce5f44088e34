"""Files as Keras 2.0 to 2.2 wrote them, made here key by key, and JSON with weights under any names."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.formats import recognise
from mien_export.loaders import load
from mien_export.network import LoadedNetwork
from mien_export.request import ExportRequest
from mien_networks.facts import Facts

torch = pytest.importorskip("torch", reason="torch, of the dependency group export, is not installed")
h5py = pytest.importorskip("h5py", reason="h5py, of the dependency group export, is not installed")
pytest.importorskip("keras", reason="Keras, of the dependency group export, is not installed")

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SCALING = {"scale": 1.0, "mode": "fan_avg", "distribution": "normal", "seed": None}
KERNEL = {"class_name": "VarianceScaling", "config": SCALING}
"""Of a kind whose name Keras 3 does not know any more."""
COMMON: dict[str, Any] = {"kernel_regularizer": None, "bias_constraint": None, "use_bias": True, "trainable": True}
SHAPE = {"batch_input_shape": [None, 16, 16, 1], "dtype": "float32"}


def layers(first: dict[str, Any]) -> list[dict[str, Any]]:
    """A convolution, normalised and flattened, and a layer of seven answers, as Keras 2.1 described them."""
    pair = {"kernel_size": [3, 3], "strides": [2, 2], "padding": "same", "data_format": "channels_last"}
    conv = {"name": "conv2d_1", "filters": 4, **pair, "activation": "relu", "kernel_initializer": KERNEL, **COMMON}
    norm = {"name": "batch_normalization_1", "axis": -1, "momentum": 0.99, "epsilon": 0.001, "scale": True}
    dense = {"name": "dense_1", "units": 7, "activation": "softmax", "kernel_initializer": KERNEL, **COMMON}
    return [
        {"class_name": "Conv2D", "config": conv | first},
        {"class_name": "BatchNormalization", "config": norm},
        {"class_name": "Dropout", "config": {"name": "dropout_1", "rate": 0.25, "trainable": True}},
        {"class_name": "Flatten", "config": {"name": "flatten_1", "trainable": True}},
        {"class_name": "Dense", "config": dense},
    ]


FORMS: dict[str, Any] = {
    "2.0, a list": layers(SHAPE),
    "2.2, a dict": {"name": "sequential_1", "layers": layers(SHAPE)},
    "one in another": [{"class_name": "Sequential", "config": layers(SHAPE)[:3]}, *layers({})[3:]],
    "with its InputLayer": [{"class_name": "InputLayer", "config": {"name": "in", **SHAPE}}, *layers({})],
}


def weights() -> dict[str, dict[str, Any]]:
    chance = np.random.default_rng(3)
    shapes = {
        "conv2d_1": {"kernel": (3, 3, 1, 4), "bias": (4,)},
        "batch_normalization_1": dict.fromkeys(("gamma", "beta", "moving_mean", "moving_variance"), (4,)),
        "dense_1": {"kernel": (256, 7), "bias": (7,)},
    }
    return {
        layer: {name: chance.uniform(0.1, 1.0, shape).astype(np.float32) for name, shape in arrays.items()}
        for layer, arrays in shapes.items()
    }


def write(path: Path, config: Any = None, *, version: str | None = "2.1.6") -> Path:
    """Write a file of weights, with the model's JSON or without."""
    with h5py.File(path, "w") as file:
        root = file.create_group("model_weights") if config is not None else file
        if version is not None:
            file.attrs["keras_version"] = version.encode()
        if config is not None:
            file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": config}).encode()
        names = [*weights(), "dropout_1", "flatten_1"]
        root.attrs["layer_names"] = [name.encode() for name in names]
        for layer in names:
            group = root.create_group(layer)
            arrays = weights().get(layer, {})
            group.attrs["weight_names"] = np.array([f"{layer}/{name}:0".encode() for name in arrays], "S60")
            for name, array in arrays.items():
                group[f"{layer}/{name}:0"] = array
    return path


def expected(batch: Any) -> Any:
    """What those layers answer, worked out by hand."""
    given = weights()
    conv, norm, dense = given["conv2d_1"], given["batch_normalization_1"], given["dense_1"]
    padded = np.pad(batch, ((0, 0), (0, 1), (0, 1), (0, 0)))  # "same" with a stride of 2 pads at the end alone
    rows = np.zeros((len(batch), 8, 8, 4), np.float32)
    for y in range(8):
        for x in range(8):
            rows[:, y, x] = np.tensordot(padded[:, 2 * y : 2 * y + 3, 2 * x : 2 * x + 3], conv["kernel"], 3)
    rows = np.maximum(rows + conv["bias"], 0)
    rows = (rows - norm["moving_mean"]) / np.sqrt(norm["moving_variance"] + 0.001) * norm["gamma"] + norm["beta"]
    logits = rows.reshape(len(batch), -1) @ dense["kernel"] + dense["bias"]
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def opened(path: Path) -> LoadedNetwork:
    return load(recognise(path), ExportRequest(path, path.with_suffix(".onnx"), None, Facts()))


def answers_as_by_hand(network: LoadedNetwork) -> bool:
    batch = np.random.default_rng(1).random((2, 16, 16, 1), np.float32) * 0.05
    return bool(np.allclose(network.answer(batch).expression, expected(batch), atol=1e-5))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("version", ["2.1.6", None])
def test_a_sequential_of_early_keras_2_answers_as_by_hand(tmp_path: Path, form: str, version: str | None) -> None:
    network = opened(write(tmp_path / "old.hdf5", FORMS[form], version=version))
    assert network.facts.size_wh == (16, 16)
    assert network.facts.colour == "GRAY"
    assert answers_as_by_hand(network)


def model_json() -> str:
    return json.dumps({"class_name": "Sequential", "config": FORMS["2.0, a list"], "keras_version": "2.0.8"})


def test_json_and_weights_are_found_under_any_names(tmp_path: Path) -> None:
    (tmp_path / "facial_structure.json").write_text(model_json())
    (tmp_path / "package.json").write_text('{"name": "something else"}')
    saved = write(tmp_path / "face_weights.h5")
    for named in (tmp_path, tmp_path / "facial_structure.json", saved):
        assert answers_as_by_hand(opened(named))


def test_where_several_could_be_meant_the_one_that_was_named_counts(tmp_path: Path) -> None:
    structure = tmp_path / "fer.json"
    structure.write_text(model_json())
    first, second = write(tmp_path / "epoch1.h5"), write(tmp_path / "epoch2.h5")
    with pytest.raises(ExportError, match=r"2 files of weights .* \(epoch1\.h5, epoch2\.h5\); name the one"):
        opened(structure)
    assert answers_as_by_hand(opened(second))
    (tmp_path / "other.json").write_text(model_json())
    with pytest.raises(UnsupportedCheckpoint, match="put the model's JSON beside it, under the same name"):
        opened(first)
    with pytest.raises(ExportError, match=r"holds 2 models \(fer\.json, other\.json\); name one"):
        opened(tmp_path)
    (tmp_path / "epoch1.json").write_text(model_json())
    assert answers_as_by_hand(opened(first))


@pytest.mark.parametrize("config", [[], [None], [{"class_name": "Conv2D"}], {"layers": 3}, [{"config": []}]])
def test_lists_that_describe_no_network_are_refused_in_one_line(tmp_path: Path, config: Any) -> None:
    with pytest.raises(ExportError) as raised:
        opened(write(tmp_path / "old.hdf5", config, version=None))
    assert "\n" not in str(raised.value)
