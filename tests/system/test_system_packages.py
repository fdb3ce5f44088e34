"""What `pip install mien` would bring: our own package names and all they need, beside a user's own `app`."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = {"mien", "mien_assets", "mien_export", "mien_models", "mien_networks"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    return folder


def test_the_wheel_holds_our_packages_and_nothing_else(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    for name in (
        *("mien/py.typed", "mien_models/py.typed", "mien_networks/py.typed", "mien_export/py.typed"),
        *("mien_assets/demo.mp4", "mien_assets/icons/mien.svg", "mien_assets/fonts/Overlay-Medium.ttf"),
        *("mien_models/zoo/catalog.json", "mien_models/zoo/mien-m.onnx", "mien_models/zoo/mien-s.onnx"),
    ):
        assert name in names
    for ending in ("licenses/LICENSE", "licenses/THIRD_PARTY.md"):
        assert any(name.endswith(ending) for name in names)


def test_the_source_archive_can_be_built_and_tested(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("pyproject.toml", "README.md", "LICENSE", "test", "app/mien/py.typed", "tests/conftest.py"):
        assert name in names
    assert not any(name.startswith(".venv") for name in names)


def test_mien_works_beside_a_users_own_app_and_models(built: Path, tmp_path: Path) -> None:
    installed, own = tmp_path / "site", tmp_path / "own"
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        wheel.extractall(installed)
    for name in ("app", "models", "export", "assets"):
        (own / name).mkdir(parents=True)
        (own / name / "__init__.py").write_text(f"mine = {name!r}\n")
    program = """
import app, assets, export, models
assert [package.mine for package in (app, assets, export, models)] == ["app", "assets", "export", "models"]
import mien
from mien import analyse, annotate, read
from mien.cli import run
from mien.inference.catalog import list_models
from mien.places import demo_clip
print(mien.__file__)
print(demo_clip().is_file(), [entry.path.is_file() for entry in list_models()])
raise SystemExit(run(["--version"]))
"""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(own), str(installed)])}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=own, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    origin, found, version = done.stdout.splitlines()
    assert origin.startswith(str(installed))
    assert "False" not in found
    assert version.startswith("mien, version ")
