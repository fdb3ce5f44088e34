"""`mien convert` and `mien recover`, from arguments to files."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from mien.cli import run
from mien.core.emotion import EXPRESSIONS
from mien.core.face import FrameResult
from mien.core.frame import SourceInfo
from mien.session.origin import NetworkInUse
from mien.session.stored import open_session
from mien.session.writer import Contents, SessionWriter
from mien.settings import Settings
from mien.sinks.readings.readings_log import open_readings
from tests.makers import make_reading, make_result


def results(count: int = 30) -> Sequence[FrameResult]:
    face = make_reading(box=(9.0, 9.0, 40.0, 40.0), affect=None)
    return [make_result(index, [face]) for index in range(count)]


def record(folder: Path, *, finish: bool) -> Path:
    info = SourceInfo("Camera 1", 64, 48, 30.0, is_live=True)
    networks = (NetworkInUse("net", EXPRESSIONS),)
    writer = SessionWriter(folder, info, networks, Settings(), contents=Contents(video=False))
    for result in results():
        writer.write(result, None)
    if finish:
        writer.finish()
    else:
        writer.abort()
    return folder


def test_a_session_is_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = record(tmp_path / "s", finish=True)
    for suffix in (".csv", ".jsonl", ".parquet", ".eaf", ".vtt"):
        assert run(["convert", str(folder), "-o", str(tmp_path / f"x{suffix}")]) == 0
        assert f"→ {tmp_path / f'x{suffix}'}" in capsys.readouterr().out
        assert (tmp_path / f"x{suffix}").stat().st_size > 0
    assert run(["convert", str(folder), "-o", str(tmp_path / "x.vtt")]) == 1
    assert "--overwrite" in capsys.readouterr().err
    assert run(["convert", str(folder), "-o", str(tmp_path / "x.vtt"), "--overwrite", "--face", "1"]) == 0
    assert run(["convert", str(folder), "-o", str(tmp_path / "y.vtt"), "--face", "Anna"]) == 1
    assert "there is no such face" in capsys.readouterr().err
    assert run(["convert", str(tmp_path / "none"), "-o", str(tmp_path / "y.csv")]) == 1
    assert "no such file" in capsys.readouterr().err


def test_all_that_was_cut_off_in_a_folder_is_finished(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = record(tmp_path / "a", finish=False), record(tmp_path / "b", finish=False)
    record(tmp_path / "c", finish=True)
    log = open_readings(tmp_path / "x.parquet", EXPRESSIONS)
    for result in results():
        log.write(result, None)
    log.abort()
    assert run(["recover", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(lines) == sorted(
        f"→ {path}: 1.0 s, 30 frames" for path in (tmp_path / "x.parquet", first, second)
    )
    assert open_session(first).document.state == "recovered"
    assert run(["recover", str(tmp_path)]) == 0
    assert "nothing was cut off" in capsys.readouterr().out


def test_one_session_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = record(tmp_path / "a", finish=False)
    assert run(["recover", str(folder)]) == 0
    assert run(["recover", str(folder)]) == 0
    assert capsys.readouterr().out.count("30 frames") == 2


def test_where_the_window_records_is_the_default(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_videos_dir", lambda: str(tmp_path))
    (tmp_path / "Mien").mkdir()
    record(tmp_path / "Mien" / "a", finish=False)
    assert run(["recover"]) == 0
    assert str(tmp_path / "Mien" / "a") in capsys.readouterr().out


def test_failures_are_one_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recover", str(tmp_path / "none")]) == 1
    assert "check the path" in capsys.readouterr().err
    for name in ("x.part.journal", "y.part.journal"):
        (tmp_path / name).write_bytes(b"nothing of the kind")
    good = record(tmp_path / "a", finish=False)
    assert run(["recover", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert str(good) in captured.out
    assert len(captured.err.splitlines()) == 2
    assert all(line.startswith("mien: ") for line in captured.err.splitlines())
