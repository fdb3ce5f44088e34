"""The code and the columns that docs/readings.md shows are the real ones."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from mien.cli import run
from mien.sinks.readings.rows import columns_of
from tests.clips import write_short_clip

DOC = Path(__file__).resolve().parents[2] / "docs" / "readings.md"
BLOCKS = re.findall(r"```python\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readings")
    clip = write_short_clip(folder / "clip.mp4", frames=30)
    options = ["--no-video", "--readings", str(folder / "readings.parquet"), "--quiet"]
    assert run(["annotate", str(clip), *options]) == 0
    return folder


@pytest.mark.parametrize(("library", "shown"), [("pandas", r"happiness\s+30"), ("polars", r"│ 1 \s*┆ 0\.\d+")])
def test_the_code_works_as_printed(library: str, shown: str, folder: Path) -> None:
    pytest.importorskip(library)
    (block,) = [block for block in BLOCKS if f"import {library}" in block]
    done = subprocess.run([sys.executable, "-c", block], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(shown, done.stdout), done.stdout


def test_every_column_is_explained() -> None:
    text = DOC.read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    explained |= set(re.findall(r"`(other_[^`]+)`", text))
    for name in columns_of(("x",), ("y",)):
        assert re.sub(r"p_[xy]$", "p_…", name) in explained, name
