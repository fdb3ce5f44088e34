"""Which network reads a camera's faces where nobody named one."""

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from mien import composition
from mien.inference import catalog, session
from mien.inference.classifier import Classifier
from mien.inference.session import FRAME_SHARE_S, OnnxSession
from mien.settings import Settings
from tests.networks import manifest_of, write_network


def clock(monkeypatch: pytest.MonkeyPatch, *laps_s: float) -> None:
    """Let the tries take these times."""
    readings = [0.0]
    for lap_s in laps_s:
        readings += [readings[-1], readings[-1] + lap_s]
    times = iter(readings[1:])
    monkeypatch.setattr(session, "time", SimpleNamespace(perf_counter=lambda: next(times)))


@pytest.mark.parametrize(
    ("laps_s", "expected"),
    [
        ([0.5 * FRAME_SHARE_S] * 4 + [9.0] * 3, True),  # something else ran for a while
        ([0.5 * FRAME_SHARE_S] * 3 + [2 * FRAME_SHARE_S] * 4, False),
        ([FRAME_SHARE_S] * 7, True),
    ],
)
def test_a_network_keeps_up_if_the_middle_of_its_tries_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, laps_s: list[float], expected: bool
) -> None:
    network = OnnxSession(write_network(tmp_path / "net.onnx", manifest_of()), provider="cpu")
    clock(monkeypatch, *laps_s)
    assert network.keeps_up() is expected


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two networks under the names of the shipped ones, and one of the user's own."""
    for name in ("large", "small", "own"):
        write_network(tmp_path / f"{name}.onnx", manifest_of(name=name))
    monkeypatch.setattr(catalog, "DEFAULT_MODEL", "large")
    monkeypatch.setattr(catalog, "SMALL_MODEL", "small")
    monkeypatch.setattr(catalog, "find_model", lambda name: tmp_path / f"{name}.onnx")


@pytest.mark.usefixtures("zoo")
@pytest.mark.parametrize(("fast", "expected"), [(True, "large"), (False, "small")])
def test_a_camera_gets_the_best_network_that_keeps_up(
    monkeypatch: pytest.MonkeyPatch, fast: bool, expected: str
) -> None:
    monkeypatch.setattr(Classifier, "keeps_up", lambda self: fast)
    assert composition.open_live_classifier(Settings()).name == expected


@pytest.mark.usefixtures("zoo")
def test_a_named_network_is_taken_however_slow_and_files_are_always_read_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries = count()
    monkeypatch.setattr(Classifier, "keeps_up", lambda self: next(tries) < 0)
    assert composition.open_live_classifier(Settings().changed(reading={"model": "own"})).name == "own"
    assert composition.open_classifier(Settings()).name == "large"
    assert next(tries) == 0
