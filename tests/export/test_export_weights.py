"""Weights stored small: what stands in the file, what it costs, and when it is refused."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from mien.core.arrays import Floats
from mien.errors import ExportError, ParityError
from mien.inference.manifest import ExpressionOutput, OutputsSpec
from mien_export.cli import export_command
from mien_export.labelled import read_faces
from mien_export.parity import ask_onnx, open_onnx
from mien_export.weights import WeightForm, measure_loss, shrink_weights

onnx = pytest.importorskip("onnx", reason="onnx, of the extra train, is not installed")

OUTPUTS = OutputsSpec(expression=ExpressionOutput(name="y"))
FACES = np.random.default_rng(3).random((20, 1, 8, 8)).astype(np.float32)
CHANCE = np.random.default_rng(0)
FILTERS = (CHANCE.normal(size=(16, 1, 5, 5)) * np.logspace(-3, 1, 16)[:, None, None, None]).astype(np.float32)
MATRIX = CHANCE.normal(size=(16 * 16, 3)).astype(np.float32)
BIAS = CHANCE.normal(size=3).astype(np.float32)


def write(path: Path, filters: Floats = FILTERS, matrix: Floats = MATRIX) -> Path:
    """A convolution and a Gemm, whose matrix counts its outputs along the second axis."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    arrays = {"filters": filters, "matrix": matrix, "bias": BIAS}
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["x", "filters"], ["maps"]),
            helper.make_node("Flatten", ["maps"], ["flat"]),
            helper.make_node("Gemm", ["flat", "matrix", "bias"], ["y"]),
        ],
        "net",
        [helper.make_tensor_value_info("x", kind, ["n", 1, 8, 8])],
        [helper.make_tensor_value_info("y", kind, ["n", 3])],
        [onnx.numpy_helper.from_array(value, name) for name, value in arrays.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    return path


def arrays_of(path: Path) -> dict[str, Floats]:
    return {entry.name: onnx.numpy_helper.to_array(entry) for entry in onnx.load(path).graph.initializer}


def shrunk(tmp_path: Path, form: WeightForm) -> Path:
    path = write(tmp_path / f"{form}.onnx")
    shrink_weights(path, form)
    return path


@pytest.mark.parametrize(("form", "dtype"), [("float16", np.float16), ("int8", np.int8)])
def test_weights_are_stored_small_and_biases_as_they_were(
    tmp_path: Path, form: WeightForm, dtype: type[np.generic]
) -> None:
    arrays = arrays_of(shrunk(tmp_path, form))
    assert arrays[f"filters.{form}"].dtype == arrays[f"matrix.{form}"].dtype == dtype
    assert np.array_equal(arrays["bias"], BIAS)
    assert {"filters", "matrix"}.isdisjoint(arrays)


def test_int8_keeps_small_channels_beside_large_ones(tmp_path: Path) -> None:
    arrays = arrays_of(shrunk(tmp_path, "int8"))
    for name, original, scales in (("filters", FILTERS, (16, 1, 1, 1)), ("matrix", MATRIX, (1, 3))):
        assert arrays[f"{name}.scale"].shape == scales
        restored = arrays[f"{name}.int8"] * arrays[f"{name}.scale"]
        assert (np.abs(restored - original) <= 0.501 * arrays[f"{name}.scale"]).all()


@pytest.mark.parametrize(("form", "share"), [("float16", 5e-4), ("int8", 2e-2)])
def test_the_loss_is_measured_against_the_whole_network(tmp_path: Path, form: WeightForm, share: float) -> None:
    full = write(tmp_path / "full.onnx")
    largest = float(np.abs(ask_onnx(open_onnx(full), FACES, OUTPUTS).expression).max())
    loss = measure_loss(full, shrunk(tmp_path, form), form, OUTPUTS, FACES)
    assert 0 < loss.max_abs_diff < share * largest
    assert loss.top_label_agreement >= 0.9
    assert loss.as_provenance()["face_crops"] == 20


def test_onnxruntime_widens_the_weights_once_and_not_at_every_run(tmp_path: Path) -> None:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(shrunk(tmp_path, "int8")), options, providers=["CPUExecutionProvider"])
    kinds = {node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node}
    assert kinds.isdisjoint({"Cast", "Mul"})


def test_a_file_that_answers_differently_is_refused(tmp_path: Path) -> None:
    other = write(tmp_path / "other.onnx", matrix=-MATRIX)
    with pytest.raises(ParityError, match="leave the option away"):
        measure_loss(write(tmp_path / "full.onnx"), other, "int8", OUTPUTS, FACES)


def test_what_cannot_be_stored_small_stays(tmp_path: Path) -> None:
    path = write(tmp_path / "large.onnx", matrix=MATRIX * np.float32(1e6))
    shrink_weights(path, "float16")
    assert "matrix" in arrays_of(path)  # beyond what float16 reaches
    model = onnx.load(write(tmp_path / "shared.onnx"))
    model.graph.node.append(onnx.helper.make_node("Identity", ["filters"], ["again"]))
    onnx.save(model, tmp_path / "shared.onnx")
    shrink_weights(tmp_path / "shared.onnx", "int8")
    assert "filters" in arrays_of(tmp_path / "shared.onnx")  # somebody else uses it as it is


def test_the_command_stores_measures_and_records(tmp_path: Path) -> None:
    given = [str(write(tmp_path / "net.onnx")), "-o", str(tmp_path / "small.onnx"), "--labels", "sad,happy,fear"]
    given += ["--normalise", "0-1"]
    said = CliRunner().invoke(export_command, [*given, "--quantise", "int8"], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    assert "weights int8: they change answers by" in said.output
    assert (
        '"stored_as":"int8 with a scale for each output channel"'
        in onnx.load(tmp_path / "small.onnx").metadata_props[0].value
    )
    alone = CliRunner().invoke(export_command, [*given, "--calibration", str(tmp_path), "--overwrite"])
    assert alone.exit_code == 2
    assert "--calibration is for --quantise" in alone.output


def test_a_calibration_set_quantises_activations_and_its_labels_are_judged(tmp_path: Path) -> None:
    network, faces = write(tmp_path / "net.onnx"), tmp_path / "faces"
    labels, chance = ("sad", "happy", "fear"), np.random.default_rng(5)
    session = open_onnx(network)
    for number in range(60):
        picture = chance.integers(0, 256, (8, 8), np.uint8)
        answer = ask_onnx(session, picture[None, None].astype(np.float32) / 255, OUTPUTS).expression
        # Every fourth face lies where the network does not put it.
        folder = faces / labels[int(answer.argmax() + (number % 4 == 3)) % 3]
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{number:02}.png"), picture)
    (faces / "contempt").mkdir()
    given = [str(network), "-o", str(tmp_path / "small.onnx"), "--labels", ",".join(labels), "--normalise", "0-1"]
    given += ["--calibration", str(faces), "--quantise"]

    said = CliRunner().invoke(export_command, [*given, "int8"], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    before, after = map(float, re.findall(r"([\d.]+)% (?:before|after)", said.output))
    assert before == pytest.approx(75.0, abs=12.0)
    assert after == pytest.approx(before, abs=10.0)
    assert "on 30 labelled faces that it was not calibrated with" in said.output
    model = onnx.load(tmp_path / "small.onnx")
    assert "QuantizeLinear" in {node.op_type for node in model.graph.node}
    assert '"calibrated_with":30' in model.metadata_props[0].value

    said = CliRunner().invoke(export_command, [*given, "float16", "--overwrite"], catch_exceptions=False)
    assert "accuracy 75.0% before, 75.0% after, on 60 labelled faces\n" in said.output
    assert '"stored_as":"float16"' in onnx.load(tmp_path / "small.onnx").metadata_props[0].value


def test_faces_without_labels_calibrate_and_are_not_judged(tmp_path: Path) -> None:
    for number in range(4):
        picture = np.random.default_rng(number).integers(0, 256, (8, 8), np.uint8)
        cv2.imwrite(str(tmp_path / f"{number}.png"), picture)
    faces = read_faces(tmp_path, ("a", "b"))
    assert (len(faces.pictures), faces.is_labelled) == (4, False)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ExportError, match="fewer than two pictures there"):
        read_faces(empty, ("a", "b"))


def test_a_network_whose_weights_are_small_already_is_left_alone(tmp_path: Path) -> None:
    path = shrunk(tmp_path, "int8")
    before = path.read_bytes()
    with pytest.raises(ExportError, match="no float32 weights that could be stored as float16"):
        shrink_weights(path, "float16")
    assert path.read_bytes() == before
