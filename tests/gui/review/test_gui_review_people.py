"""Faces become people: merged, split, named, chosen."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_review import FPS
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot
from review_pages import editor_of, go, run

from mien.gui.parts.name_editor import NameEditor
from mien.gui.review.review_page import ReviewPage
from mien.overlay.painter import Painter


def test_broken_ids_become_one_person_and_apart_again(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.people.merge(1, 3)
    assert [lane.face_ids for lane in opened.controller.lanes.lanes] == [(1, 3), (2,)]
    go(opened, 3.0, qtbot)  # here the tracker's id is 3
    assert [reading.track.face_id for reading in opened.stage.picture._readings] == [1, 2]
    opened.people.rename(1)
    editor = editor_of(opened, NameEditor)
    assert isinstance(editor, NameEditor)
    editor.field.setText("Ada")
    qtbot.keyClick(editor.field, Qt.Key.Key_Return)
    assert opened.controller.lanes.lanes[0].name == "Ada"
    assert opened.side.people.rows[0].title == "Ada"
    run(opened, "undo")
    run(opened, "undo")
    assert [lane.name for lane in opened.controller.lanes.lanes] == ["Face 1", "Face 2", "Face 3"]
    run(opened, "redo")
    opened.people.split(1)
    assert [lane.face_ids for lane in opened.controller.lanes.lanes] == [(1,), (2,), (3,)]


def test_two_in_view_at_once_stay_two(opened: ReviewPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(opened.notified) as told:
        opened.people.merge(1, 2)
    assert "at the same time" in told.args[0].text
    assert len(opened.controller.lanes.lanes) == 3


def test_dragging_a_name_onto_another_lane_merges(opened: ReviewPage, qtbot: QtBot) -> None:
    layout = opened.timeline.layout_now
    start = QPoint(40, int(layout.lane(2).center().y()))
    end = QPoint(60, int(layout.lane(0).center().y()))
    qtbot.mousePress(opened.timeline, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(opened.timeline, end)
    opened.timeline.grab()
    qtbot.mouseRelease(opened.timeline, Qt.MouseButton.LeftButton, pos=end)
    assert [lane.face_ids for lane in opened.controller.lanes.lanes] == [(1, 3), (2,)]


def test_a_click_on_the_timeline_seeks_and_selects(opened: ReviewPage, qtbot: QtBot) -> None:
    layout = opened.timeline.layout_now
    x = layout.time.left() + opened.timeline.view.x_of(1.5, layout.time.width())
    place = QPointF(x, layout.lane(1).center().y()).toPoint()
    qtbot.mouseClick(opened.timeline, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: abs(opened.readings.time_s - 1.5) < 0.05)
    assert opened.readings.person_id == 2
    assert "Face 2: " in opened.timeline.text_at(QPointF(place))


def test_a_chosen_person_that_is_away_is_said_to_be(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.readings.choose(3)
    go(opened, 0.4, qtbot)
    assert opened.side.details.is_empty
    assert opened.side.details.empty.title == "Face 3 is not in view"
    run(opened, "next_person")
    assert opened.readings.person_id == 1


def test_a_given_name_stands_on_the_picture_and_in_the_exported_video(
    opened: ReviewPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(opened, 20 / FPS, qtbot)
    before = opened.stage.picture.pixels
    assert before is not None
    opened.controller.notes.rename(1, "Anna")
    qtbot.waitUntil(lambda: not np.array_equal(opened.stage.picture.pixels, before))
    assert opened.controller.lanes.given_names() == {1: "Anna"}
    painted_with: list[dict[int, str]] = []

    class NotedPainter(Painter):
        def __init__(self, **options: Any) -> None:
            painted_with.append(options["names"])
            super().__init__(**options)

    monkeypatch.setattr("mien.overlay.painter.Painter", NotedPainter)
    opened.controller.notes.merge((1, 3))
    with qtbot.waitSignal(opened.exports.notified):
        opened.exports.write(tmp_path / "out.mp4")
    assert painted_with[-1] == {1: "Anna"}
    opened.controller.notes.rename(1, "")
    assert opened.controller.lanes.given_names() == {}
