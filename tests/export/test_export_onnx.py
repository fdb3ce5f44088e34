"""Ready-made ONNX files: adopted with their order of labels and of valence and arousal, or refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien.core.arrays import Floats
from mien.errors import ExportError, ParityError, UnsupportedCheckpoint
from mien.inference.catalog import list_models
from mien_export.convert import export_checkpoint
from mien_export.request import ExportRequest
from mien_networks.facts import Normalisation
from tests.export.conftest import open_exported

onnx = pytest.importorskip("onnx")

SIDE_PX = 32
# anger contempt disgust fear happiness neutral sadness surprise, valence, arousal
BIAS = np.array([0, 1, 0, 0, 6, 0, 0, 2, 0.6, -1.7], np.float32)
"""A network that says "happiness", pleasant, and more than calm, whatever it sees."""


def model_of(bias: Floats = BIAS, batch: str | int = "batch", weights: Floats | None = None) -> Any:
    """Return average colour → ten numbers, hardly moved by the picture."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    if weights is None:
        weights = np.random.default_rng(0).normal(size=(3, len(bias))).astype(np.float32) * np.float32(0.05)
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["input"], ["pooled"]),
            helper.make_node("Flatten", ["pooled"], ["flat"]),
            helper.make_node("Gemm", ["flat", "weights", "bias"], ["output"]),
        ],
        "multi-task",
        [helper.make_tensor_value_info("input", kind, [batch, 3, SIDE_PX, SIDE_PX])],
        [helper.make_tensor_value_info("output", kind, [batch, len(bias)])],
        [onnx.numpy_helper.from_array(weights, "weights"), onnx.numpy_helper.from_array(bias, "bias")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)


def saved(path: Path, **options: Any) -> Path:
    onnx.save(model_of(**options), path)
    return path


@pytest.mark.parametrize("batch", ["batch", 1])
def test_the_multi_task_output_is_split_named_and_clipped(
    tmp_path: Path, export: Callable[..., Any], batch: str | int
) -> None:
    exported = export(saved(tmp_path / "mtl.onnx", batch=batch), "emotiefflib-mtl")

    face = exported.read_faces()[0]
    assert face["label"] == "happiness"
    assert face["valence"] == pytest.approx(0.6, abs=0.2)
    assert face["arousal"] == -1.0  # clipped
    assert [output.name for output in exported.session.get_outputs()] == ["logits", "affect"]
    assert exported.manifest.input.colour == "RGB"
    assert exported.manifest.input.mean == (0.485, 0.456, 0.406)
    assert exported.manifest.input.size_wh == (SIDE_PX, SIDE_PX)
    assert exported.manifest.provenance["parity"]["max_abs_diff"] < 1e-6


def test_an_adopted_file_can_be_exported_again_without_a_word(tmp_path: Path, export: Callable[..., Any]) -> None:
    first = export(saved(tmp_path / "mtl.onnx"), "emotiefflib-mtl", name="mtl")
    again = tmp_path / "again.onnx"
    (tmp_path / "exported.onnx").rename(again)

    second = export(again)

    assert second.manifest.name == "mtl"
    assert second.manifest.labels == first.manifest.labels
    assert second.manifest.outputs == first.manifest.outputs
    assert second.read_faces() == first.read_faces()


def test_options_override_what_the_file_says(tmp_path: Path, export: Callable[..., Any]) -> None:
    export(saved(tmp_path / "mtl.onnx"), "emotiefflib-mtl")
    again = tmp_path / "again.onnx"
    (tmp_path / "exported.onnx").rename(again)

    manifest = export(again, name="mine", labels=tuple("abcdefgh"), normalisation=Normalisation()).manifest

    assert manifest.name == "mine"
    assert manifest.labels == tuple("abcdefgh")
    assert manifest.input.mean == (0.0,)


def test_arousal_before_valence_is_kept_apart(tmp_path: Path, export: Callable[..., Any]) -> None:
    labels = ("a", "b", "c", "d", "e", "f", "g", "h")
    exported = export(
        saved(tmp_path / "mtl.onnx"),
        "emotiefflib-mtl",
        labels=labels,
        labels_from="options",
        affect_order=("arousal", "valence"),
    )

    face = exported.read_faces()[0]
    assert face["label"] == "e"
    assert face["arousal"] == pytest.approx(0.6, abs=0.2)
    assert face["valence"] == -1.0


def test_without_labels_it_asks_for_them(tmp_path: Path, export: Callable[..., Any]) -> None:
    path = saved(tmp_path / "plain.onnx")

    with pytest.raises(ExportError, match="--colour"):
        export(path)
    with pytest.raises(ExportError, match="--normalise"):
        export(path, colour="RGB")
    with pytest.raises(ExportError, match=r"10 labels are not in the file; say them with --labels"):
        export(path, colour="RGB", normalisation=Normalisation())
    with pytest.raises(ExportError, match=r"3 labels .* for 10 outputs"):
        export(path, colour="RGB", normalisation=Normalisation(), labels=("a", "b", "c"))


def external(path: Path, location: str) -> Path:
    """Save with the weights said to lie in another file."""
    model = model_of()
    tensor = model.graph.initializer[0]
    (path.parent / "weights.bin").write_bytes(tensor.raw_data)
    onnx.external_data_helper.set_external_data(tensor, location)
    tensor.ClearField("raw_data")
    path.write_bytes(model.SerializeToString())
    return path


def test_weights_beside_the_file_are_taken_in(tmp_path: Path, export: Callable[..., Any]) -> None:
    exported = export(external(tmp_path / "mtl.onnx", "weights.bin"), "emotiefflib-mtl")

    assert exported.read_faces()[0]["label"] == "happiness"
    model = onnx.load(tmp_path / "exported.onnx", load_external_data=False)
    assert not any(tensor.external_data for tensor in model.graph.initializer)


@pytest.mark.parametrize("location", ["../weights.bin", "/etc/passwd", "sub/../../weights.bin", "link.bin"])
def test_weights_outside_its_folder_are_refused(tmp_path: Path, export: Callable[..., Any], location: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "weights.bin").write_bytes(b"\0" * 1000)
    (folder / "link.bin").symlink_to(tmp_path / "weights.bin")

    with pytest.raises(UnsupportedCheckpoint, match="outside its own folder"):
        export(external(folder / "mtl.onnx", location), "emotiefflib-mtl")


def test_a_blind_network_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    path = saved(tmp_path / "blind.onnx", weights=np.zeros((3, 10), np.float32))
    output = tmp_path / "out" / "blind.onnx"
    output.parent.mkdir()

    with pytest.raises(ParityError, match="the same for every picture"):
        export_checkpoint(ExportRequest(path, output, "emotiefflib-mtl"))

    assert list(output.parent.iterdir()) == []


def test_a_failed_export_leaves_the_older_file_as_it_was(tmp_path: Path) -> None:
    path = saved(tmp_path / "blind.onnx", weights=np.zeros((3, 10), np.float32))
    output = tmp_path / "out.onnx"
    output.write_bytes(b"older")

    with pytest.raises(ExportError, match="exists already; give --overwrite"):
        export_checkpoint(ExportRequest(path, output, "emotiefflib-mtl"))
    with pytest.raises(ParityError):
        export_checkpoint(ExportRequest(path, output, "emotiefflib-mtl", overwrite=True))

    assert output.read_bytes() == b"older"


def test_damaged_files_are_one_clear_line(tmp_path: Path, export: Callable[..., Any]) -> None:
    whole = saved(tmp_path / "mtl.onnx").read_bytes()
    cut = tmp_path / "cut.onnx"
    cut.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ExportError) as caught:
        export(cut, "emotiefflib-mtl")

    assert "\n" not in str(caught.value)
    assert "cut.onnx" in str(caught.value)


def test_a_network_of_miens_own_is_taken_with_all_its_answers(tmp_path: Path, export: Callable[..., Any]) -> None:
    shipped = next(entry.path for entry in list_models() if entry.name == "mien-s")
    exported = export(shipped)
    original = open_exported(shipped)
    assert exported.manifest.outputs == original.manifest.outputs
    batch = np.random.default_rng(2).random((2, 1, 80, 80), np.float32)
    expected, answers = original.ask(batch), exported.ask(batch)
    assert answers.keys() == expected.keys()
    for name, values in expected.items():
        assert answers[name] == pytest.approx(values, abs=1e-5)
