"""The selected face's probabilities as bars: fixed order, fixed width, gliding, never jumping."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.emotion import EXPRESSIONS, Emotion
from app.gui.easing import Eased
from app.gui.expressions import brush_of
from app.gui.theme import colour, surfaces
from app.gui.typography import BASE_PX, text_font
from app.overlay.style import colour_of, in_order, name_of

ROW_PX: Final = 24
TIGHT_ROW_PX: Final = 20
_NAME_PX: Final = 84
_FIGURE_PX: Final = 44
_BAR_PX: Final = 8


class ProbabilityBars(QWidget):
    """One row an expression: name, bar, per cent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_px = ROW_PX
        self._labels: tuple[str, ...] = EXPRESSIONS
        self._order = in_order(EXPRESSIONS)
        self._eased = Eased(len(EXPRESSIONS))
        self._figures = ("",) * len(EXPRESSIONS)
        self._top: int | None = None
        self._is_certain = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Probabilities of the expressions")

    @property
    def shown(self) -> dict[str, float]:
        """The probabilities on screen at this moment, by label, in their order from top to bottom."""
        return {self._labels[i]: float(self._eased.values[i]) for i in self._order}

    def set_tight(self, is_tight: bool) -> None:
        """Use lower rows, for a low window."""
        row_px = TIGHT_ROW_PX if is_tight else ROW_PX
        if row_px != self._row_px:
            self._row_px = row_px
            self.updateGeometry()
            self.update()

    def show_emotion(self, emotion: Emotion, label: str, *, is_certain: bool, jump: bool, tells: bool) -> None:
        """Glide to an emotion's probabilities.

        Args:
            emotion: What was read.
            label: The row that stands out; what is none of the labels marks none.
            is_certain: Otherwise the bars are quiet: there, but not to be relied on.
            jump: Be there at once; for another face.
            tells: Write new figures, too; more than a few a second cannot be read.
        """
        if emotion.labels != self._labels:
            self._labels, self._order = emotion.labels, in_order(emotion.labels)
            self._eased = Eased(len(emotion.labels))
            self._figures = ("",) * len(emotion.labels)
            self.updateGeometry()
        self._eased.aim(emotion.probabilities)
        self._top = emotion.labels.index(label) if label in emotion.labels else None
        if jump:
            self._eased.jump()
        if tells or jump:
            self._figures = tuple(f"{value * 100:.0f} %" for value in emotion.probabilities)
        if jump or is_certain != self._is_certain:
            self._is_certain = is_certain
            self.update()

    def advance(self, elapsed_s: float) -> bool:
        """Move on; return whether anything moved."""
        moved = self._eased.step(elapsed_s)
        if moved:
            self.update()
        return moved

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, self._row_px * len(self._labels))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works."""
        return QSize(200, self._row_px * len(self._labels))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, index in enumerate(self._order):
            self._paint_row(painter, QRectF(0, row * self._row_px, self.width(), self._row_px), index)
        painter.end()

    def _paint_row(self, painter: QPainter, row: QRectF, index: int) -> None:
        s = surfaces()
        value = float(self._eased.values[index])
        is_top = index == self._top and self._is_certain
        painter.setFont(text_font(BASE_PX, strong=is_top))
        painter.setPen(colour(s.text if is_top else s.quiet))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.adjusted(0, 0, _NAME_PX - row.width(), 0), middle, name_of(self._labels[index]))
        painter.setFont(text_font(BASE_PX, strong=is_top, figures=True))
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, self._figures[index])
        track = QRectF(_NAME_PX, row.center().y() - _BAR_PX / 2, row.width() - _NAME_PX - _FIGURE_PX, _BAR_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(s.line))
        painter.drawRoundedRect(track, _BAR_PX / 2, _BAR_PX / 2)
        if value < 0.004:
            return
        bar = QRectF(track)
        bar.setWidth(max(track.width() * min(value, 1.0), _BAR_PX / 2))
        label = self._labels[index]
        if not self._is_certain:
            painter.setBrush(brush_of("uncertain"))
        else:
            painter.setBrush(colour(colour_of(label), 1.0 if is_top else 0.8))
        radius = min(_BAR_PX / 2, bar.width() / 2)
        painter.drawRoundedRect(bar, radius, radius)
