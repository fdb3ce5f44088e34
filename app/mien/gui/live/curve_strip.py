"""Curves over the last seconds that are painted once and from then on only moved.

Eight curves of a minute cost 6 to 50 ms a repaint, with pyqtgraph (0.14) as with polylines: too much ten
times a second on a thread that must never be busy for 16 ms. A strip moves what it painted to the left by whole
pixels and adds the newest piece, which costs a fifth of a millisecond whatever the length.
"""

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import floor
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QRegion

from mien.gui.look.theme import colour
from mien.timeline.history import Point

DASH_S: Final = 0.6
"""A broken line is drawn for two thirds of this and left out for the rest."""


@dataclass(frozen=True, slots=True)
class Line:
    """One curve.

    Attributes:
        ink: #RRGGBB.
        value_of: Where it goes through: 0 at the bottom to 1 at the top, or None for a gap.
        top: Upper end of its part of the strip, 0 at the top to 1 at the bottom.
        bottom: Lower end of it.
        is_broken: Dashed, to differ in more than colour.
    """

    ink: str
    value_of: Callable[[Point], float | None]
    top: float = 0.0
    bottom: float = 1.0
    is_broken: bool = False


class CurveStrip:
    """A picture of curves that ends now.

    Args:
        span_s: Media time from its left to its right edge.
    """

    def __init__(self, span_s: float) -> None:
        self._span_s = span_s
        self._pixmap = QPixmap()
        self._key: Hashable = None
        self._origin = 0
        self._drawn_s = 0.0

    def paint(
        self,
        painter: QPainter,
        rect: QRectF,
        now_s: float,
        points: deque[Point],
        lines: Sequence[Line],
        key: Hashable,
    ) -> None:
        """Paint the curves.

        Args:
            painter: Onto what.
            rect: Where; its right edge is ``now_s``.
            now_s: Media time.
            points: Oldest first; newer ones are added at the end.
            lines: What to draw of them.
            key: Whatever changes the look of what was drawn before: face, colours; then all is drawn anew.
        """
        ratio = painter.device().devicePixelRatioF()
        width, height = max(int(rect.width() * ratio), 1), max(int(rect.height() * ratio), 1)
        origin = floor(now_s * width / self._span_s)
        if (width, height, key) != (self._pixmap.width(), self._pixmap.height(), self._key) or not (
            0 <= origin - self._origin < width
        ):
            self._pixmap = QPixmap(width, height)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            self._key, self._drawn_s = key, -1e9
        else:
            self._move(origin - self._origin)
        self._origin = origin
        self._add(points, lines, ratio)
        painter.drawPixmap(rect, self._pixmap, QRectF(0, 0, width, height))

    def _move(self, by_px: int) -> None:
        if by_px == 0:
            return
        self._pixmap.scroll(-by_px, 0, self._pixmap.rect(), QRegion())
        painter = QPainter(self._pixmap)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
        painter.fillRect(
            QRect(self._pixmap.width() - by_px, 0, by_px, self._pixmap.height()), Qt.GlobalColor.transparent
        )
        painter.end()

    def _add(self, points: deque[Point], lines: Sequence[Line], ratio: float) -> None:
        """Draw what came since, from the last point that was drawn on."""
        fresh: list[Point] = []
        for point in reversed(points):
            fresh.append(point)
            if point.time_s <= self._drawn_s:
                break
        if len(fresh) < 2:
            return
        fresh.reverse()
        painter = QPainter(self._pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line in lines:
            self._draw(painter, fresh, line, ratio)
        painter.end()
        self._drawn_s = fresh[-1].time_s

    def _draw(self, painter: QPainter, points: list[Point], line: Line, ratio: float) -> None:
        strong = QPen(QColor(line.ink), 1.5 * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        quiet = QPen(colour(line.ink, 0.35), 1.0 * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        before: QPointF | None = None
        for point in points:
            value = line.value_of(point)
            place = None if value is None else self._place(point.time_s, value, line)
            is_left_out = line.is_broken and point.time_s % DASH_S > DASH_S * 2 / 3
            if place is not None and before is not None and not point.starts_part and not is_left_out:
                painter.setPen(strong if point.is_certain else quiet)
                painter.drawLine(before, place)
            before = place

    def _place(self, time_s: float, value: float, line: Line) -> QPointF:
        width, height = self._pixmap.width(), self._pixmap.height()
        x = time_s * width / self._span_s - self._origin + width - 1
        inset = 1.5 / max(height, 1)
        top, bottom = line.top + inset, line.bottom - inset
        return QPointF(x, (bottom - (bottom - top) * min(max(value, 0.0), 1.0)) * height)
