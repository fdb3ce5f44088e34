"""What the tests of Review do again and again."""

from collections.abc import Callable
from pathlib import Path

import cv2
from fake_review import FPS, WH, FakeDevice, number_of
from pytestqt.qtbot import QtBot

from mien.errors import AppError
from mien.gui.review.review_page import ReviewPage
from mien.session.analyses.analysis import AnalysisStage

FRAMES = 100
Make = Callable[..., ReviewPage]


def no_device() -> FakeDevice:
    raise AppError("No sound: no output device was found; plug one in")


def open_and_read(page: ReviewPage, video: Path, qtbot: QtBot) -> None:
    page.open(str(video))
    wait_open(page, qtbot)
    qtbot.waitUntil(lambda: not page.controller._poll.isActive())
    assert page.controller.progress.stage is AnalysisStage.DONE


def wait_open(page: ReviewPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.controller.player.state.info is not None)
    qtbot.waitUntil(lambda: page.stage.picture.has_picture)


def run(page: ReviewPage, command: str) -> None:
    page.commands()[command]()


def go(page: ReviewPage, time_s: float, qtbot: QtBot) -> None:
    page.controller.player.seek(time_s)
    qtbot.waitUntil(lambda: abs(page.readings.time_s - time_s) < 0.5 / FPS)


def shown_number(page: ReviewPage) -> int:
    pixels = page.stage.picture.pixels
    assert pixels is not None
    return number_of(cv2.resize(pixels, WH, interpolation=cv2.INTER_AREA))


def editor_of(page: ReviewPage, kind: type) -> object:
    return next(child for child in page.children() if isinstance(child, kind) and child.isVisible())
