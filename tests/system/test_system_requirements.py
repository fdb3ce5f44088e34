import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]
BY_CHOICE = {"mediapipe", "pandas", "polars", "tflite"}
"""What people install themselves; each is imported by one call alone, which says so where it is missing."""
SAME_FOLDER = ("opencv-contrib-python", "pyside6-essentials")
LISTS = sorted((REPOSITORY / "requirements").glob("*.txt"))
HASHES = r"(?:    --hash=sha256:[0-9a-f]{64}\s*\\?\n)+"
PIN = re.compile(rf"^(?P<requirement>[a-z0-9][^\\\n]*?)\s*\\\n{HASHES}", re.M)


def read_pins(name: str) -> list[Requirement]:
    text = (REPOSITORY / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return [Requirement(found["requirement"]) for found in PIN.finditer(text)]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_every_pin_has_a_version_and_a_hash_and_no_index_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pins = read_pins(path.stem)
    assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.M)) > 0
    assert all(str(pin.specifier).startswith("==") for pin in pins)
    assert "://" not in text
    assert "index" not in text


def asked_of(name: str) -> list[str]:
    """What a list of pins is made from."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    extras, groups = project["project"]["optional-dependencies"], project["dependency-groups"]
    return {
        "app": [*project["project"]["dependencies"], *extras["window"]],
        "mediapipe": groups["mediapipe"],
        "manual": groups["manual"],
        "dev": groups["dev"],
        "train": [each for each in extras["train"] if not each.startswith("torch")],
    }[name]


@pytest.mark.parametrize("name", ["app", "mediapipe", "manual", "dev", "train"])
def test_the_pins_are_what_the_project_asks_for(name: str) -> None:
    asked = asked_of(name)
    pins = read_pins(name)
    for wanted in map(Requirement, asked):
        versions = [
            next(iter(pin.specifier)).version
            for pin in pins
            if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
        ]
        assert versions, f"{wanted.name} is not pinned in requirements/{name}.txt; run scripts/lock"
        assert all(wanted.specifier.contains(version) for version in versions)


def test_the_program_has_one_opencv_and_no_training_framework() -> None:
    names = {pin.name for pin in read_pins("app")}
    assert [name for name in names if name.startswith("opencv")] == ["opencv-contrib-python-headless"]
    assert names.isdisjoint({"torch", "keras", "tensorflow", "jax", "onnx"})


def test_every_package_that_is_imported_is_asked_for() -> None:
    """Mien alone, the window, training: each imports what its own requirements bring, and nothing else."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    base = {canonicalize_name(Requirement(each).name) for each in project["project"]["dependencies"]}
    extras = {
        canonicalize_name(Requirement(each).name)
        for asked in project["project"]["optional-dependencies"].values()
        for each in asked
    }
    graph = grimp.build_graph(
        "mien", "mien_models", "mien_networks", "mien_export", include_external_packages=True
    )
    # A module that several packages write belongs to the one that we ask for.
    owners = {
        module: {canonicalize_name(name) for name in names} for module, names in packages_distributions().items()
    }
    ours = {"mien", "mien_models", "mien_networks", "mien_export", "mien_assets"}
    outside = {name for name in graph.modules if "." not in name} - ours - set(sys.stdlib_module_names)
    assert len(outside) > 15
    known = base | extras | BY_CHOICE | {canonicalize_name(name) for name in SAME_FOLDER}
    assert {name for name in outside if not owners.get(name, {name}) & known} == set()
