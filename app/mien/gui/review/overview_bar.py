"""The whole video in one line: the selected person's band, the markers, and a frame around what is on screen."""

from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.review.lane_image import lane_image
from mien.session.notes.annotations import Marker
from mien.timeline.clock import clock
from mien.timeline.lanes import Lane
from mien.timeline.visible_range import VisibleRange

HEIGHT_PX: Final = 20
_BAND_PX: Final = 8
_EDGE_PX: Final = 6
_LEAST_FRAME_PX: Final = 10.0

Grip = Literal["start", "end", "whole"]


class OverviewBar(QWidget):
    """Scroll bar and minimap; emits ``moved`` with a ``VisibleRange``.

    The frame is dragged to scroll and by its edges to zoom; a click beside it brings it there; arrow keys move it.
    """

    moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = VisibleRange()
        self._lane: Lane | None = None
        self._markers: tuple[Marker, ...] = ()
        self._starts_s: tuple[npt.NDArray[np.float64], ...] = (np.empty(0), np.empty(0))
        self._time_s = 0.0
        self._grip: tuple[Grip, float, VisibleRange] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Drag the frame to scroll, its edges to zoom")
        self.setAccessibleName("Visible part of the timeline")

    def show_view(self, view: VisibleRange) -> None:
        """Show which stretch of time is on screen."""
        self._view = view
        self.setAccessibleDescription(f"{clock(view.start_s)} to {clock(view.end_s)} of {clock(view.duration_s)}")
        self.update()

    def show_content(self, lane: Lane | None, markers: tuple[Marker, ...]) -> None:
        """Show a person's band and where the markers are."""
        if (lane, markers) != (self._lane, self._markers):
            self._lane, self._markers = lane, markers
            # There may be twenty thousand, and the bar is painted anew whenever the playhead moves.
            self._starts_s = tuple(
                np.array([marker.start_s for marker in markers if (marker.kind == "event") is is_event])
                for is_event in (False, True)
            )
            self.update()

    def show_time(self, time_s: float) -> None:
        """Show where the playhead is."""
        before, self._time_s = self._x_of(self._time_s), time_s
        if round(before) != round(self._x_of(time_s)):
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(300, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works."""
        return QSize(80, HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s, ratio = surfaces(), self.devicePixelRatioF()
        painter = QPainter(self)
        top = (self.height() - _BAND_PX) / 2
        painter.fillRect(QRectF(0, top, self.width(), _BAND_PX), colour(s.line, 0.6))
        if self._lane is not None:
            edges = VisibleRange.whole(self._view.duration_s).edges(max(round(self.width() * ratio), 1))
            labels = self._lane.labels(edges)
            image = lane_image(labels, self._lane.readings.labels, round(_BAND_PX * ratio), s.panel)
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QRectF(0, top, self.width(), _BAND_PX).topLeft(), image)
        duration_s = max(self._view.duration_s, 1e-6)
        for starts_s, ink in zip(self._starts_s, (s.text, s.amber), strict=True):
            for x in np.unique(np.round(starts_s / duration_s * self.width())).tolist():
                painter.fillRect(QRectF(x, 1, 1, top - 2), colour(ink))
        painter.fillRect(QRectF(round(self._x_of(self._time_s)), 0, 1.5, self.height()), colour(s.text))
        frame = self._frame()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = colour(s.panel, 0.66)
        painter.fillRect(QRectF(0, 0, frame.left(), self.height()), shade)
        painter.fillRect(QRectF(frame.right(), 0, self.width() - frame.right(), self.height()), shade)
        ink = s.accent if self.hasFocus() or self._grip is not None else s.quiet
        painter.setPen(QPen(colour(ink), 1.5))
        painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the frame or one of its edges; beside it, bring it there first."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        if not self._frame().adjusted(-_EDGE_PX, 0, _EDGE_PX, 0).contains(x, self.height() / 2):
            self.moved.emit(self._view.moved(self._time_at(x) - (self._view.start_s + self._view.end_s) / 2))
        self._grip = (self._part_at(x), self._time_at(x), self._view)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll or zoom."""
        x = event.position().x()
        if self._grip is None:
            part = self._part_at(x)
            self.setCursor(Qt.CursorShape.OpenHandCursor if part == "whole" else Qt.CursorShape.SizeHorCursor)
            return
        part, taken_s, view = self._grip
        by_s = self._time_at(x) - taken_s
        match part:
            case "whole":
                self.moved.emit(view.moved(by_s))
            case "start":
                self.moved.emit(view.zoomed((view.span_s - by_s) / view.span_s, view.end_s))
            case "end":
                self.moved.emit(view.zoomed((view.span_s + by_s) / view.span_s, view.start_s))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go."""
        self._grip = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll."""
        by = event.angleDelta().y() or event.angleDelta().x()
        self.moved.emit(self._view.moved(-by / 120 * 0.1 * self._view.span_s))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll by a tenth of what is on screen."""
        step = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1, Qt.Key.Key_PageUp: -1.0, Qt.Key.Key_PageDown: 1.0}
        share = step.get(Qt.Key(event.key()))
        if share is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(self._view.moved(share * self._view.span_s))

    def _part_at(self, x: float) -> Grip:
        frame = self._frame()
        if abs(x - frame.left()) <= _EDGE_PX and frame.width() > 3 * _EDGE_PX:
            return "start"
        if abs(x - frame.right()) <= _EDGE_PX and frame.width() > 3 * _EDGE_PX:
            return "end"
        return "whole"

    def _frame(self) -> QRectF:
        left, right = self._x_of(self._view.start_s), self._x_of(self._view.end_s)
        if right - left < _LEAST_FRAME_PX:
            middle = min(max((left + right) / 2, _LEAST_FRAME_PX / 2), self.width() - _LEAST_FRAME_PX / 2)
            left, right = middle - _LEAST_FRAME_PX / 2, middle + _LEAST_FRAME_PX / 2
        return QRectF(left, 0, right - left, self.height())

    def _x_of(self, time_s: float) -> float:
        return time_s / max(self._view.duration_s, 1e-6) * self.width()

    def _time_at(self, x: float) -> float:
        return x / max(self.width(), 1) * self._view.duration_s
