"""Sessions that strangers sent, hands edited, or disks damaged."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mien.errors import OutsideVideo, SessionError
from mien.session.analyses.analysis_store import AnalysisStore
from mien.session.open_media import open_media
from mien.session.stored import open_session
from mien.session.writer import Contents

Record = Callable[..., Path]


@pytest.fixture
def folder(record: Record) -> Path:
    return record(30)


def edit(path: Path, **fields: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def refused(folder: Path) -> str:
    with pytest.raises(SessionError) as caught:
        len(open_session(folder).series.face_ids())
    message = str(caught.value)
    assert "\n" not in message
    assert str(folder) in message
    return message


def test_the_video_of_an_older_session_has_its_overlay_burnt_in(record: Record) -> None:
    folder = record(5)
    edit(folder / "session.json", schema=1)
    older = open_session(folder)
    assert (older.video, older.overlay_video) == (None, folder / "video.mp4")
    assert open_media(folder, AnalysisStore(folder / "kept"), lambda: True).has_overlay


def test_a_video_outside_the_session_is_not_touched_unasked(record: Record, tmp_path: Path) -> None:
    folder = record(5, contents=Contents(video=False))
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)  # who opens it waits for ever
    edit(folder / "session.json", source=stored_source(folder) | {"path": str(pipe)})
    store = AnalysisStore(tmp_path / "kept")
    with pytest.raises(OutsideVideo, match="open it if you know who made the session") as caught:
        open_media(folder, store, lambda: True)
    assert str(pipe) in str(caught.value)
    with pytest.raises(SessionError, match="its video is missing"):
        open_media(folder, store, lambda: True, trusts_outside=True)


def stored_source(folder: Path) -> dict[str, Any]:
    source: dict[str, Any] = json.loads((folder / "session.json").read_text())["source"]
    return source


def test_a_newer_session_says_so(folder: Path) -> None:
    edit(folder / "session.json", schema=3, state="streaming")
    assert "newer Mien (schema 3, this one reads 2); update Mien" in refused(folder)


def test_newer_markers_say_so(folder: Path) -> None:
    (folder / "markers.json").write_text('{"schema": 7}')
    assert "markers.json: made by a newer Mien" in refused(folder)


def test_fields_of_a_later_mien_are_passed_over(folder: Path) -> None:
    edit(folder / "session.json", weather="fair")
    assert open_session(folder).document.state == "complete"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is damaged"),
        (b"{", "is damaged"),
        (b"\xff\xfe", "is damaged"),
        (b"[" * 100_000, "is damaged"),
        (b"[]", "no schema"),
        (b'{"schema": "1"}', "no schema"),
        (b'{"schema": true}', "no schema"),
        (b'{"schema": 1}', "is wrong"),
        (b" " * 3_000_000, "larger than"),
    ],
)
def test_what_is_no_document_gives_one_line(content: bytes, said: str, folder: Path) -> None:
    (folder / "session.json").write_bytes(content)
    message = refused(folder)
    assert said in message
    assert len(message) < 400


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "done"}, r"is wrong \(Invalid enum value 'done' - at `\$.state`\)"),
        ({"frames": "many"}, "frames"),
        ({"networks": []}, "names no network"),
        ({"networks": [{"name": "x", "sha256": "abc"}]}, "sha256"),
        ({"video": "../../secret.mp4"}, "no file of its own folder"),
        ({"video": "/etc/passwd"}, "no file of its own folder"),
        ({"overlay_video": "C:\\x.mp4"}, "no file of its own folder"),
        ({"readings": [".."]}, "no file of its own folder"),
        ({"readings": ["x\u0000y"]}, "no file of its own folder"),
        ({"program": "x" * 5000}, "program"),
    ],
)
def test_hand_edited_documents_give_one_line(fields: dict[str, Any], said: str, folder: Path) -> None:
    edit(folder / "session.json", **fields)
    with pytest.raises(SessionError, match=said) as caught:
        open_session(folder)
    assert "\n" not in str(caught.value)


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "video.mp4").rename(tmp_path / "elsewhere.mp4")
    (folder / "video.mp4").symlink_to(tmp_path / "elsewhere.mp4")
    (folder / "thumbnail.jpg").unlink()
    (folder / "thumbnail.jpg").symlink_to("/etc/passwd")
    session = open_session(folder)
    assert session.video is None
    assert session.thumbnail is None
    (folder / "readings.parquet").rename(tmp_path / "r.parquet")
    (folder / "readings.parquet").symlink_to(tmp_path / "r.parquet")
    assert "its readings are missing" in refused(folder)


def test_a_session_moved_elsewhere_or_linked_to_opens(folder: Path, tmp_path: Path) -> None:
    moved = folder.rename(tmp_path / "moved")
    link = tmp_path / "link"
    link.symlink_to(moved)
    assert open_session(link).video == link / "video.mp4"
    assert open_session(link).series.frame_count == 30


def test_a_deleted_video_is_no_hindrance(folder: Path) -> None:
    (folder / "video.mp4").unlink()
    session = open_session(folder)
    assert session.video is None
    assert session.face_thumbnail(1) == folder / "face-1.jpg"
    assert session.face_thumbnail(99) is None
    assert len(session.series.face(1)) == 30


def test_csv_stands_in_for_parquet(record: Record) -> None:
    folder = record(30, contents=Contents(csv=True))
    whole = open_session(folder).series.face(1)
    (folder / "readings.parquet").unlink()
    session = open_session(folder)
    assert session.readings == folder / "readings.csv"
    assert (session.series.face(1).probabilities == whole.probabilities).all()


def test_a_session_under_way_names_the_remedy(make_writer: Any, make_result: Any) -> None:
    writer = make_writer()
    writer.write(make_result(), make_result().frame.image)
    assert "mien recover" in refused(writer.folder)
    writer.abort()


def test_what_is_no_session(tmp_path: Path) -> None:
    assert "no such folder" in refused(tmp_path / "nowhere")
    assert "session.json: is missing" in refused(tmp_path)


@pytest.mark.parametrize(
    "markers",
    [
        {"persons": [{"face_ids": [1]}, {"face_ids": [2, 1]}]},
        {"persons": [{"face_ids": []}]},
        {"persons": [{"name": "x" * 300, "face_ids": [1]}]},
        {"markers": [{"kind": "event", "start_s": -1}]},
        {"markers": [{"kind": "event", "start_s": 2, "end_s": 1}]},
        {"markers": [{"kind": "murder", "start_s": 2}]},
        {"markers": {}},
    ],
)
def test_impossible_markers_give_one_line(markers: dict[str, Any], folder: Path) -> None:
    (folder / "markers.json").write_text(json.dumps({"schema": 1, **markers}))
    assert "markers.json" in refused(folder)
