"""Pictures and sound at the playhead."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from fake_review import FPS, FakeDevice, write_video
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from review_pages import FRAMES, Make, go, open_and_read, run, shown_number

from mien.core.arrays import Image
from mien.gui.review.review_page import ReviewPage
from mien.playback.speaker import Speaker


def test_a_video_opens_and_is_read_beside(opened: ReviewPage) -> None:
    assert opened.subject == "talk.mp4"
    assert [lane.name for lane in opened.controller.lanes.lanes] == ["Face 1", "Face 2", "Face 3"]
    assert opened.controller.read_until_s == pytest.approx((FRAMES - 1) / FPS)
    assert not opened.strip.isVisible()
    assert opened.timeline.view.duration_s == pytest.approx(FRAMES / FPS, abs=0.05)


def test_the_picture_is_the_one_at_the_playhead(opened: ReviewPage, qtbot: QtBot) -> None:
    run(opened, "overlay")  # off: the numbers are read from the plain picture
    for number in (0, 40, 39, 77, 1, 99):
        go(opened, number / FPS, qtbot)
        qtbot.waitUntil(lambda number=number: shown_number(opened) == number)
        assert opened.transport.frame.value == f"frame {number}"


def test_stepping_goes_frame_by_frame_both_ways(opened: ReviewPage, qtbot: QtBot) -> None:
    run(opened, "overlay")
    go(opened, 50 / FPS, qtbot)
    for command, expected in (
        ("next_frame", 51),
        ("next_frame", 52),
        ("previous_frame", 51),
        ("previous_frame", 50),
    ):
        run(opened, command)
        qtbot.waitUntil(lambda expected=expected: shown_number(opened) == expected)
    for _ in range(40):
        run(opened, "previous_frame")
    qtbot.waitUntil(lambda: shown_number(opened) == 10)
    run(opened, "end")
    qtbot.waitUntil(lambda: shown_number(opened) == FRAMES - 1)
    run(opened, "next_frame")
    run(opened, "beginning")
    qtbot.waitUntil(lambda: shown_number(opened) == 0)


def test_it_plays_to_the_end_and_again(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.controller.player.set_speed(4.0)
    go(opened, 3.0, qtbot)
    run(opened, "pause")
    qtbot.waitUntil(lambda: opened.controller.player.state.is_playing)
    qtbot.waitUntil(lambda: not opened.controller.player.state.is_playing)
    # The thread says that it rests at once; the last picture comes with the next turn of the event loop.
    qtbot.waitUntil(lambda: opened.readings.time_s == pytest.approx((FRAMES - 1) / FPS))
    run(opened, "pause")
    qtbot.waitUntil(lambda: opened.readings.time_s < 2.0)


def test_j_k_l_shuttle(opened: ReviewPage, qtbot: QtBot) -> None:
    player = opened.controller.player
    go(opened, 2.0, qtbot)
    for command, speed in (("forwards", 1.0), ("forwards", 1.5), ("backwards", -1.0), ("backwards", -1.5)):
        run(opened, command)
        assert player.state.speed == speed
    run(opened, "halt")
    qtbot.waitUntil(lambda: not player.state.is_playing)
    assert opened.transport.speed.text() == "−1.5×"


def small(pixels: Image | None) -> npt.NDArray[np.int16]:
    """A picture at one size, whatever the window's."""
    assert pixels is not None
    return cv2.resize(pixels, (160, 90), interpolation=cv2.INTER_AREA).astype(np.int16)


def test_readings_are_painted_without_reading_again(opened: ReviewPage, qtbot: QtBot) -> None:
    go(opened, 1.0, qtbot)
    with_overlay = opened.stage.picture.pixels
    run(opened, "overlay")
    qtbot.waitUntil(lambda: opened.stage.picture.pixels is not with_overlay)
    assert np.abs(small(opened.stage.picture.pixels) - small(with_overlay)).max() > 50
    assert not opened.side.details.is_empty
    assert opened.side.details.header.headline == "Sadness"


def test_sound_leads_the_clock(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    devices: list[FakeDevice] = []

    def open_device() -> FakeDevice:
        devices.append(FakeDevice())
        return devices[-1]

    page = make(speaker=lambda: Speaker(open_device))
    open_and_read(page, write_video(tmp_path / "loud.mp4", 75, sound=True), qtbot)
    assert page.transport.sound.isEnabled()
    go(page, 1.0, qtbot)
    run(page, "pause")
    qtbot.waitUntil(lambda: page.readings.time_s > 1.6)
    position_s = page.controller.player._speaker.position_s()
    assert position_s is not None
    assert abs(position_s - page.readings.time_s) < 0.25
    assert max(abs(piece).max() for piece in devices[0].heard) > 3000
    run(page, "mute")
    qtbot.wait(100)
    count = len(devices[0].heard)
    qtbot.wait(100)
    assert all(abs(piece).max() == 0 for piece in devices[0].heard[count:])
    run(page, "pause")


def test_without_a_device_it_plays_silently_and_says_so(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    open_and_read(page, write_video(tmp_path / "loud.mp4", 50, sound=True), qtbot)
    run(page, "pause")
    qtbot.waitUntil(lambda: page.readings.time_s > 0.3)
    run(page, "pause")
    qtbot.waitUntil(lambda: "No sound" in page.transport.sound.toolTip())


def test_every_key_of_review_has_a_command(opened: ReviewPage) -> None:
    from mien.gui.shell.shortcuts import KEYS
    from mien.gui.tab_page import Tab

    commands = opened.commands()
    assert {key.command for key in KEYS if key.tab is Tab.REVIEW} <= set(commands)


def test_hidden_panels_leave_the_picture(opened: ReviewPage, qapp: QApplication) -> None:
    opened.show_panels(False)
    qapp.processEvents()
    assert not opened.side.isVisible()
    assert not opened.timeline.isVisible()
    assert opened.stage.width() == opened.width()
    opened.show_panels(True)
    assert opened.side.isVisible()
