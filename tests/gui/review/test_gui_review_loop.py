"""From A to B again and again, and single frames saved."""

import itertools
import json
from pathlib import Path

import cv2
import pytest
from fake_review import FPS, FakeDevice, number_of, write_video
from PySide6.QtCore import QStandardPaths
from pytestqt.qtbot import QtBot
from review_pages import Make, go, open_and_read, run, wait_open

from mien.gui.pictures_folder import pictures_folder
from mien.gui.review.review_page import ReviewPage
from mien.playback.speaker import Speaker
from mien.session.notes.annotations import Marker

HALF_FRAME_S = 0.5 / FPS


def watch(page: ReviewPage) -> list[float]:
    seen: list[float] = []
    page.controller.player.result_waits.connect(lambda: seen.append(page.readings.time_s))
    return seen


def turns(seen: list[float]) -> int:
    return sum(later < earlier - 0.1 for earlier, later in itertools.pairwise(seen))


def test_one_key_sets_a_and_b_and_ends_it(opened: ReviewPage, qtbot: QtBot) -> None:
    go(opened, 1.0, qtbot)
    run(opened, "loop")
    assert (opened.selection.start_s, opened.selection.span) == (1.0, None)
    assert not opened.transport.loop.isChecked()
    assert "end B" in opened.transport.loop.toolTip()
    go(opened, 1.4, qtbot)
    seen = watch(opened)
    run(opened, "loop")
    assert opened.transport.loop.isChecked()
    state = opened.controller.player
    qtbot.waitUntil(lambda: state.state.loop == (1.0, 1.4))
    qtbot.waitUntil(lambda: turns(seen) >= 2)
    looped = seen[seen.index(min(seen[2:])) :]
    assert min(looped) >= 1.0 - HALF_FRAME_S
    assert max(looped) <= 1.4 + HALF_FRAME_S
    assert max(looped) >= 1.4 - 2.1 / FPS  # B itself belongs to it; a slow machine may pass over a frame
    run(opened, "loop")
    qtbot.waitUntil(lambda: state.state.loop is None)
    assert not opened.transport.loop.isChecked()
    qtbot.waitUntil(lambda: opened.readings.time_s > 1.6)


def test_it_runs_back_as_well(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.selection._play(2.0, 2.4)
    seen = watch(opened)
    run(opened, "backwards")
    qtbot.waitUntil(lambda: sum(b > a + 0.1 for a, b in itertools.pairwise(seen)) >= 2)
    assert min(seen[3:]) >= 2.0 - HALF_FRAME_S


def test_a_span_in_hand_is_looped_and_escape_ends_it(opened: ReviewPage, qtbot: QtBot) -> None:
    marker = Marker(kind="exclude", start_s=0.4, end_s=0.8)
    opened.controller.notes.add(marker)
    opened.marking.select(marker)
    run(opened, "loop")
    qtbot.waitUntil(lambda: opened.controller.player.state.loop == (0.4, 0.8))
    assert opened.take_escape()
    qtbot.waitUntil(lambda: opened.controller.player.state.loop is None)
    assert not opened.take_escape()


def test_a_place_outside_is_not_drawn_into_it(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.selection._play(1.0, 1.2)
    run(opened, "halt")
    go(opened, 3.0, qtbot)
    run(opened, "pause")
    qtbot.waitUntil(lambda: opened.readings.time_s > 3.3)


def test_sound_starts_with_every_turn(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make(speaker=lambda: Speaker(FakeDevice))
    open_and_read(page, write_video(tmp_path / "loud.mp4", 75, sound=True), qtbot)
    seen = watch(page)
    page.selection._play(1.0, 1.4)
    qtbot.waitUntil(lambda: turns(seen) >= 2)
    position_s = page.controller.player._speaker.position_s()
    assert position_s is None or 0.9 <= position_s <= 1.6
    run(page, "halt")


def test_another_video_has_no_loop(make: Make, opened: ReviewPage, video: Path, qtbot: QtBot) -> None:
    opened.selection._play(1.0, 1.2)
    opened.close_current()
    assert opened.selection.start_s is None
    opened.open(str(video))
    wait_open(opened, qtbot)
    assert opened.controller.player.state.loop is None
    assert not opened.transport.loop.isChecked()


def test_it_is_painted(opened: ReviewPage) -> None:
    plain = opened.timeline.grab().toImage()
    opened.timeline.show_selection(1.0, None)
    only_a = opened.timeline.grab().toImage()
    opened.timeline.show_selection(1.0, 2.0)
    both = opened.timeline.grab().toImage()
    assert plain != only_a != both
    opened.timeline.show_selection(None, None)
    assert opened.timeline.grab().toImage() == plain


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(QStandardPaths, "writableLocation", staticmethod(lambda kind: str(tmp_path / "Pictures")))
    return pictures_folder()


def test_the_frame_on_screen_is_saved_with_its_readings(opened: ReviewPage, pictures: Path, qtbot: QtBot) -> None:
    go(opened, 40 / FPS, qtbot)
    with qtbot.waitSignal(opened.notified) as told:
        run(opened, "save_frame")
    assert told.args[0].text == "Saved talk frame 40.png"
    assert sorted(path.name for path in pictures.iterdir()) == [
        "talk frame 40-clean.png",
        "talk frame 40.json",
        "talk frame 40.png",
    ]
    clean = cv2.imread(str(pictures / "talk frame 40-clean.png"))
    assert number_of(clean) == 40
    assert (cv2.imread(str(pictures / "talk frame 40.png")) != clean).any()
    moment = json.loads((pictures / "talk frame 40.json").read_text())
    assert (moment["frame"], moment["time_s"]) == (40, 1.6)
    assert [face["label"] for face in moment["faces"]] == ["sadness", "sadness"]
    with qtbot.waitSignal(opened.notified):
        run(opened, "save_frame")
    assert (pictures / "talk frame 40-2.png").exists()
