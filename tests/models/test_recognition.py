"""The descriptor that is shipped answers as the published one does in TensorFlow.js."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from mien.errors import AppError
from mien_models.recognition.cover_head import NUMBERS, with_head
from mien_models.recognition.painted_covers import KINDS, paint
from mien_models.recognition.ship import FILE, MIN_AGREEMENT, agreement_of, describe, waves
from mien_models.recognition.tensorflow_graph import read_graph
from mien_models.recognition.to_onnx import to_onnx

GOLDEN = Path(__file__).parents[1] / "golden" / "descriptor_tfjs.json"
"""What TensorFlow.js 4.22 answers to `waves`."""


def test_the_shipped_descriptor_agrees_with_tensorflow_js() -> None:
    expected = np.array(json.loads(GOLDEN.read_text(encoding="utf-8")), np.float32)
    assert agreement_of(describe(FILE.read_bytes(), waves())[:, :256], expected) >= MIN_AGREEMENT


def graph_file(folder: Path, nodes: list[dict[str, object]], arrays: dict[str, np.ndarray]) -> Path:
    weights = [{"name": name, "shape": list(array.shape), "dtype": "float32"} for name, array in arrays.items()]
    content = {
        "modelTopology": {"node": nodes},
        "weightsManifest": [{"paths": ["x.bin"], "weights": weights}],
    }
    (folder / "x.bin").write_bytes(b"".join(array.astype("<f4").tobytes() for array in arrays.values()))
    (folder / "x.json").write_text(json.dumps(content), encoding="utf-8")
    return folder / "x.json"


def test_a_graph_is_translated_number_by_number(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    kernel, slope, dense = rng.normal(size=(1, 1, 3, 4)), rng.normal(size=4), rng.normal(size=(16, 2))
    nodes: list[dict[str, object]] = [
        {"name": "dense", "op": "MatMul", "input": ["flat", "w"]},
        {"name": "in", "op": "Placeholder"},
        {"name": "conv", "op": "Conv2D", "input": ["in", "k"], "attr": {
            "strides": {"list": {"i": ["1", "1", "1", "1"]}}, "padding": {"s": "VkFMSUQ="}}},
        {"name": "scaled", "op": "Mul", "input": ["s", "conv"]},
        {"name": "flat", "op": "Reshape", "input": ["scaled", "s"]},
    ]  # fmt: skip
    path = graph_file(tmp_path, nodes, {"k": kernel, "s": slope, "w": dense})
    picture = rng.normal(size=(2, 2, 2, 3)).astype(np.float32)
    found = describe(to_onnx(read_graph(path), 2, half=False).SerializeToString(), picture)
    wanted = ((picture @ kernel[0, 0]) * slope).reshape(2, -1) @ dense
    assert found == pytest.approx(wanted, abs=1e-4)


def test_an_operation_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = graph_file(
        tmp_path, [{"name": "in", "op": "Placeholder"}, {"name": "x", "op": "Tan", "input": ["in"]}], {}
    )
    with pytest.raises(AppError, match="Tan is not among"):
        to_onnx(read_graph(path), 2, half=False)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"weightsManifest": [{"paths": ["no.bin"], "weights": []}]}'])
def test_what_is_no_graph_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(AppError, match="not a readable"):
        read_graph(tmp_path / "x.json")


def test_the_second_answer_leaves_the_first_as_it_is() -> None:
    shipped = onnx.load(str(FILE))
    del shipped.graph.output[1:]
    kept = [node for node in shipped.graph.node if "condition" not in node.output]
    del shipped.graph.node[:]
    shipped.graph.node.extend(node for node in kept if not node.output[0].startswith("cover/"))
    del shipped.graph.initializer[-2:]
    headed = with_head(shipped, np.zeros((2048, NUMBERS), np.float32), np.zeros(NUMBERS, np.float32))
    plain, both = (describe(each.SerializeToString(), waves()) for each in (shipped, headed))
    assert agreement_of(plain, both) == pytest.approx(1.0, abs=1e-6)


def test_painted_covers_lie_where_they_are_said_to(tmp_path: Path) -> None:
    picture = np.full((120, 120, 3), 128, np.uint8)
    points = np.array([[45, 50], [75, 50], [60, 65], [60, 80]], np.float64)
    for part, kinds in KINDS.items():
        for kind in kinds:
            painted = paint(picture, points, part, kind, np.random.default_rng(2))
            changed = np.abs(painted.astype(int) - 128).max(axis=2) > 8
            at_mouth, at_eyes = changed[80, 60], changed[50, 45] or changed[50, 75]
            assert at_mouth or part != "mouth", kind
            assert at_eyes or part != "eyes", kind
            if kind != "hand":  # whose fingers may reach further
                assert (at_mouth, at_eyes) == (part == "mouth", part == "eyes"), (part, kind)
