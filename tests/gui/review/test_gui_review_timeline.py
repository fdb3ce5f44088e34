"""The timeline's arithmetic and looks, on made-up readings."""

import numpy as np
import pytest
from made_series import LABELS, add_rows
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from mien.core.series import ReadingSeries
from mien.gui.review.lane_image import lane_image
from mien.gui.review.review_timeline import ReviewTimeline
from mien.gui.review.side_list import SideList, SideRow
from mien.gui.review.timeline_motion import OpenSpan
from mien.playback.play_worker import PlayState
from mien.playback.playhead import Playhead, faster
from mien.session.notes.annotations import Annotations, Marker
from mien.session.notes.marker_drag import MarkerDrag, Part, part_at
from mien.session.notes.persons import apply_persons
from mien.timeline.lanes import Lanes
from mien.timeline.runs import NOBODY


@pytest.fixture
def series() -> ReadingSeries:
    """Face 1 from 0 to 10 s: neutral, from 5 s happy, from 8 s uncertain; face 2 from 12 to 20 s."""
    found = ReadingSeries(LABELS)
    times_s = np.arange(100) / 10
    add_rows(found, 1, times_s, (times_s >= 5) * 0.9, times_s < 8)
    later_s = 12 + np.arange(80) / 10
    add_rows(found, 2, later_s, np.zeros(80))
    return found


@pytest.fixture
def lanes(series: ReadingSeries) -> Lanes:
    found = Lanes()
    assert found.follow(series, apply_persons(series, Annotations()))
    return found


def test_a_band_is_striped_where_it_is_uncertain_and_clear_where_nobody_is(qapp: QApplication) -> None:
    labels = np.array([0] * 10 + [2] * 10 + [NOBODY] * 10, np.int16)
    image = lane_image(labels, LABELS, 12, "#000000")
    assert (image.width(), image.height()) == (30, 12)
    assert image.pixelColor(5, 5).name() == "#9aa4b2"
    striped = {image.pixel(x, y) for x in range(12, 20) for y in range(12)}
    assert len(striped) == 2
    assert image.pixelColor(25, 5).alpha() == 0


def test_speeds_build_on_one_another() -> None:
    assert faster(0.0, back=False) == 1.0
    assert faster(1.0, back=False) == 1.5
    assert faster(4.0, back=False) == 4.0
    assert faster(2.0, back=True) == -1.0
    assert faster(-1.0, back=True) == -1.5


def test_the_playhead_follows_time_or_sound() -> None:
    now = [100.0]
    playhead = Playhead(lambda: now[0])
    playhead.start(5.0, 2.0, None)
    now[0] = 101.0
    assert playhead.due_s() == 7.0
    assert playhead.wait_s(8.0) == pytest.approx(0.5)
    playhead.start(5.0, -1.0, None)
    now[0] = 102.0
    assert playhead.due_s() == 4.0
    assert playhead.wait_s(3.0) == pytest.approx(1.0)
    heard: list[float | None] = [None]
    playhead.start(5.0, 1.0, lambda: heard[0])
    assert playhead.due_s() == 5.0
    heard[0] = 5.3
    assert playhead.due_s() == 5.3


@pytest.fixture
def timeline(lanes: Lanes, qtbot: QtBot) -> ReviewTimeline:
    widget = ReviewTimeline(lanes)
    qtbot.addWidget(widget)
    widget.resize(900, 220)
    widget.set_duration(20.0)
    widget.refresh(20.0)
    widget.show()
    return widget


def wheel(timeline: ReviewTimeline, x: float, y: float, up: int, modifiers: Qt.KeyboardModifier) -> None:
    place = QPointF(x, y)
    event = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, up),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    timeline.wheelEvent(event)


def test_the_wheel_zooms_and_with_shift_pans(timeline: ReviewTimeline) -> None:
    none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    for _ in range(5):
        wheel(timeline, 500, 100, 120, none)
    assert timeline.view.span_s == pytest.approx(20 / 1.25**5)
    start_s = timeline.view.start_s
    wheel(timeline, 500, 100, -120, shift)
    assert timeline.view.start_s > start_s
    timeline.show_all()
    assert timeline.view.is_whole


def test_dragging_scrubs_and_a_marker_is_taken_in_hand(timeline: ReviewTimeline, qtbot: QtBot) -> None:
    marker = Marker(kind="event", start_s=10.0, text="bell")
    timeline.show_markers((marker,), None)
    sought: list[float] = []
    chosen: list[object] = []
    timeline.sought.connect(sought.append)
    timeline.marker_chosen.connect(chosen.append)
    layout = timeline.layout_now
    y = int(layout.lanes_area.center().y())
    left, width = layout.time.left(), layout.time.width()
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(int(left + width / 4), y))
    qtbot.mouseMove(timeline, QPoint(int(left + width / 2), y))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(int(left + width / 2), y))
    assert sought[0] == pytest.approx(5.0, abs=0.05)
    assert sought[-1] == pytest.approx(10.0, abs=0.05)
    flag = QPoint(int(left + width / 2) + 4, int(layout.markers.center().y()))
    assert "bell" in timeline.text_at(QPointF(flag))
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=flag)
    assert chosen[-1] == marker
    assert sought[-1] == 10.0


EVENT, SPAN = Marker(kind="event", start_s=10.0, text="bell"), Marker(kind="exclude", start_s=4.0, end_s=8.0)


@pytest.mark.parametrize(
    ("marker", "part", "to_s", "expected"),
    [
        (EVENT, "whole", 12.5, (12.5, None)),
        (EVENT, "whole", 99.0, (20.0, None)),
        (SPAN, "whole", 12.5, (6.5, 10.5)),
        (SPAN, "whole", 0.0, (0.0, 4.0)),
        (SPAN, "whole", 40.0, (16.0, 20.0)),
        (SPAN, "start", 12.5, (6.5, 8.0)),
        (SPAN, "start", 40.0, (7.98, 8.0)),
        (SPAN, "end", 12.5, (4.0, 10.5)),
        (SPAN, "end", 0.0, (4.0, 4.02)),
        (SPAN, "end", 40.0, (4.0, 20.0)),
    ],
)
def test_a_marker_stays_in_the_video_and_in_order(
    marker: Marker, part: Part, to_s: float, expected: tuple[float, float | None]
) -> None:
    moved = MarkerDrag(marker, part, taken_s=10.0).dragged_to(to_s, 20.0)
    assert (moved.start_s, moved.end_s) == pytest.approx(expected)
    assert (moved.kind, moved.text) == (marker.kind, marker.text)


def test_a_marker_is_dragged_to_frames_of_any_rate() -> None:
    times_s = np.array([0.0, 0.04, 0.08, 4.0, 7.7, 8.5, 11.9, 19.5])
    state = PlayState(duration_s=20.0, times_s=times_s)

    def dragged(marker: Marker, part: Part, to_s: float) -> tuple[float, float | None]:
        moved = MarkerDrag(marker, part, taken_s=10.0).dragged_to(to_s, 20.0, state.nearest_frame)
        return moved.start_s, moved.end_s

    assert dragged(EVENT, "whole", 12.5) == (11.9, None)
    assert dragged(EVENT, "whole", 0.05) == (0.04, None)
    assert dragged(EVENT, "whole", 99.0) == (20.0, None)
    assert dragged(SPAN, "start", 9.0) == (4.0, 8.0)
    assert dragged(SPAN, "end", 14.0) == (4.0, 11.9)
    assert dragged(SPAN, "end", 99.0) == (4.0, 20.0)
    assert dragged(SPAN, "whole", 13.8) == (7.7, 11.9)


def test_a_span_has_edges_and_a_middle_however_short() -> None:
    assert [part_at(SPAN, x, 100.0) for x in (0, 5, 7, 50, 93, 95, 100)] == [
        "start",
        "start",
        *("whole",) * 3,
        "end",
        "end",
    ]
    assert [part_at(SPAN, x, 10.0) for x in (1, 5, 9)] == ["start", "whole", "end"]
    assert part_at(EVENT, 0.0, 19.0) == "whole"


def at(timeline: ReviewTimeline, time_s: float, across_px: int = 0) -> QPoint:
    layout = timeline.layout_now
    x = layout.time.left() + timeline.view.x_of(time_s, layout.time.width())
    return QPoint(round(x) + across_px, int(layout.markers.center().y()))


def drag(timeline: ReviewTimeline, start: QPoint, end: QPoint, qtbot: QtBot, *, drops: bool = True) -> None:
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(timeline, end)
    if drops:
        qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=end)


def test_markers_are_dragged_whole_and_by_their_edges(timeline: ReviewTimeline, qtbot: QtBot) -> None:
    timeline.show_markers((SPAN, EVENT), None)
    moved: list[tuple[Marker, Marker]] = []
    sought: list[float] = []
    timeline.marker_moved.connect(lambda old, new: moved.append((old, new)))
    timeline.sought.connect(sought.append)
    drag(timeline, at(timeline, 10.0, 3), at(timeline, 15.0, 3), qtbot)
    assert moved[-1][0] == EVENT
    assert moved[-1][1].start_s == sought[-1] == pytest.approx(15.0, abs=0.05)
    drag(timeline, at(timeline, 8.0, -2), at(timeline, 9.0, -2), qtbot)
    assert moved[-1] == (SPAN, Marker(kind="exclude", start_s=4.0, end_s=sought[-1]))
    assert sought[-1] == pytest.approx(9.0, abs=0.05)
    drag(timeline, at(timeline, 4.0, 2), at(timeline, 5.0, 2), qtbot)
    assert (moved[-1][1].start_s, moved[-1][1].end_s) == pytest.approx((5.0, 8.0), abs=0.05)
    drag(timeline, at(timeline, 6.0), at(timeline, 7.0), qtbot)
    assert (moved[-1][1].start_s, moved[-1][1].end_s) == pytest.approx((5.0, 9.0), abs=0.05)
    assert len(moved) == 4
    drag(timeline, at(timeline, 6.0), at(timeline, 6.0, 3), qtbot)  # a hand that trembles moves nothing
    assert len(moved) == 4


def test_a_marker_that_is_let_go_of_is_where_it_was(timeline: ReviewTimeline, qtbot: QtBot) -> None:
    timeline.show_markers((SPAN, EVENT), None)
    before = timeline.grab().toImage()
    moved: list[object] = []
    sought: list[float] = []
    timeline.marker_moved.connect(lambda *both: moved.append(both))
    timeline.sought.connect(sought.append)
    assert not timeline.drop_marker()
    drag(timeline, at(timeline, 10.0, 3), at(timeline, 15.0), qtbot, drops=False)
    assert timeline.grab().toImage() != before
    assert timeline.drop_marker()
    assert timeline.grab().toImage() == before
    assert sought[-1] == 10.0
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=at(timeline, 15.0))
    assert moved == []
    drag(timeline, at(timeline, 10.0, 3), at(timeline, 15.0), qtbot, drops=False)
    timeline.show_markers((SPAN,), None)  # deleted by key meanwhile
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=at(timeline, 15.0))
    assert moved == []


def test_it_paints_all_states(timeline: ReviewTimeline, lanes: Lanes) -> None:
    plain = timeline.grab().toImage()
    markers = (Marker(kind="exclude", start_s=2.0, end_s=4.0), Marker(kind="note", start_s=9.0, text="laughs"))
    timeline.show_markers(markers, markers[0])
    timeline.show_person(1)
    timeline.show_time(6.0, follow=True)
    marked = timeline.grab().toImage()
    assert marked != plain
    timeline.show_open_spans((OpenSpan(5.0, "X ends it"),))
    assert timeline.grab().toImage() != marked
    timeline.show_open_spans(())
    assert timeline.grab().toImage() == marked


def test_an_empty_timeline_paints(qtbot: QtBot) -> None:
    widget = ReviewTimeline(Lanes())
    qtbot.addWidget(widget)
    widget.resize(300, 100)
    assert not widget.grab().isNull()
    assert widget.text_at(QPointF(200, 60)) == ""


def test_the_side_list_walks_opens_and_deletes_by_key(qtbot: QtBot) -> None:
    found = SideList("Markers", "None yet")
    qtbot.addWidget(found)
    found.show_rows(tuple(SideRow(key, str(key)) for key in ("a", "b", "c")), "a")
    told: list[tuple[str, object]] = []
    found.chosen.connect(lambda key: told.append(("chosen", key)))
    found.opened.connect(lambda key: told.append(("opened", key)))
    found.deleted.connect(lambda key: told.append(("deleted", key)))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Delete):
        qtbot.keyClick(found, key)
    assert told == [("chosen", "b"), ("opened", "a"), ("deleted", "a")]
