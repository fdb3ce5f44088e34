"""Files that make a library loop, swell or die: one line in bounded time and memory, and nothing left behind."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mien.errors import ExportError
from mien.inference.bounded import Ended
from mien_export import bounded_export
from mien_export.bounded_export import ChildFailure, export_bounded
from mien_export.request import ExportRequest
from tests.hostile_networks import add_endless_loop, add_gigabytes
from tests.networks import manifest_of, write_network

onnx = pytest.importorskip("onnx")


def hostile(path: Path, change: Callable[[onnx.ModelProto], None]) -> ExportRequest:
    write_network(path, manifest_of())
    model = onnx.load(path)
    change(model)
    onnx.save(model, path)
    return ExportRequest(path, path.parent / "out" / "out.onnx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path


def refusal(request: ExportRequest, time_limit_s: float | None = None) -> str:
    with pytest.raises(ExportError) as raised:
        export_bounded(request, time_limit_s)
    assert not list(request.output.parent.iterdir())
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_network_that_never_ends_is_given_up(folder: Path) -> None:
    message = refusal(hostile(folder / "loop.onnx", add_endless_loop), 8.0)
    assert "loop.onnx: was not exported in 8 s and may never end" in message
    assert "--time-limit" in message


def test_a_network_that_swells_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_export, "BASE_MEMORY_BYTES", 700_000_000)
    assert "huge.onnx: takes more than 0.7 GiB of memory" in refusal(hostile(folder / "huge.onnx", add_gigabytes))


@pytest.mark.parametrize("said", ["", "no JSON", "[1]", "[" * 5000, json.dumps({"other": 1})])
def test_a_child_that_dies_or_says_nonsense_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    ended = Ended(-11, said, "Traceback (most recent call last):\n  somewhere\nKeyError: 'x'\n")
    monkeypatch.setattr(bounded_export, "run_bounded", lambda *arguments: ended)
    request = ExportRequest(folder / "any.onnx", folder / "out" / "out.onnx")
    with pytest.raises(ExportError, match=r"any\.onnx: damaged, or of a kind .* \(KeyError: 'x'\)") as raised:
        export_bounded(request)
    assert isinstance(raised.value.__cause__, ChildFailure)
    assert "somewhere" in str(raised.value.__cause__)


def test_what_the_child_refuses_keeps_its_words_and_names_the_users_paths(folder: Path) -> None:
    message = refusal(ExportRequest(folder / "none.onnx", folder / "out" / "out.onnx"))
    assert message == f"{folder / 'none.onnx'}: cannot be read (No such file or directory); check the path"
