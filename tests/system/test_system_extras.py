"""The built wheel: what it asks for, and each extra installed into a fresh environment (MIEN_INDEX=1 ./test)."""

import os
import re
import subprocess
import sys
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

needs_index = pytest.mark.skipif(
    os.environ.get("MIEN_INDEX") != "1", reason="MIEN_INDEX=1 installs from the package index"
)

BROUGHT = {
    "": ("numpy", "PySide6"),
    "window": ("PySide6", "distributed"),
    "lsl": ("pylsl", "PySide6"),
    "own": ("onnx", "torch"),
    "dask": ("distributed", "PySide6"),
    "train": ("torch", "PySide6"),
}
"""By extra, a module that it brings and one that it does not."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_asks_for_one_of_each_library_whatever_the_extra(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(packed.read(name))
    wanted = [str(each).split(";")[0].strip() for each in metadata.get_all("Requires-Dist", [])]
    for library in ("onnxruntime", "opencv"):
        assert sum(each.startswith(library) for each in wanted) == 1, library
    extras = metadata.get_all("Provides-Extra", [])
    assert set(extras) == {*BROUGHT, "virtualcam"} - {""}
    page = (REPOSITORY / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")
    assert [extra for extra in extras if f"| `mien[{extra}]` |" not in page] == []
    assert "gpu" not in extras  # it could add a second onnxruntime, and take none away


@needs_index
@pytest.mark.timeout(900)
@pytest.mark.parametrize("extra", BROUGHT)
def test_an_extra_brings_what_it_says_and_one_of_each_library(extra: str, wheel: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    bin_folder = fresh / ("Scripts" if sys.platform == "win32" else "bin")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*command: str) -> str:
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def uv(*words: str) -> str:
        return run(sys.executable, "-m", "uv", "--quiet", *words)

    uv("venv", "--python", sys.executable, str(fresh))
    here = ("--python", str(fresh))
    # The build of PyTorch that setting up takes as well; where pip is pointed to files, the one among them.
    pins = tmp_path / "pins.txt"
    torch = (REPOSITORY / "requirements" / "torch-wheel.txt").read_text(encoding="utf-8")
    pins.write_text("\n".join(re.findall(r"^torch==[^ \\]+", torch, flags=re.MULTILINE)), encoding="utf-8")
    links = os.environ.get("PIP_FIND_LINKS", "").split()
    pinned = ("-c", str(pins), *(word for link in links for word in ("--find-links", link)))
    wanted = f"mien[{extra}]" if extra else "mien"
    uv("pip", "install", *here, *pinned, f"{wanted} @ {wheel.as_uri()}")
    installed = run(sys.executable, "-m", "uv", "pip", "list", *here, "--format", "freeze").lower().splitlines()
    assert sum(line.startswith("onnxruntime") for line in installed) == 1
    assert sum(line.startswith("opencv") for line in installed) == 1
    brought, absent = BROUGHT[extra]
    find = "import sys, importlib.util as i; print([i.find_spec(each) is not None for each in sys.argv[1:]])"
    assert run(str(bin_folder / "python"), "-c", find, brought, absent).strip() == "[True, False]"
    assert "* mien-m" in run(str(bin_folder / "mien"), "models", "list")
