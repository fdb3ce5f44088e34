"""People who look like the same person: asked about once the video was read, merged on a click."""

from pathlib import Path

import numpy as np
import pytest
from fake_review import FakeReviewEngine
from pytestqt.qtbot import QtBot
from review_pages import Make, open_and_read, run

from mien.core.alike import Alike
from mien.gui.review.review_page import ReviewPage
from tests.patience import PATIENCE_S


def pair(first: int, second: int, likeness: float = 0.6) -> Alike:
    faces = [np.full((112, 112, 3), 40 * face, np.uint8) for face in (first, second)]
    return Alike(first, second, likeness, *faces)


def engine_of(page: ReviewPage) -> FakeReviewEngine:
    engine = page.alike._engine
    assert isinstance(engine, FakeReviewEngine)
    return engine


@pytest.fixture
def asked(make: Make, video: Path, qtbot: QtBot) -> ReviewPage:
    """1 and 3 are one person whose number broke; 2 is in view beside both."""
    page = make()
    engine_of(page).alike = [pair(1, 2), pair(1, 3)]
    open_and_read(page, video, qtbot)
    qtbot.waitUntil(lambda: page.alike.strip.text != "")
    return page


def test_a_click_merges_and_can_be_undone(asked: ReviewPage) -> None:
    strip = asked.alike.strip
    assert strip.text == "Face 1 and Face 3 look like the same person"
    assert strip.shows_faces
    strip.merge.click()
    assert [lane.face_ids for lane in asked.controller.lanes.lanes] == [(1, 3), (2,)]
    assert strip.text == ""
    run(asked, "undo")
    assert len(asked.controller.lanes.lanes) == 3
    assert strip.text == ""
    assert engine_of(asked).compared == 1


def test_those_who_were_kept_apart_are_not_asked_about_again(asked: ReviewPage) -> None:
    asked.alike.strip.apart.click()
    assert asked.alike.strip.text == ""
    assert len(asked.controller.lanes.lanes) == 3
    asked.people.rename(1)
    assert asked.alike.strip.text == ""


def test_covered_faces_are_not_shown(asked: ReviewPage) -> None:
    asked.choices.change(video={"cover": "blur"})
    assert asked.alike.strip.text
    assert not asked.alike.strip.shows_faces


def test_switched_off_nobody_is_asked_about(asked: ReviewPage, qtbot: QtBot) -> None:
    asked.choices.change(reading={"recognise_people": False})
    qtbot.waitUntil(lambda: asked.alike.strip.text == "")
    asked.alike._background.join(PATIENCE_S)
    qtbot.wait(50)
    assert asked.alike.strip.text == ""


def test_what_was_asked_is_gone_with_the_video(asked: ReviewPage) -> None:
    asked.close_current()
    assert asked.alike.strip.text == ""
