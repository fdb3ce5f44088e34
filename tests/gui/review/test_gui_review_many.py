"""What a session may hold at most: no more is painted than there is room for on screen."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from mien.gui.parts.row_list import ROW_PX, RowList
from mien.gui.review import marker_paint
from mien.gui.review.marker_paint import marker_at, paint_markers, rect_of
from mien.gui.review.timeline_layout import TimelineLayout
from mien.session.notes.annotations import MAX_MARKERS, Marker
from mien.timeline.visible_range import VisibleRange

LAYOUT = TimelineLayout(1000, 300, (0.0,))
VIEW = VisibleRange(0.0, 60.0, 60.0)
Painted = list[tuple[str, bool]]


@pytest.fixture
def paint(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Callable[..., Painted]:
    """Paint markers; return what was painted, by its text, and whether it is in hand."""
    painted: Painted = []

    def flag(
        _p: QPainter, marker: Marker, _b: QRectF, _r: float, _l: TimelineLayout, _i: str, *, is_selected: bool
    ) -> None:
        painted.append((marker.text, is_selected))

    def span(_p: QPainter, _b: QRectF, text: str, _l: TimelineLayout, *, is_selected: bool) -> None:
        painted.append((text, is_selected))

    monkeypatch.setattr(marker_paint, "_paint_flag", flag)
    monkeypatch.setattr(marker_paint, "paint_span", span)

    def run(markers: tuple[Marker, ...], selected: Marker | None = None) -> Painted:
        painted.clear()
        image = QImage(QSize(1000, 300), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        paint_markers(painter, markers, selected, LAYOUT, VIEW, {})
        painter.end()
        return list(painted)

    return run


def some(count: int, *, spans: bool) -> tuple[Marker, ...]:
    times_s = np.linspace(0, 59, count).tolist()
    return tuple(
        Marker(kind="exclude" if spans else "note", start_s=at, end_s=at + 0.5 if spans else None, text=f"{n}")
        for n, at in enumerate(times_s)
    )


@pytest.mark.parametrize("spans", [False, True])
def test_a_few_markers_are_painted_each(paint: Callable[..., Painted], spans: bool) -> None:
    markers = some(40, spans=spans)
    assert paint(markers, markers[3]) == [(f"{n}", n == 3) for n in range(40)]


@pytest.mark.parametrize("spans", [False, True])
def test_many_markers_are_painted_once_for_each_place_and_the_one_in_hand_always(
    paint: Callable[..., Painted], spans: bool
) -> None:
    markers = some(MAX_MARKERS, spans=spans)
    painted = paint(markers, markers[7001])
    assert len(painted) < 400
    assert [text for text, is_selected in painted if is_selected] == ["7001"]
    if spans:
        assert painted[0] == ("20,000 spans", False)


def test_a_marker_is_found_where_it_is_painted() -> None:
    rng = np.random.default_rng(4)
    markers = (*some(50, spans=True), *some(50, spans=False))
    for x, y in zip(rng.uniform(0, 1000, 300).tolist(), rng.uniform(20, 70, 300).tolist(), strict=True):
        place = QPointF(x, y)
        hits = [marker for marker in markers if rect_of(marker, LAYOUT, VIEW).contains(place)]
        found = marker_at(markers, place, LAYOUT, VIEW)
        assert (found is None) == (not hits)
        assert found is None or found in hits


def test_a_long_list_paints_the_rows_in_sight(qtbot: QtBot) -> None:
    class Counting(RowList):
        painted: list[int]

        def paint_row(self, painter: QPainter, rect: QRectF, row: int, *, is_selected: bool) -> None:
            self.painted.append(row)

    rows = Counting("rows")
    rows.painted = []
    qtbot.addWidget(rows)
    rows.set_keys(range(20_000), None)
    rows.resize(200, 10 * ROW_PX)
    rows.grab()
    assert rows.painted == list(range(10))
