"""What all tests share."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S

# With AVX-512, oneDNN in torch 2.13 faults in the backward pass of ResNet-18's convolutions on some processors.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write the golden pictures anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not (SHARED / "media").is_dir():
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason="../shared/media is not here"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real clips, photos and checkpoints."""
    return SHARED


@pytest.fixture(autouse=True)
def _own_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings of whoever runs it."""
    monkeypatch.setenv("MIEN_CONFIG", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("MIEN_LOG", str(tmp_path_factory.getbasetemp() / "log"))
    monkeypatch.setenv("MIEN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Fail a test that leaves one of Mien's threads running."""
    before = set(threading.enumerate())
    yield
    deadline_s = time.monotonic() + PATIENCE_S

    def left() -> list[str]:
        return [
            thread.name
            for thread in threading.enumerate()
            if thread not in before and thread.is_alive() and thread.name.startswith("mien")
        ]

    while left() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert not left(), f"threads left behind: {left()}"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
