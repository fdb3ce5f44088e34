"""The examples of docs/python.md do what they say."""

import re
import shutil
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "python.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_all_examples_run_in_their_order(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    shutil.copy(clip, tmp_path / "clip.mp4")
    monkeypatch.chdir(tmp_path)
    assert len(EXAMPLES) == 8
    for example in EXAMPLES:
        exec(compile(example, str(PAGE), "exec"), {"__name__": "example"})
    printed = capsys.readouterr().out
    assert "12 frames, {'happiness'" in printed
    assert "face 1 at" in printed
    assert "100%" in printed
    assert "magic: no such detector" in printed
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "annotated.mp4",
        "clip.mp4",
        "clip.parquet",
        "readings.csv",
    ]
