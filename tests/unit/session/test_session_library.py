"""The list of what was recorded and analysed."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from clips import write_short_clip

from mien.core.frame import SourceInfo
from mien.errors import SessionError
from mien.session.document_file import load_document, save_document
from mien.session.library import list_sessions, rename_session
from mien.session.writer import Contents

Record = Callable[..., Path]


def dated(folder: Path, started_at: str) -> Path:
    save_document(folder, msgspec.structs.replace(load_document(folder), started_at=started_at))
    return folder


def test_recordings_and_analyses_are_listed_the_newest_first(tmp_path: Path, record: Record) -> None:
    recordings, kept = tmp_path / "Mien", tmp_path / "kept"
    project = recordings / "Study 1"
    project.mkdir(parents=True)
    older = dated(record(3, folder=recordings / "Monday"), "2026-01-05T10:00:00+01:00")
    newer = dated(record(6, folder=project / "P01"), "2026-03-05T10:00:00+01:00")
    clip = tmp_path / "talk.mp4"
    write_short_clip(clip, 2)
    info = SourceInfo("talk.mp4", 320, 180, 30.0, is_live=False, path=str(clip))
    (kept / "abc").mkdir(parents=True)
    analysed = record(3, folder=kept / "abc" / "def", info=info, contents=Contents(video=False))
    dated(analysed, "2026-02-05T10:00:00+01:00")
    (recordings / "damaged").mkdir()
    (recordings / "damaged" / "session.json").write_text("{")
    found = list_sessions(recordings, kept, [older, tmp_path / "gone", clip])
    assert [(each.name, each.kind) for each in found] == [
        ("P01", "recorded"),
        ("talk.mp4", "analysed"),
        ("Monday", "recorded"),
    ]
    assert [each.opens for each in found] == [newer, clip, older]
    assert found[0].networks == ("net",)
    assert found[0].is_complete
    assert found[0].duration_s == pytest.approx(5 / 30)
    assert found[0].persons == 2
    assert found[0].thumbnail == newer / "thumbnail.jpg"
    assert found[0].matches("p01 study")
    assert found[0].matches("march 2026-03")
    assert not found[0].matches("p01 talk")
    clip.unlink()
    assert [each.name for each in list_sessions(recordings, kept)] == ["P01", "Monday"]
    assert list_sessions(tmp_path / "no such folder", kept / "none") == []


def test_a_session_is_renamed_and_never_over_another(tmp_path: Path, record: Record) -> None:
    one, other = record(2, folder=tmp_path / "one"), record(2, folder=tmp_path / "other")
    moved = rename_session(one, " Pilot, room 2 ")
    assert moved == tmp_path / "Pilot, room 2"
    assert load_document(moved).state == "complete"
    assert not one.exists()
    with pytest.raises(SessionError, match="one of this name already"):
        rename_session(other, "Pilot, room 2")
    for name in ("", "a/b", "..", "C:", "end."):
        with pytest.raises(SessionError, match="no name for a folder"):
            rename_session(other, name)
    assert other.is_dir()
    assert rename_session(other, "other") == other
