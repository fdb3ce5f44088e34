"""Weights alone, with the class of the network in a file of Python."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.formats import recognise
from mien_export.loaders import load
from mien_export.network import LoadedNetwork
from mien_export.request import ExportRequest

torch = pytest.importorskip("torch", reason="torch, of the dependency group export, is not installed")

CODE = """
from torch import nn
from beside import WIDTH


class Net(nn.Sequential):
    def __init__(self, labels=3):
        super().__init__(nn.Conv2d(1, WIDTH, 3), nn.ReLU(), nn.Flatten(), nn.Linear(WIDTH * 36, labels))


def made(): return Net(3)
def wrong(): raise KeyError("first\\nsecond")
def text(): return "no network"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "net.py").write_text(CODE)
    (tmp_path / "beside.py").write_text("WIDTH = 4\n")
    chance = torch.Generator().manual_seed(0)
    shapes = {"0.weight": (4, 1, 3, 3), "0.bias": (4,), "3.weight": (3, 144), "3.bias": (3,)}
    state = {f"module.{name}": torch.randn(shape, generator=chance) for name, shape in shapes.items()}
    torch.save(state, tmp_path / "best.pth")
    return tmp_path


def opened(folder: Path, name: str, trust: bool = True, file: str = "net.py", **options: Any) -> LoadedNetwork:
    path = folder / "best.pth"
    request = ExportRequest(
        path, folder / "out.onnx", None, trust=trust, module=f"{folder / file}:{name}", options=options
    )
    return load(recognise(path), request)


@pytest.mark.parametrize("name", ["Net", "made"])
def test_the_class_and_a_function_that_makes_it_are_taken(folder: Path, name: str) -> None:
    network = opened(folder, name)
    assert network.facts.colour == "GRAY"
    batch = torch.rand(2, 1, 8, 8)
    state = torch.load(folder / "best.pth", weights_only=True)
    hidden = torch.relu(torch.nn.functional.conv2d(batch, state["module.0.weight"], state["module.0.bias"]))
    expected = hidden.flatten(1) @ state["module.3.weight"].T + state["module.3.bias"]
    assert network.answer(batch.numpy()).expression == pytest.approx(expected.numpy(), abs=1e-5)


def test_no_code_runs_without_trust(folder: Path) -> None:
    (folder / "net.py").write_text(f"open({str(folder / 'ran')!r}, 'w')")
    with pytest.raises(UnsupportedCheckpoint, match=r"net\.py:Net: runs the code .* give --trust"):
        opened(folder, "Net", trust=False)
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("name", "file", "options", "message"),
    [
        ("Net", "gone.py", {}, "no such file; name it and the class in it"),
        ("", "net.py", {}, "no such file; name it and the class in it"),
        ("Other", "net.py", {}, "the file has no Other"),
        ("wrong", "net.py", {}, r"cannot be built \(KeyError: 'first"),
        ("text", "net.py", {}, "is no torch.nn.Module"),
        ("Net", "net.py", {"colour": 1}, r"cannot be built \(TypeError: .* net\.py:make"),
        ("Net", "net.py", {"labels": 5}, r"do not fit .*net\.py:Net \(size mismatch"),
    ],
)
def test_what_goes_wrong_with_it_is_one_line(
    folder: Path, name: str, file: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ExportError, match=message) as raised:
        opened(folder, name, file=file, **options)
    assert "\n" not in str(raised.value)


def test_weights_of_nothing_known_name_all_ways_out(folder: Path) -> None:
    path = folder / "best.pth"
    with pytest.raises(UnsupportedCheckpoint) as raised:
        load(recognise(path), ExportRequest(path, folder / "out.onnx"))
    for way in ("--architecture", "--module FILE.py:CLASS --trust", "torch.jit.script", "torch.onnx.export"):
        assert way in str(raised.value)


def test_the_command_takes_it(folder: Path, run_export: Callable[..., str]) -> None:
    said = run_export(
        folder / "best.pth", "-o", folder / "out.onnx", "--module", f"{folder / 'net.py'}:Net", "--trust",
        "--labels", "happy,sad,neutral", "--input-size", "8", "--normalise", "0-1",
    )  # fmt: skip
    assert "8x8 GRAY" in said
    assert (folder / "out.onnx").is_file()
