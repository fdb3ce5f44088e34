"""The last minute as a strip: the labels of every face as bands, or the selected face's numbers as curves."""

import math
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mien.core.emotion import UNCERTAIN, Affect
from mien.core.wording import in_order, initials_of, name_of, percent_of, signed
from mien.gui.live.curve_strip import CurveStrip, Line
from mien.gui.look.expressions import brush_of
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.gauges import AROUSAL_COLOUR, VALENCE_COLOUR
from mien.gui.parts.spoken import tell
from mien.overlay.style import colour_of
from mien.timeline.history import SPAN_S, FaceHistory, History, Point
from mien.timeline.ruler import step_for, ticks
from mien.timeline.runs import Run

Mode = Literal["bands", "curves"]

HEIGHT_PX: Final = 144
CURVES_HEIGHT_PX: Final = 176
LOW_HEIGHT_PX: Final = 96
MORE_PX: Final = 64
"""In a high window."""
MAX_LANES: Final = 3
_LEFT_PX: Final = 84
_RIGHT_PX: Final = 20
_TOP_PX: Final = 12
_AXIS_PX: Final = 20
_LEAST_TICK_PX: Final = 76.0
_LANE_PX: Final = 16
_LANE_GAP_PX: Final = 4
_AFFECT_SHARE: Final = 0.36
"""Of the height of the curves, for valence and arousal."""
_NAMED_FROM: Final = 0.12
"""A curve that ends below this is not named at its end: the names would lie on each other."""
_NEAR_S: Final = 0.5
"""An event so near to the pointer is named."""
_DARK_INK: Final = "#14171C"


class LiveTimeline(QWidget):
    """Shows a ``History``; whoever fills it calls ``refresh``.

    Emits ``mode_asked`` with the other mode, and ``menu_asked`` with a place on the screen.
    """

    mode_asked = Signal(str)
    menu_asked = Signal(QPoint)

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._selected: int | None = None
        self._is_low = self._is_high = False
        self._mode: Mode = "bands"
        self._events: tuple[tuple[float, str, str], ...] = ()
        self._strip = CurveStrip(SPAN_S)
        self._switch = Button(
            icon="curves", tip="Show a curve for each expression", key="live.curves", parent=self
        )
        self._switch.clicked.connect(lambda: self.mode_asked.emit(self.other_mode))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("The last minute")

    @property
    def mode(self) -> Mode:
        """What it shows."""
        return self._mode

    @property
    def other_mode(self) -> Mode:
        """What it would show after a switch."""
        return "bands" if self._mode == "curves" else "curves"

    def set_mode(self, mode: Mode) -> None:
        """Show bands or curves."""
        if mode == self._mode:
            return
        self._mode = mode
        tip = "Show bands of labels" if mode == "curves" else "Show a curve for each expression"
        self._switch.set_icon("bands" if mode == "curves" else "curves", tip)
        self.updateGeometry()
        self.update()

    def refresh(self, selected: int | None) -> None:
        """Draw anew, with the lines of the ``selected`` face."""
        self._selected = selected
        tell(self, self.text_at(self._history.now_s).replace("\n", "; "))
        self.update()

    def show_events(self, events: tuple[tuple[float, str, str], ...]) -> None:
        """Mark these media times, each with its text."""
        self._events = events
        self.update()

    def set_low(self, is_low: bool) -> None:
        """Take less height, for a low window."""
        if is_low != self._is_low:
            self._is_low = is_low
            self.updateGeometry()

    def set_high(self, is_high: bool) -> None:
        """Take more height, for a high window."""
        if is_high != self._is_high:
            self._is_high = is_high
            self.updateGeometry()

    def set_fills(self, is_filling: bool) -> None:
        """Take all the height that its neighbour has."""
        height = QSizePolicy.Policy.Expanding if is_filling else QSizePolicy.Policy.Fixed
        self.setSizePolicy(QSizePolicy.Policy.Expanding, height)

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        if self._is_low:
            return QSize(600, LOW_HEIGHT_PX)
        height = CURVES_HEIGHT_PX if self._mode == "curves" else HEIGHT_PX
        return QSize(600, height + (MORE_PX if self._is_high else 0))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works."""
        return QSize(240, LOW_HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the switch in its corner."""
        super().resizeEvent(event)
        self._switch.move(8, self.height() - self._switch.height() - 2)

    def changeEvent(self, event: QEvent) -> None:
        """Forget what was painted in another theme."""
        self._strip = CurveStrip(SPAN_S)
        super().changeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the curves."""
        self.menu_asked.emit(event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what was read at the time under the pointer."""
        text = self.text_at(self._time_at(event.position().x()))
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def text_at(self, time_s: float) -> str:
        """Return what was read at a media time, a line a face; with curves, all numbers of the selected one."""
        ids = sorted(self._history.faces)
        if self._mode == "curves":
            ids = [track_id for track_id in ids if track_id == self._selected]
        lines = [f"Event: {text or 'no text'}" for at_s, text, _ in self._events if abs(at_s - time_s) < _NEAR_S]
        for track_id in ids:
            face = self._history.faces[track_id]
            label = face.label_at(time_s)
            if label is None:
                continue
            nearest = min(face.points, key=lambda point: abs(point.time_s - time_s), default=None)
            lines.append(f"Face {track_id}: {name_of(label)}{_affect_text(nearest)}")
            if self._mode == "curves" and nearest is not None:
                lines += _shares(nearest)
                lines += [f"  {name} {_own_text(value)}" for name, value in nearest.own.items()]
        return "\n".join(lines)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        area = self._area()
        has_faces = bool(self._history.faces)
        self._paint_axis(painter, area, has_lines=has_faces)
        if not has_faces:
            self._paint_hint(painter, area)
        elif self._mode == "curves":
            self._paint_curves(painter, area)
        else:
            self._paint_bands(painter, area)
        self._paint_events(painter, area)
        painter.end()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT_PX, _TOP_PX, -_RIGHT_PX, -_AXIS_PX)

    def _x_of(self, time_s: float, area: QRectF) -> float:
        return area.right() - (self._history.now_s - time_s) / SPAN_S * area.width()

    def _time_at(self, x_px: float) -> float:
        area = self._area()
        return self._history.now_s - (area.right() - x_px) / max(area.width(), 1.0) * SPAN_S

    def _paint_axis(self, painter: QPainter, area: QRectF, *, has_lines: bool) -> None:
        s = surfaces()
        painter.setFont(text_font(SMALL_PX))
        step_s = step_for(SPAN_S, area.width(), _LEAST_TICK_PX)
        for ago_s in ticks(0.0, SPAN_S, step_s):
            x = round(area.right() - ago_s / SPAN_S * area.width())
            if has_lines:
                painter.fillRect(QRectF(x, area.top(), 1, area.height()), colour(s.line, 0.7))
            painter.setPen(colour(s.quiet))
            text = "now" if ago_s == 0 else f"−{ago_s:.0f} s"
            align = Qt.AlignmentFlag.AlignRight if ago_s == 0 else Qt.AlignmentFlag.AlignHCenter
            left = x - 60 if ago_s == 0 else x - 30
            painter.drawText(QRectF(left, area.bottom() + 2, 60, _AXIS_PX - 4), align, text)

    def _paint_hint(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(colour(surfaces().quiet))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "The last minute of every face appears here")

    def _paint_events(self, painter: QPainter, area: QRectF) -> None:
        """Paint a flag and a line at each event, its text beside the flag as far as the next one."""
        painter.setFont(text_font(SMALL_PX))
        end = area.right() + _RIGHT_PX
        for time_s, text, ink in reversed(self._events):
            x = round(self._x_of(time_s, area))
            if not area.left() <= x <= area.right():
                continue
            painter.fillRect(QRectF(x, 1, 1, area.bottom() - 1), colour(ink))
            painter.fillRect(QRectF(x, 1, 6, 8), colour(ink))
            room = QRectF(x + 9, 0, end - x - 12, _TOP_PX)
            shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.setPen(colour(surfaces().text))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
            end = x

    # Bands

    def _paint_bands(self, painter: QPainter, area: QRectF) -> None:
        top = area.top()
        for track_id in self._history.lanes(MAX_LANES, self._selected):
            self._paint_lane(painter, QRectF(area.left(), top, area.width(), _LANE_PX), track_id)
            top += _LANE_PX + _LANE_GAP_PX
        graph = QRectF(area.left(), round(top + 4), area.width(), int(area.bottom() - top - 8))
        if graph.height() < 16:
            return
        self._paint_affect_names(painter, graph)
        face = self._face()
        if face is not None:
            self._paint_strip(painter, graph, face, _affect_lines(0.0))

    def _paint_lane(self, painter: QPainter, lane: QRectF, track_id: int) -> None:
        s = surfaces()
        painter.setPen(colour(s.text if track_id == self._selected else s.quiet))
        painter.setFont(text_font(SMALL_PX, strong=track_id == self._selected))
        name = QRectF(16, lane.top(), _LEFT_PX - 24, lane.height())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, f"Face {track_id}")
        painter.setClipRect(lane)
        painter.setFont(text_font(SMALL_PX, strong=True))
        for run in self._history.faces[track_id].runs():
            self._paint_run(painter, lane, run)
        painter.setClipping(False)

    def _paint_run(self, painter: QPainter, lane: QRectF, run: Run) -> None:
        left, right = self._x_of(run.start_s, lane), self._x_of(run.end_s, lane)
        box = QRectF(left, lane.top(), max(right - left, 1.0), lane.height())
        painter.fillRect(box, brush_of(run.label))
        painter.fillRect(QRectF(box.left(), box.top(), 1, box.height()), colour(surfaces().panel))
        visible = box.intersected(lane)
        word = name_of(run.label)
        metrics = QFontMetricsF(painter.font())
        for text in (word, initials_of(run.label)):
            if metrics.horizontalAdvance(text) + 6 <= visible.width():
                painter.setPen(QColor(surfaces().text if run.label == UNCERTAIN else _DARK_INK))
                painter.drawText(visible.adjusted(3, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
                return

    # Curves

    def _face(self) -> FaceHistory | None:
        return self._history.faces.get(self._selected) if self._selected is not None else None

    def _paint_curves(self, painter: QPainter, area: QRectF) -> None:
        s = surfaces()
        face = self._face()
        if face is None or not face.points:
            return
        graph = QRectF(area.left(), area.top(), area.width(), int(area.height() - 4))
        parted_at = 1.0 - _AFFECT_SHARE if face.points[-1].affect is not None else 1.0
        part = QRectF(graph.left(), graph.top(), graph.width(), graph.height() * parted_at)
        painter.setFont(text_font(SMALL_PX, strong=True))
        painter.setPen(colour(s.text))
        painter.drawText(QRectF(16, part.top() + 16, _LEFT_PX - 24, 16), f"Face {self._selected}")
        painter.setFont(text_font(SMALL_PX, figures=True))
        painter.setPen(colour(s.quiet))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for share in (0.0, 0.5, 1.0):
            y = round(part.bottom() - share * part.height())
            painter.fillRect(QRectF(graph.left(), y, graph.width(), 1), colour(s.line, 0.7))
            if share:
                painter.drawText(
                    QRectF(0, y - 8 if share < 1 else y, _LEFT_PX - 6, 16), right, f"{share * 100:.0f} %"
                )
        lines = _expression_lines(face.points[-1].emotion.labels, parted_at)
        lines += [Line(colour_of(name), partial(_own, name), 0.0, parted_at) for name in face.points[-1].own]
        if parted_at < 1.0:
            rest = QRectF(graph.left(), part.bottom() + 4, graph.width(), graph.bottom() - part.bottom() - 4)
            self._paint_affect_names(painter, rest)
            lines += _affect_lines((rest.top() - graph.top()) / graph.height())
        self._paint_strip(painter, graph, face, lines)
        self._name_ends(painter, part, face.points[-1])

    def _name_ends(self, painter: QPainter, part: QRectF, point: Point) -> None:
        """Write the first letters of the curves beside their ends: colour never stands alone."""
        painter.setFont(text_font(SMALL_PX, strong=True))
        shares = [*zip(point.emotion.labels, point.emotion.probabilities, strict=True)]
        shares += [(name, value) for name in point.own if (value := _own(name, point)) is not None]
        last_y = -100.0
        for label, share in sorted(shares, key=lambda each: -each[1]):
            y = min(max(part.bottom() - float(share) * part.height(), part.top() + 6), part.bottom() - 6)
            if share < _NAMED_FROM or abs(y - last_y) < 12:
                continue
            painter.setPen(QColor(colour_of(label)))
            painter.drawText(
                QRectF(part.right() + 3, y - 8, _RIGHT_PX, 16), Qt.AlignmentFlag.AlignVCenter, initials_of(label)
            )
            last_y = y

    # Both

    def _paint_affect_names(self, painter: QPainter, graph: QRectF) -> None:
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

    def _paint_strip(self, painter: QPainter, graph: QRectF, face: FaceHistory, lines: list[Line]) -> None:
        key = (
            self._history.resets,
            self._selected,
            self._mode,
            tuple((line.ink, line.top, line.bottom) for line in lines),
        )
        self._strip.paint(painter, graph, self._history.now_s, face.points, lines, key)


def _expression_lines(labels: tuple[str, ...], bottom: float) -> list[Line]:
    return [Line(colour_of(labels[i]), partial(_share, i), 0.0, bottom) for i in reversed(in_order(labels))]


def _affect_lines(top: float) -> list[Line]:
    return [
        Line(VALENCE_COLOUR, partial(_side, "valence"), top),
        Line(AROUSAL_COLOUR, partial(_side, "arousal"), top, is_broken=True),
    ]


def _share(index: int, point: Point) -> float | None:
    values = point.emotion.probabilities
    return float(values[index]) if index < len(values) else None


def _own(name: str, point: Point) -> float | None:
    value = point.own.get(name, math.nan)
    return None if math.isnan(value) else min(max(value, 0.0), 1.0)


def _own_text(value: float) -> str:
    return {1.0: "yes", 0.0: "no"}.get(value, "–" if math.isnan(value) else f"{value:.2f}".replace("-", "−"))


def _side(name: Literal["valence", "arousal"], point: Point) -> float | None:
    affect: Affect | None = point.affect
    return None if affect is None else (float(getattr(affect, name)) + 1.0) / 2.0


def _affect_text(point: Point | None) -> str:
    if point is None or point.affect is None:
        return ""
    return f", valence {signed(point.affect.valence)}, arousal {signed(point.affect.arousal)}"


def _shares(point: Point) -> list[str]:
    emotion = point.emotion
    return [
        f"  {name_of(emotion.labels[i])} {percent_of(emotion.probabilities[i])} %"
        for i in in_order(emotion.labels)
    ]
