"""The examples of README.md and docs/python.md do what they say."""

from collections.abc import Container
from pathlib import Path

import pytest

from mien.cli import run
from tests.clips import write_portrait, write_short_clip
from tests.printed import blocks

EXAMPLES = [block.text for block in blocks("python") if block.page in ("README.md", "docs/python.md")]


@pytest.mark.parametrize("grey", [(), range(4, 10), range(12)], ids=["always a face", "now and then", "never"])
def test_all_examples_run_in_their_order(
    grey: Container[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    write_short_clip(tmp_path / "clip.mp4", grey=grey)
    (tmp_path / "photos").mkdir()
    write_portrait(tmp_path / "photos" / "portrait.png")
    monkeypatch.chdir(tmp_path)
    assert run(["annotate", "clip.mp4", "--session", "--quiet"]) == 0
    for example in EXAMPLES:
        exec(compile(example, "example", "exec"), {"__name__": "example"})
    printed = capsys.readouterr().out
    assert ("12 frames, {'happiness'" in printed) is (0 not in grey)
    assert ("face 1 at" in printed) is (0 not in grey)
    assert "100%" in printed
    assert "magic: no such detector" in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "annotated.mp4",
        "clip.eaf",
        "clip.mien",
        "clip.mp4",
        "clip.parquet",
        "photos",
        "readings.csv",
    ]
