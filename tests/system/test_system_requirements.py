import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]
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


@pytest.mark.parametrize(
    ("group", "name"), [("program", "app"), ("dev", "dev"), ("export", "export")], ids=["app", "dev", "export"]
)
def test_the_pins_are_what_the_project_asks_for(group: str, name: str) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    asked = project["project"]["dependencies"] if group == "program" else project["dependency-groups"][group]
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
    assert [name for name in names if name.startswith("opencv")] == ["opencv-contrib-python"]
    assert names.isdisjoint({"torch", "keras", "tensorflow", "jax", "onnx"})
