"""A video that lies on its side or its head is turned in Review, and read anew."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_engine import make_reading
from fake_review import WH, FakeBuild, HappyThenSad
from pytestqt.qtbot import QtBot
from review_pages import Make, open_and_read, run, wait_open

from mien.core.face import FaceReading
from mien.gui.review.review_page import ReviewPage
from mien.session.analyses.analysis import AnalysisStage
from mien.settings import Settings


def build_of(page: ReviewPage) -> FakeBuild:
    build: Any = page.controller._engine
    assert isinstance(build.build_pipeline, FakeBuild)
    return build.build_pipeline


def test_the_button_turns_and_reads_anew(opened: ReviewPage, qtbot: QtBot, video: Path) -> None:
    build = build_of(opened)
    opened.transport.rotate.click()
    wait_open(opened, qtbot)
    qtbot.waitUntil(lambda: build.built == 2)
    qtbot.waitUntil(lambda: opened.controller.progress.stage is AnalysisStage.DONE)
    assert [settings.camera.rotate_deg for settings in build.settings] == [0, 90]
    info = opened.controller.player.state.info
    assert info is not None
    assert (info.width_px, info.height_px) == WH[::-1]
    pixels = opened.stage.picture.pixels
    assert pixels is not None
    assert pixels.shape[0] / pixels.shape[1] == pytest.approx(WH[0] / WH[1], abs=0.02)
    qtbot.waitUntil(lambda: len(opened.controller.lanes.lanes) == 3)
    for _ in range(3):
        run(opened, "rotate")
    qtbot.waitUntil(lambda: opened.controller.progress.stage is AnalysisStage.DONE)
    assert opened.controller.rotate_deg == 0
    assert opened.choices.settings.camera.rotate_deg == 0


def test_another_video_is_not_turned(opened: ReviewPage, qtbot: QtBot, video: Path) -> None:
    opened.controller.turn(180)
    opened.open(str(video))
    qtbot.waitUntil(lambda: opened.controller.rotate_deg == 0)
    assert opened.controller.settings == opened.choices.settings


def test_a_camera_that_is_turned_turns_no_video(make: Make, video: Path, qtbot: QtBot) -> None:
    page = make(camera={"rotate_deg": 180})
    open_and_read(page, video, qtbot)
    assert build_of(page).settings[0].camera.rotate_deg == 0


def test_a_session_stays_as_it_is(make: Make, session: Path, qtbot: QtBot) -> None:
    page = make()
    page.open(str(session))
    wait_open(page, qtbot)
    assert not page.transport.rotate.isEnabled()
    run(page, "rotate")
    assert page.controller.rotate_deg == 0


def test_where_heads_are_upside_down_a_turn_is_offered_once(
    make: Make, video: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_: HappyThenSad, frame: Any, tracks: Any) -> tuple[FaceReading, ...]:
        return tuple(make_reading(track.track_id, reason="upside down").raw for track in tracks)

    monkeypatch.setattr(HappyThenSad, "read", read)
    page = make()
    asked: list[Path] = []

    def find_turn(path: Path, settings: Settings) -> int:
        asked.append(path)
        return 180

    monkeypatch.setattr(page.controller._engine, "find_turn", find_turn)
    with qtbot.waitSignal(page.notified) as told:
        open_and_read(page, video, qtbot)
    notice = told.args[0]
    assert notice.text == "The picture looks turned by 180°"
    notice.act()
    qtbot.waitUntil(lambda: build_of(page).built == 2)
    assert page.controller.rotate_deg == 180
    qtbot.waitUntil(lambda: page.controller.progress.stage is AnalysisStage.DONE)
    assert asked == [video]


def test_a_real_picture_on_its_head_is_told(video: Path) -> None:
    from mien.capture.seekable_picture import open_seekable

    plain, turned = open_seekable(video), open_seekable(video, rotate_deg=180)
    assert np.array_equal(turned.frame(7).image, plain.frame(7).image[::-1, ::-1])
    assert turned.frame(7).timestamp_s == plain.frame(7).timestamp_s
    plain.close()
    turned.close()
