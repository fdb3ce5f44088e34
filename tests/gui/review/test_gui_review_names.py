"""Names that are no UTF-8, as Linux allows them."""

import os
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from review_pages import Make, open_and_read, wait_open

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")


def test_a_video_whose_name_is_no_utf_8_is_read_and_exported(
    make: Make, video: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    page = make()
    open_and_read(page, video.rename(tmp_path / os.fsdecode(b"M\xfcller.mp4")), qtbot)
    assert page.subject == "M\\xfcller.mp4"
    for suffix in (".html", ".pdf", ".png", ".svg", ".csv", ".xlsx", ".mp4"):
        target = tmp_path / os.fsdecode(b"out\xfc" + suffix.encode())
        with qtbot.waitSignal(page.notified) as told:
            page.exports.write(target)
        assert told.args[0].text == f"Saved out\\xfc{suffix}"
        assert target.stat().st_size > 50
    assert "M\\xfcller.mp4" in (tmp_path / os.fsdecode(b"out\xfc.html")).read_text(encoding="utf-8")


def test_a_session_whose_name_is_no_utf_8_is_opened(
    make: Make, session: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    page = make()
    page.open(str(session.rename(tmp_path / os.fsdecode(b"M\xfcller.mien"))))
    wait_open(page, qtbot)
    assert page.subject == "M\\xfcller.mien"
    assert len(page.controller.lanes.lanes) == 3
