"""The affect circumplex (Russell 1980): valence to the right, arousal upwards, and the way the face took."""

from collections import deque
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.core.emotion import Affect, AffectError
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.easing import Eased
from mien.gui.parts.spoken import affect_in_words, tell
from mien.overlay.style import colour_of

TRAIL_S: Final = 6.0
_TRAIL_STEP_S: Final = 0.12
_MARGIN_PX: Final = 20
_DOT_PX: Final = 6.0


class Circumplex(QWidget):
    """A point in the plane of valence and arousal, with a fading trail of the last seconds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._eased = Eased(2)
        self._trail: deque[tuple[float, float, float]] = deque()
        self._label = "neutral"
        self._is_known = False
        self._other: tuple[Affect, str] | None = None
        self._error: AffectError | None = None
        self._ground: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(112, 112)
        self.setAccessibleName("Circumplex of valence and arousal")

    @property
    def trail(self) -> tuple[tuple[float, float, float], ...]:
        """The way of the last seconds: media time, valence and arousal, oldest first."""
        return tuple(self._trail)

    def show_affect(
        self,
        affect: Affect | None,
        label: str,
        time_s: float,
        *,
        jump: bool,
        other: tuple[Affect, str] | None = None,
    ) -> None:
        """Glide to ``affect``.

        Args:
            affect: Where to; None shows an empty circle.
            label: The expression that gives the point its colour.
            time_s: Media time, for the trail.
            jump: Be there at once and forget the trail; for another face.
            other: Where a second network sees the face, and its label; shown as a ring.
        """
        self._label, self._other = label, other
        self._is_known = affect is not None
        self._error = affect.error if affect is not None else None
        tell(self, affect_in_words(affect))
        if jump or (self._trail and time_s < self._trail[-1][0]):
            self._trail.clear()
        if affect is None:
            self._trail.clear()
            self.update()
            return
        self._eased.aim([affect.valence, affect.arousal])
        if jump:
            self._eased.jump()
        if not self._trail or time_s - self._trail[-1][0] >= _TRAIL_STEP_S:
            self._trail.append((time_s, affect.valence, affect.arousal))
        while self._trail and time_s - self._trail[0][0] > TRAIL_S:
            self._trail.popleft()
        self.update()

    def advance(self, elapsed_s: float) -> bool:
        """Move on; return whether anything moved."""
        moved = self._eased.step(elapsed_s)
        if moved:
            self.update()
        return moved

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, 220)

    def changeEvent(self, event: QEvent) -> None:
        """Forget what was painted in another theme."""
        self._ground = None
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.size() != self.size() * ratio:
            self._ground = self._paint_ground(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._ground)
        if self._is_known:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_error(painter)
            self._paint_trail(painter)
            self._paint_other(painter)
            self._paint_point(painter)
        painter.end()

    def _circle(self) -> QRectF:
        side = min(self.width(), self.height()) - 2 * _MARGIN_PX
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def _place(self, valence: float, arousal: float) -> QPointF:
        circle = self._circle()
        return QPointF(
            circle.center().x() + valence * circle.width() / 2, circle.center().y() - arousal * circle.height() / 2
        )

    def _paint_ground(self, ratio: float) -> QPixmap:
        """Paint what does not change from frame to frame."""
        s = surfaces()
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = self._circle()
        painter.setPen(QPen(colour(s.line), 1))
        painter.setBrush(colour(s.raised, 0.45))
        painter.drawRoundedRect(circle, 12, 12)  # the corners can be reached: valence and arousal are free
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(circle)
        quarter = circle.width() / 4
        painter.drawEllipse(circle.adjusted(quarter, quarter, -quarter, -quarter))
        painter.drawLine(self._place(-1, 0), self._place(1, 0))
        painter.drawLine(self._place(0, -1), self._place(0, 1))
        self._paint_words(painter, circle)
        painter.end()
        return pixmap

    def _paint_words(self, painter: QPainter, circle: QRectF) -> None:
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(colour(surfaces().quiet))
        centre, height = Qt.AlignmentFlag.AlignCenter, 16.0
        left, width = circle.center().x() - 60, 120.0
        painter.drawText(QRectF(left, circle.top() - height - 2, width, height), centre, "excited")
        painter.drawText(QRectF(left, circle.bottom() + 2, width, height), centre, "calm")
        side = (self.width() - circle.width()) / 2 - 8
        if side < 58:  # the words lie inside where there is no room beside the circle
            painter.drawText(QRectF(circle.left() + 6, circle.center().y(), 70, height), "unpleasant")
            painter.drawText(
                QRectF(circle.right() - 76, circle.center().y(), 70, height),
                Qt.AlignmentFlag.AlignRight,
                "pleasant",
            )
            return
        middle = circle.center().y() - height / 2
        painter.drawText(QRectF(0, middle, side, height), Qt.AlignmentFlag.AlignRight, "unpleasant")
        painter.drawText(QRectF(circle.right() + 8, middle, side, height), Qt.AlignmentFlag.AlignLeft, "pleasant")

    def _paint_error(self, painter: QPainter) -> None:
        """Paint how far the network lies from people: an ellipse around the point."""
        if self._error is None:
            return
        radius = self._circle().width() / 2
        painter.save()
        painter.setClipRect(self._circle())
        painter.setPen(QPen(colour(colour_of(self._label), 0.35), 1, Qt.PenStyle.DashLine))
        painter.setBrush(colour(colour_of(self._label), 0.08))
        painter.drawEllipse(self._place(*self._eased.values), self._error[0] * radius, self._error[1] * radius)
        painter.restore()

    def _paint_trail(self, painter: QPainter) -> None:
        if len(self._trail) < 2:
            return
        ink = colour_of(self._label)
        newest_s = self._trail[-1][0]
        circle = self._circle()
        x, y, radius = circle.center().x(), circle.center().y(), circle.width() / 2
        points = [QPointF(x + valence * radius, y - arousal * radius) for _, valence, arousal in self._trail]
        points[-1] = self._place(*self._eased.values)
        for index in range(1, len(points)):
            fade = 1.0 - (newest_s - self._trail[index][0]) / TRAIL_S
            painter.setPen(QPen(colour(ink, 0.75 * max(fade, 0.0) ** 1.5), 1.0 + 1.5 * fade))
            painter.drawLine(points[index - 1], points[index])

    def _paint_other(self, painter: QPainter) -> None:
        if self._other is None:
            return
        affect, label = self._other
        painter.setPen(QPen(colour(colour_of(label)), 2))
        painter.setBrush(colour(surfaces().panel))
        painter.drawEllipse(self._place(affect.valence, affect.arousal), _DOT_PX - 1, _DOT_PX - 1)

    def _paint_point(self, painter: QPainter) -> None:
        ink = colour_of(self._label)
        place = self._place(*self._eased.values)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(ink, 0.22))
        painter.drawEllipse(place, 2 * _DOT_PX, 2 * _DOT_PX)
        painter.setPen(QPen(colour(surfaces().panel), 2))
        painter.setBrush(colour(ink))
        painter.drawEllipse(place, _DOT_PX, _DOT_PX)
