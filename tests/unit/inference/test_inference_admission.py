"""Networks of strangers: what does not end, swells or fails is refused in one line before it is let in."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from mien.errors import ManifestError, ModelError
from mien.inference import admission
from mien.inference.admission import admit, open_network
from mien.inference.catalog import list_models
from mien.inference.session import OnnxSession
from tests.hostile_networks import add_endless_loop, add_gigabytes
from tests.networks import manifest_of, write_network


def changed(path: Path, change: Callable[[onnx.ModelProto], None]) -> Path:
    """Write the network of the tests with a change to its graph."""
    write_network(path, manifest_of())
    model = onnx.load(path)
    change(model)
    onnx.save(model, path)
    return path


def test_a_network_that_never_ends_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path / "loop.onnx", add_endless_loop)
    with pytest.raises(ModelError, match=r"^loop\.onnx: has not read one blank face in 2 s") as raised:
        admit(path, time_limit_s=2.0)
    assert "\n" not in str(raised.value)


def test_a_network_that_swells_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path / "huge.onnx", add_gigabytes)
    with pytest.raises(ModelError, match=r"^huge\.onnx: .*memory"):
        admit(path, memory_limit_bytes=700_000_000)


def test_what_a_network_says_when_it_fails_is_one_line(tmp_path: Path) -> None:
    def reshape(model: onnx.ModelProto) -> None:
        last = next(node for node in model.graph.node if node.output[0] == "logits")
        last.output[0] = "before"
        model.graph.node.append(helper.make_node("Reshape", ["before", "seven"], ["logits"]))
        model.graph.initializer.append(numpy_helper.from_array(np.array([7, 8], np.int64), "seven"))

    path = changed(tmp_path / "seven.onnx", reshape)
    with pytest.raises(ModelError, match=r"^seven\.onnx: the network fails while it runs") as raised:
        open_network(path)
    assert "\n" not in str(raised.value)


def test_a_fixed_batch_of_seven_is_refused_and_of_one_is_run_face_by_face(tmp_path: Path) -> None:
    def fix(count: int) -> Callable[[onnx.ModelProto], None]:
        def change(model: onnx.ModelProto) -> None:
            for value in (*model.graph.input, *model.graph.output):
                value.type.tensor_type.shape.dim[0].dim_value = count

        return change

    with pytest.raises(ManifestError, match="takes 7 pictures at once"):
        OnnxSession(changed(tmp_path / "seven.onnx", fix(7)), "cpu")
    one = open_network(changed(tmp_path / "one.onnx", fix(1)), "cpu")
    batch = np.stack([np.full((1, 16, 16), value, np.float32) for value in (0.1, 0.5, 0.9)])
    logits, affect = one.run(batch)
    assert logits[:, 1] == pytest.approx([0.1, 0.5, 0.9])
    assert affect.shape == (3, 2)


def test_a_network_is_tried_once_and_a_shipped_one_never(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIEN_CACHE", str(tmp_path / "cache"))
    tried: list[Path] = []
    monkeypatch.setattr(admission, "_try", lambda path, *limits: tried.append(path))
    own = write_network(tmp_path / "own.onnx", manifest_of())
    open_network(own)
    open_network(own)
    open_network(next(entry.path for entry in list_models() if entry.sha256))
    assert tried == [own]
