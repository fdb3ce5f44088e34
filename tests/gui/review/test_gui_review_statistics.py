"""The window of statistics."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from review_pages import run

from mien.gui.review.review_page import ReviewPage
from mien.gui.review.statistics_window import StatisticsWindow
from mien.report.measures import WHOLE
from mien.session.notes.annotations import Marker


def shown(page: ReviewPage, qtbot: QtBot) -> StatisticsWindow:
    run(page, "statistics")
    view = page.statistics.view
    assert view is not None
    qtbot.waitUntil(lambda: not page.statistics._is_busy and not page.statistics._timer.isActive())
    return view


def cells(view: StatisticsWindow) -> dict[str, str]:
    table = view.table
    texts = [
        [getattr(table.item(row, column), "text", str)() for column in (0, 1)] for row in range(table.rowCount())
    ]
    return {name: text for name, text in texts if text}


def test_it_shows_the_whole_video_and_what_is_selected(opened: ReviewPage, qtbot: QtBot) -> None:
    view = shown(opened, qtbot)
    assert view.choice == WHOLE
    lane = opened.controller.lanes.lanes[0]
    assert view.table.horizontalHeaderItem(1).text() == lane.name
    whole = cells(view)
    assert whole["In view"] == "00:02.00"
    opened.selection.choose(1.0, 2.0)
    view = shown(opened, qtbot)
    assert view.choice.startswith("Selection")
    assert cells(view)["In view"] == "00:01.00"
    opened.selection.choose(1.0, 1.4)  # without being asked to
    qtbot.waitUntil(lambda: cells(view)["In view"] == "00:00.40")
    opened.selection.drop()
    qtbot.waitUntil(lambda: "Nothing is selected" in view.hint.text())
    assert not view.save_button.isEnabled()


def test_conditions_are_compared_copied_and_saved(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    for start_s, name in ((0.0, "Rest"), (1.0, "Task"), (2.0, "Rest")):
        marker = Marker(kind="event", start_s=start_s, end_s=start_s + 0.4, event_type=name, code=name[0])
        opened.controller.notes.add(marker)
    view = shown(opened, qtbot)
    view.choose("All conditions")
    qtbot.waitUntil(lambda: view.table.columnCount() == 6)
    heads = [view.table.horizontalHeaderItem(column).text() for column in range(1, 6)]
    assert heads == ["Rest\nFace 1", "Rest\nFace 2", "Rest\nFace 3", "Task\nFace 1", "Task\nFace 2"]
    opened.statistics.copy()
    copied = QGuiApplication.clipboard().text()
    assert "In view\t00:00.40\t00:00.80\t00:00.40\t00:00.40\t00:00.40" in copied
    target = tmp_path / "out.csv"
    opened.statistics.write(target)
    qtbot.waitUntil(target.exists)
    lines = target.read_text().splitlines()
    assert lines[0].startswith("condition,code,events,condition_s,person,face_id,in_view_s")
    assert [line.split(",")[:5] for line in lines[1:]] == [
        *(["Rest", "R", "2", "0.8", f"Face {number}"] for number in (1, 2, 3)),
        *(["Task", "T", "1", "0.4", f"Face {number}"] for number in (1, 2)),
    ]
    view.choose("Event: Task")
    qtbot.waitUntil(lambda: view.table.columnCount() == 3)
    assert cells(view)["In view"] == "00:00.40"


def test_a_marker_in_hand_is_measured(opened: ReviewPage, qtbot: QtBot) -> None:
    marker = Marker(kind="event", start_s=1.0)
    opened.controller.notes.add(marker)
    opened.marking.select(marker)
    view = shown(opened, qtbot)
    assert view.about.text() == "Event 00:01.000"
    assert cells(view)["In view"] == "00:01.00"


@pytest.mark.parametrize("is_open", [True, False])
def test_it_closes_with_the_page_and_needs_a_video(opened: ReviewPage, qtbot: QtBot, is_open: bool) -> None:
    if not is_open:
        opened.controller.close()
        run(opened, "statistics")
        assert opened.statistics.view is None
        return
    view = shown(opened, qtbot)
    opened.controller.close()
    qtbot.waitUntil(lambda: view.table.columnCount() == 1)
