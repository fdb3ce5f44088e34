"""Curves beside the bands, and the line with which one scrolls and zooms."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from review_pages import run

from mien.gui.parts.curve_menu import CurveMenu
from mien.gui.review.overview_bar import OverviewBar
from mien.gui.review.review_page import ReviewPage
from mien.gui.review.timeline_layout import pane_rects, panes_px
from mien.overlay.style import colour_of
from mien.timeline.panes import choices_of, panes_of, value_text
from mien.timeline.quantities import QUALITY, VALENCE, Quantity
from mien.timeline.visible_range import VisibleRange

HAPPINESS = Quantity("probability", "happiness")
SADNESS = Quantity("probability", "sadness")


def has_colour(image: QImage, name: str, x: range, y: range) -> bool:
    wanted = QColor(name)

    def near(found: QColor) -> bool:
        pairs = zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True)
        return all(abs(one - other) < 110 for one, other in pairs)

    return any(near(image.pixelColor(column, row)) for column in x for row in y)


def test_numbers_of_one_scale_share_a_pane() -> None:
    shares, affect = panes_of(choices_of(("happiness", "neutral"), ("anger",)))
    assert [quantity.key for quantity in shares.quantities] == ["neutral", "happiness", "quality", "second anger"]
    assert [quantity.key for quantity in affect.quantities] == [
        "valence",
        "arousal",
        "second valence",
        "second arousal",
    ]
    assert (shares.lowest, affect.lowest) == (0.0, -1.0)
    assert panes_of(()) == ()
    assert (value_text(HAPPINESS, 0.634), value_text(VALENCE, -0.4)) == ("63 %", "−0.40")


def test_curves_of_expressions_are_drawn_where_they_belong(opened: ReviewPage) -> None:
    """The person is happy for the first second and sad for the next: each has its curve at the top then."""
    timeline = opened.timeline
    timeline.show_curves((HAPPINESS, SADNESS))
    image = timeline.grab().toImage()
    rect = timeline.layout_now.graph
    rows = range(int(rect.top()), int(rect.top() + rect.height() / 3))

    def drawn(label: str, from_s: float, to_s: float) -> bool:
        left, right = (rect.left() + timeline.view.x_of(time_s, rect.width()) for time_s in (from_s, to_s))
        return has_colour(image, colour_of(label), range(int(left), int(right)), rows)

    assert drawn("happiness", 0.2, 0.8)
    assert not drawn("sadness", 0.2, 0.8)
    assert drawn("sadness", 1.2, 1.8)
    assert not drawn("happiness", 1.2, 1.8)


def test_curves_are_chosen_remembered_and_told(opened: ReviewPage) -> None:
    menu = opened.timeline_bar.menu
    assert [quantity.key for quantity in menu.quantities] == ["valence", "arousal"]
    low = opened.timeline.sizeHint().height()
    run(opened, "curves")
    assert {quantity.kind for quantity in menu.quantities} == {"probability", "valence", "arousal"}
    assert opened.timeline.sizeHint().height() > low
    layout = opened.timeline.layout_now
    place = QPointF(layout.time.left() + 10, layout.graph.center().y())
    text = opened.timeline.text_at(place)
    assert "Happiness 86 %" in text
    assert "Valence" in text
    assert "happiness" in opened.choices.settings.window.curves
    run(opened, "curves")
    assert [quantity.key for quantity in menu.quantities] == ["valence", "arousal"]


def test_the_menu_switches_single_curves_and_offers_the_second_network(qtbot: QtBot) -> None:
    menu = CurveMenu()
    qtbot.addWidget(menu)
    chosen: list[tuple[str, ...]] = []
    menu.chosen.connect(chosen.append)
    menu.offer(("neutral", "happiness"), ("anger",), ("valence",))
    entries = {action.text(): action for action in menu.actions() if action.isCheckable()}
    assert list(entries)[:5] == ["Neutral", "Happiness", "Valence", "Arousal", "Quality"]
    assert "Anger (2nd network)" in entries
    assert [text for text, action in entries.items() if action.isChecked()] == ["Valence"]
    entries["Quality"].trigger()
    entries["Valence"].trigger()
    assert chosen == [("valence", "quality"), ()]


def test_a_persons_curves_are_pinned_under_the_band(opened: ReviewPage, qtbot: QtBot) -> None:
    timeline = opened.timeline
    before = timeline.sizeHint().height()
    second = timeline.layout_now.lane(1)
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.layout_now.pin(0).center().toPoint())
    assert timeline.layout_now.lanes[0] > 60
    assert timeline.layout_now.lane(1).top() > second.top() + 60
    assert timeline.sizeHint().height() > before
    below = timeline.layout_now.lane_graph(0)
    assert timeline.layout_now.lane_at(below.center().y()) == 0
    assert "curves" in timeline.text_at(timeline.layout_now.pin(0).center())
    timeline.resize(timeline.width(), 600)
    assert has_colour(
        timeline.grab().toImage(),
        "#2DD4BF",
        range(int(below.left()), int(below.right())),
        range(int(below.top()), int(below.bottom())),
    )
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.layout_now.pin(0).center().toPoint())
    assert timeline.layout_now.lanes[0] == 0


def test_panes_share_what_room_there_is() -> None:
    from PySide6.QtCore import QRectF

    panes = panes_of((*(Quantity("probability", str(number)) for number in range(8)), QUALITY, VALENCE))
    assert panes_px(panes) > 9 * 15 + 64
    first, second = pane_rects(panes, QRectF(0, 100, 400, 60))
    assert first.top() == 100
    assert first.bottom() < second.top()
    assert second.bottom() == pytest.approx(160)


@pytest.fixture
def overview(qtbot: QtBot) -> OverviewBar:
    bar = OverviewBar()
    qtbot.addWidget(bar)
    bar.resize(400, 20)
    bar.show_view(VisibleRange(20.0, 40.0, 100.0))
    bar.show()
    return bar


def test_the_overview_scrolls_zooms_and_jumps(overview: OverviewBar, qtbot: QtBot) -> None:
    moved: list[VisibleRange] = []
    overview.moved.connect(moved.append)
    overview.moved.connect(overview.show_view)

    def drag(from_s: float, to_s: float) -> VisibleRange:
        qtbot.mousePress(overview, Qt.MouseButton.LeftButton, pos=QPoint(round(from_s * 4), 10))
        qtbot.mouseMove(overview, QPoint(round(to_s * 4), 10))
        qtbot.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=QPoint(round(to_s * 4), 10))
        return moved[-1]

    view = drag(30.0, 50.0)
    assert (view.start_s, view.end_s) == pytest.approx((40.0, 60.0))
    view = drag(60.0, 70.0)
    assert (view.start_s, view.end_s) == pytest.approx((40.0, 70.0))
    view = drag(40.0, 50.0)
    assert (view.start_s, view.end_s) == pytest.approx((50.0, 70.0))
    view = drag(5.0, 5.0)
    assert (view.start_s, view.end_s) == pytest.approx((0.0, 20.0))
    qtbot.keyClick(overview, Qt.Key.Key_Right)
    assert moved[-1].start_s == pytest.approx(2.0)
    qtbot.keyClick(overview, Qt.Key.Key_PageDown)
    assert moved[-1].start_s == pytest.approx(22.0)
    assert "00:22 to 00:42 of 01:40" in overview.accessibleDescription()


def test_buttons_zoom_and_the_overview_follows(opened: ReviewPage, qtbot: QtBot) -> None:
    bar = opened.timeline_bar
    qtbot.mouseClick(bar.zoom_in, Qt.MouseButton.LeftButton)
    span_s = opened.timeline.view.span_s
    assert span_s < opened.timeline.view.duration_s
    assert bar.overview._view == opened.timeline.view
    bar.overview.moved.emit(opened.timeline.view.moved(0.2))
    assert opened.timeline.view.span_s == pytest.approx(span_s)
    qtbot.mouseClick(bar.zoom_all, Qt.MouseButton.LeftButton)
    assert opened.timeline.view.is_whole
    grabbed = bar.overview.grab().toImage()
    assert has_colour(grabbed, colour_of("happiness"), range(0, grabbed.width() // 5), range(grabbed.height()))
