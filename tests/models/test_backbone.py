"""Published weights to begin with."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.errors import AppError  # noqa: E402 - after the check that torch is there
from mien_models.training.backbone import backbone_file, read_backbone  # noqa: E402
from mien_models.training.course import Course  # noqa: E402


def test_weights_are_found_in_an_installed_package_without_running_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "some_weights"
    (folder / "models").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit('run')\n")
    torch.save({"a": torch.ones(2)}, folder / "models" / "net.pth")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert backbone_file("package:some_weights") == folder / "models" / "net.pth"
    assert read_backbone("package:some_weights")["a"].tolist() == [1.0, 1.0]
    assert "some_weights" not in sys.modules
    torch.save({}, folder / "other.pth")
    with pytest.raises(FileNotFoundError, match="2 files of weights"):
        backbone_file("package:some_weights")


@pytest.mark.parametrize("source", ["package:no_such_weights", "nowhere.pth"])
def test_missing_weights_are_named(source: str) -> None:
    with pytest.raises(FileNotFoundError, match=source.removeprefix("package:")):
        read_backbone(source)


def test_weights_that_would_run_code_are_refused(tmp_path: Path) -> None:
    torch.save({"a": Course()}, tmp_path / "evil.pth")
    with pytest.raises(Exception, match=r"Weights only load failed"):
        read_backbone(str(tmp_path / "evil.pth"))


def graph(folder: Path, **changes: object) -> Path:
    """A TensorFlow.js graph with its weights in two files."""
    weights = [
        {"name": "kernel", "shape": [1, 1, 2, 3], "dtype": "float32"},
        {"name": "half", "shape": [2], "dtype": "float32", "quantization": {"dtype": "float16"}},
        {"name": "axis", "shape": [], "dtype": "int32"},
    ]
    raw = np.arange(6, dtype="<f4").tobytes() + np.array([0.5, -2.0], "<f2").tobytes() + np.int32(3).tobytes()
    (folder / "a.bin").write_bytes(raw[:10])
    (folder / "b.bin").write_bytes(raw[10:])
    manifest = [{"paths": ["a.bin", "b.bin"], "weights": weights} | changes]
    path = folder / "model.json"
    path.write_text(json.dumps({"weightsManifest": manifest}))
    return path


def test_the_weights_of_a_graph_are_read_by_name(tmp_path: Path) -> None:
    weights = read_backbone(str(graph(tmp_path)))
    assert set(weights) == {"kernel", "half"}
    assert weights["kernel"].tolist() == [[[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]]]
    assert weights["half"].tolist() == [0.5, -2.0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"paths": ["a.bin"]}, "model.json: not a readable"),
        ({"paths": ["../a.bin"]}, "outside the folder"),
        ({"paths": ["c.bin"]}, "No such file"),
        ({"weights": []}, "the manifest says 0"),
        ({"weights": [{"name": "huge", "shape": [1 << 40], "dtype": "float32"}]}, "not a readable"),
        ({"weights": [{"name": "odd", "shape": [1], "dtype": "nonsense"}]}, "not a readable"),
    ],
)
def test_a_graph_that_is_none_is_refused(changes: dict[str, object], reason: str, tmp_path: Path) -> None:
    with pytest.raises(AppError, match=reason):
        read_backbone(str(graph(tmp_path, **changes)))
