"""A recorded session, opened as a video is."""

from pathlib import Path

import msgspec
from fake_review import FakeBuild
from pytestqt.qtbot import QtBot
from review_pages import Make, go, run, wait_open

from mien.engine.remedies import remedy_of
from mien.errors import OutsideVideo
from mien.session.document_file import load_document, save_document
from mien.session.notes.annotation_file import load_annotations
from mien.settings import Settings


def test_a_folder_without_a_session_is_refused(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    with qtbot.waitSignal(page.failed) as failed:
        page.open(str(tmp_path))
    assert "session.json" in str(failed.args[0])


def test_a_session_opens_with_its_readings_and_keeps_its_notes(make: Make, session: Path, qtbot: QtBot) -> None:
    build = FakeBuild()
    page = make(build)
    page.open(str(session))
    wait_open(page, qtbot)
    assert build.built == 0
    assert [lane.name for lane in page.controller.lanes.lanes] == ["Face 1", "Face 2", "Face 3"]
    go(page, 1.0, qtbot)
    assert page.side.details.header.headline == "Sadness"
    run(page, "mark_event")
    page.controller.notes.rename(1, "Ada")
    page.close_current()
    stored = load_annotations(session)
    assert [marker.kind for marker in stored.markers] == ["event"]
    assert stored.persons[0].name == "Ada"


def test_a_recording_with_overlay_is_not_painted_twice(make: Make, session: Path, qtbot: QtBot) -> None:
    (session / "video.mp4").rename(session / "overlay.mp4")
    document = load_document(session)
    save_document(session, msgspec.structs.replace(document, overlay_video="overlay.mp4"))
    page = make()
    page.open(str(session))
    wait_open(page, qtbot)
    assert page.stage.pill.text == "The overlay is part of this recording"
    assert not page.transport.overlay.isEnabled()
    (session / "overlay.mp4").unlink()
    (session.parent / "talk.mp4").unlink()
    with qtbot.waitSignal(page.failed) as failed:
        page.open(str(session))
    assert isinstance(failed.args[0], OutsideVideo)
    with qtbot.waitSignal(page.failed) as failed:
        page.controller.open_outside()
    assert "video is missing" in str(failed.args[0])


def test_the_command_line_reports_a_session(session: Path, tmp_path: Path) -> None:
    from mien.cli import run as run_command

    target = tmp_path / "page.html"
    assert run_command(["report", str(session), "-o", str(target)]) == 0
    assert "Face 3" in target.read_text()
    assert run_command(["report", str(session), "-o", str(target)]) == 1


def test_a_video_elsewhere_is_opened_once_the_user_says_so(
    make: Make, session: Path, video: Path, qtbot: QtBot
) -> None:
    (session / "video.mp4").unlink()
    save_document(session, msgspec.structs.replace(load_document(session), video=None))
    page = make()
    with qtbot.waitSignal(page.failed) as failed:
        page.open(str(session))
    assert str(failed.args[0]) == (
        f"{session.name}: its video is {video}, outside the session; open it if you know who made the session"
    )
    assert remedy_of(failed.args[0], Settings()) == ("Open its video", "open_outside")
    run(page, "open_outside")
    wait_open(page, qtbot)
    assert page.controller.subject is not None
    assert page.controller.subject.video == video
