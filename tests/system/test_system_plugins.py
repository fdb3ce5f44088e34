"""What other packages add to Mien: each example package, and what happens with a bad one."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mien.inference.catalog import find_model
from tests.clips import SIZE_WH, write_short_clip

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "plugins"


def install(name: str, site: Path) -> None:
    """Put an example beside a description of its entry points, which is all that an installer does of use here."""
    project = tomllib.loads((EXAMPLES / name / "pyproject.toml").read_text("utf-8"))["project"]
    site.mkdir(exist_ok=True)
    shutil.copy(EXAMPLES / name / f"{name}.py", site)
    describe(site, project["name"], project["entry-points"])


def describe(site: Path, name: str, groups: dict[str, dict[str, str]]) -> None:
    folder = site / f"{name.replace('-', '_')}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    lines = [
        line
        for group, entries in groups.items()
        for line in (f"[{group}]", *(f"{key} = {value}" for key, value in entries.items()))
    ]
    (folder / "entry_points.txt").write_text("\n".join(lines) + "\n")


def mien(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "mien", *arguments]
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def annotate(site: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    clip = write_short_clip(folder / "seen.mp4", frames=6)
    return mien(site, folder, "annotate", str(clip), "--no-video", "--overwrite", *options)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_a_table_format_serves_annotate_and_convert(site: Path, tmp_path: Path) -> None:
    feather = pytest.importorskip("pyarrow.feather")
    install("mien_feather", site)
    done = annotate(site, tmp_path, "--readings", "clip.feather")
    assert done.returncode == 0, done.stderr
    assert feather.read_table(tmp_path / "clip.feather").num_rows == 6
    annotate(site, tmp_path, "--readings", "clip.csv")
    done = mien(site, tmp_path, "convert", "clip.csv", "-o", "again.feather")
    assert done.returncode == 0, done.stderr
    assert feather.read_table(tmp_path / "again.feather").num_rows == 6
    assert not list(tmp_path.glob("*.part*"))


def test_a_detector_is_chosen_by_its_name(site: Path, tmp_path: Path) -> None:
    install("mien_whole_picture", site)
    done = annotate(site, tmp_path, "--readings", "clip.csv", "--detector", "whole-picture")
    assert done.returncode == 0, done.stderr
    head, first, *_ = (tmp_path / "clip.csv").read_text("utf-8").splitlines()
    row = dict(zip(head.split(","), first.split(","), strict=True))
    assert (float(row["x1"]), float(row["y1"])) == (0.0, 0.0)
    assert float(row["x2"]) == SIZE_WH[0]


def test_a_network_is_listed_and_used(site: Path, tmp_path: Path) -> None:
    install("mien_moods", site)
    shutil.copy(find_model("mien-s"), site / "mien_moods.onnx")
    assert "\n  moods " in "\n" + mien(site, tmp_path, "models", "list").stdout
    done = annotate(site, tmp_path, "--readings", "clip.csv", "--model", "moods")
    assert done.returncode == 0, done.stderr
    assert "happiness" in (tmp_path / "clip.csv").read_text("utf-8")


def test_an_outlet_hears_every_reading(site: Path, tmp_path: Path) -> None:
    install("mien_text_file", site)
    done = annotate(site, tmp_path, "--readings", "clip.csv", "--outlet", "text-file")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "mien-label.txt").read_text("utf-8") == "happiness"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--outlet", "nothing"),
            "nothing: no installed package adds it to mien.outlets; added are: broken",
        ),
        (("--outlet", "broken"), "broken: broken cannot be imported (No module named 'no_such_module')"),
        (("--outlet", "twice"), "twice: two packages add it to mien.outlets (broken, other); uninstall one"),
        (("--detector", "stubborn"), "stubborn: this detector does not start"),
        (("--readings", "x.odd"), "x.odd: the package for this format failed"),
    ],
)
def test_a_bad_package_is_named_in_one_line(
    options: tuple[str, ...], said: str, site: Path, tmp_path: Path
) -> None:
    groups = {
        "mien.outlets": {"broken": "no_such_module:Outlet", "twice": "os:getcwd"},
        "mien.detectors": {"stubborn": "math:sqrt"},
        "mien.tables": {"odd": "math:sqrt"},
    }
    describe(site, "broken", groups)
    describe(site, "other", {"mien.outlets": {"twice": "os:listdir"}})
    if "--detector" in options:
        options = (*options, "--readings", "x.csv")
        groups["mien.detectors"]["stubborn"] = "json:loads"
        shutil.rmtree(site / "broken-1.0.dist-info")
        describe(site, "broken", groups)
    if "--readings" not in options:
        options = (*options, "--readings", "x.csv")
    done = annotate(site, tmp_path, *options)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
