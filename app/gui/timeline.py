"""The last minute as a strip: a band of expressions per face, valence and arousal of the selected one below."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.gui.expressions import brush_of
from app.gui.gauges import AROUSAL_COLOUR, VALENCE_COLOUR, signed
from app.gui.history import GAP_S, SPAN_S, History, Span
from app.gui.theme import colour, surfaces
from app.gui.typography import SMALL_PX, text_font
from app.overlay.style import UNCERTAIN, initials_of, name_of

HEIGHT_PX: Final = 128
LOW_HEIGHT_PX: Final = 96
MAX_LANES: Final = 3
_LEFT_PX: Final = 84
_RIGHT_PX: Final = 16
_TOP_PX: Final = 12
_AXIS_PX: Final = 20
_LANE_PX: Final = 16
_LANE_GAP_PX: Final = 4
_DARK_INK: Final = "#14171C"


class Timeline(QWidget):
    """Shows a ``History``; whoever fills it calls ``refresh``."""

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._selected: int | None = None
        self._is_low = False
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The last minute")

    def refresh(self, selected: int | None) -> None:
        """Draw anew, with the lines of the ``selected`` face."""
        self._selected = selected
        self.update()

    def set_low(self, is_low: bool) -> None:
        """Take less height, for a low window."""
        self._is_low = is_low
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(600, LOW_HEIGHT_PX if self._is_low else HEIGHT_PX)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what was read at the time under the pointer."""
        text = self.text_at(self._time_at(event.position().x()))
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def text_at(self, time_s: float) -> str:
        """Return what was read at a media time, a line a face."""
        lines = []
        for track_id in sorted(self._history.faces):
            face = self._history.faces[track_id]
            label = next((span.label for span in face.spans if span.start_s <= time_s <= span.end_s), None)
            if label is None:
                continue
            nearest = min(face.affect, key=lambda point: abs(point[0] - time_s), default=None)
            affect = f", valence {signed(nearest[1])}, arousal {signed(nearest[2])}" if nearest else ""
            lines.append(f"Face {track_id}: {name_of(label)}{affect}")
        return "\n".join(lines)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        area = self._area()
        lanes = self._history.lanes(MAX_LANES, self._selected)
        self._paint_axis(painter, area, has_lines=bool(lanes))
        top = area.top()
        for track_id in lanes:
            self._paint_lane(painter, QRectF(area.left(), top, area.width(), _LANE_PX), track_id)
            top += _LANE_PX + _LANE_GAP_PX
        graph = QRectF(area.left(), top + 4, area.width(), area.bottom() - top - 8)
        if not lanes:
            self._paint_hint(painter, area)
        elif graph.height() >= 16:
            self._paint_affect(painter, graph)
        painter.end()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT_PX, _TOP_PX, -_RIGHT_PX, -_AXIS_PX)

    def _x_of(self, time_s: float) -> float:
        area = self._area()
        return area.right() - (self._history.now_s - time_s) / SPAN_S * area.width()

    def _time_at(self, x_px: float) -> float:
        area = self._area()
        return self._history.now_s - (area.right() - x_px) / max(area.width(), 1.0) * SPAN_S

    def _paint_axis(self, painter: QPainter, area: QRectF, *, has_lines: bool) -> None:
        s = surfaces()
        painter.setFont(text_font(SMALL_PX))
        for ago_s in range(0, int(SPAN_S) + 1, 10):
            x = round(area.right() - ago_s / SPAN_S * area.width())
            if has_lines:
                painter.fillRect(QRectF(x, area.top(), 1, area.height()), colour(s.line, 0.7))
            painter.setPen(colour(s.quiet))
            text = "now" if ago_s == 0 else f"−{ago_s} s"
            align = Qt.AlignmentFlag.AlignRight if ago_s == 0 else Qt.AlignmentFlag.AlignHCenter
            left = x - 60 if ago_s == 0 else x - 30
            painter.drawText(QRectF(left, area.bottom() + 2, 60, _AXIS_PX - 4), align, text)

    def _paint_hint(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(colour(surfaces().quiet))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "The last minute of every face appears here")

    def _paint_lane(self, painter: QPainter, lane: QRectF, track_id: int) -> None:
        s = surfaces()
        painter.setPen(colour(s.text if track_id == self._selected else s.quiet))
        painter.setFont(text_font(SMALL_PX, strong=track_id == self._selected))
        name = QRectF(16, lane.top(), _LEFT_PX - 24, lane.height())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, f"Face {track_id}")
        painter.setClipRect(lane)
        painter.setFont(text_font(SMALL_PX, strong=True))
        for span in self._history.faces[track_id].spans:
            self._paint_span(painter, lane, span)
        painter.setClipping(False)

    def _paint_span(self, painter: QPainter, lane: QRectF, span: Span) -> None:
        left, right = self._x_of(span.start_s), self._x_of(span.end_s)
        box = QRectF(left, lane.top(), max(right - left, 1.0), lane.height())
        painter.fillRect(box, brush_of(span.label))
        painter.fillRect(QRectF(box.left(), box.top(), 1, box.height()), colour(surfaces().panel))
        visible = box.intersected(lane)
        word = name_of(span.label)
        metrics = QFontMetricsF(painter.font())
        for text in (word, initials_of(span.label)):
            if metrics.horizontalAdvance(text) + 6 <= visible.width():
                painter.setPen(QColor(surfaces().text if span.label == UNCERTAIN else _DARK_INK))
                painter.drawText(visible.adjusted(3, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
                return

    def _paint_affect(self, painter: QPainter, graph: QRectF) -> None:
        s = surfaces()
        painter.setFont(text_font(SMALL_PX))
        half = graph.height() / 2
        for name, ink, top in (
            ("Valence", VALENCE_COLOUR, graph.top()),
            ("Arousal", AROUSAL_COLOUR, graph.top() + half),
        ):
            painter.setPen(colour(s.quiet))
            row = QRectF(16, top, _LEFT_PX - 24, half)
            painter.drawText(row.adjusted(12, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
            painter.fillRect(QRectF(16, row.center().y() - 1.5, 8, 3), QColor(ink))
        painter.fillRect(QRectF(graph.left(), graph.center().y(), graph.width(), 1), colour(s.line))
        face = self._history.faces.get(self._selected) if self._selected is not None else None
        if face is None or len(face.affect) < 2:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(graph.adjusted(0, -2, 0, 2))
        for column, ink, style in (
            (1, VALENCE_COLOUR, Qt.PenStyle.SolidLine),
            (2, AROUSAL_COLOUR, Qt.PenStyle.DashLine),
        ):
            pen = QPen(QColor(ink), 1.5, style)
            pen.setDashPattern([3, 2]) if style is Qt.PenStyle.DashLine else None
            painter.setPen(pen)
            self._paint_line(painter, graph, [(point[0], point[column]) for point in face.affect])
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_line(self, painter: QPainter, graph: QRectF, points: list[tuple[float, float]]) -> None:
        """Paint a curve, broken where the face was away."""
        line: list[QPointF] = []
        last_s = points[0][0]
        for time_s, value in points:
            if time_s - last_s > GAP_S:
                painter.drawPolyline(line)
                line = []
            line.append(QPointF(self._x_of(time_s), graph.center().y() - value * graph.height() / 2))
            last_s = time_s
        painter.drawPolyline(line)
