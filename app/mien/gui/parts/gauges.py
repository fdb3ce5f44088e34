"""Valence and arousal as two gauges with zero in the middle."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.core.emotion import Affect, AffectError
from mien.core.wording import signed
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.easing import Eased
from mien.gui.parts.spoken import affect_in_words, tell

VALENCE_COLOUR: Final = "#2DD4BF"
AROUSAL_COLOUR: Final = "#F472B6"
"""Teal and pink stay apart for every common kind of colour blindness; the lines differ in pattern besides."""

ROW_PX: Final = 24
_NAME_PX: Final = 84
_FIGURE_PX: Final = 52
_BAR_PX: Final = 8
_TIPS: Final = "Valence: from −1, unpleasant, to 1, pleasant.\nArousal: from −1, calm, to 1, excited."
_BAND_TIPS: Final = (
    "\nThe band: how far the network's numbers lie from a person's rating, ±{:.2f} and ±{:.2f} (root mean square, "
    "on faces it had not learned from)."
)


class AffectGauges(QWidget):
    """Two rows: valence and arousal, each from −1 to 1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._eased = Eased(2)
        self._is_known = False
        self._figures = ("–", "–")
        self._other: Affect | None = None
        self._error: AffectError | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_TIPS)
        self.setAccessibleName("Valence and arousal")

    @property
    def shown(self) -> tuple[float, float]:
        """Valence and arousal on screen at this moment."""
        return float(self._eased.values[0]), float(self._eased.values[1])

    def show_affect(self, affect: Affect | None, *, jump: bool, tells: bool, other: Affect | None = None) -> None:
        """Glide to ``affect``, or to empty gauges where the network gives none.

        Args:
            affect: What was read.
            other: What a second network read, shown as a ring, or None.
            jump: Be there at once; for another face.
            tells: Write new figures, too; more than a few a second cannot be read.
        """
        if tells or jump:
            tell(self, affect_in_words(affect))
            self._figures = (signed(affect.valence), signed(affect.arousal)) if affect is not None else ("–", "–")
        if (affect is not None) != self._is_known or other is not self._other:
            self._is_known, self._other = affect is not None, other
            self.update()
        self._show_error(affect.error if affect is not None else None)
        self._eased.aim([affect.valence, affect.arousal] if affect is not None else [0.0, 0.0])
        if jump:
            self._eased.jump()
            self.update()

    def _show_error(self, error: AffectError | None) -> None:
        if error != self._error:
            self._error = error
            self.setToolTip(_TIPS + (_BAND_TIPS.format(*error) if error is not None else ""))
            self.update()

    def advance(self, elapsed_s: float) -> bool:
        """Move on; return whether anything moved."""
        moved = self._eased.step(elapsed_s)
        if moved:
            self.update()
        return moved

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, 2 * ROW_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = (("Valence", VALENCE_COLOUR), ("Arousal", AROUSAL_COLOUR))
        for index, (name, ink) in enumerate(rows):
            row = QRectF(0, index * ROW_PX, self.width(), ROW_PX)
            self._paint_row(painter, row, name, ink, index)
        painter.end()

    def _paint_row(self, painter: QPainter, row: QRectF, name: str, ink: str, index: int) -> None:
        s = surfaces()
        value = float(self._eased.values[index])
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour(s.quiet))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row.adjusted(0, 0, _NAME_PX - row.width(), 0), middle, name)
        painter.setPen(colour(s.text if self._is_known else s.quiet))
        painter.setFont(text_font(BASE_PX, figures=True))
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, self._figures[index])
        track = QRectF(_NAME_PX, row.center().y() - _BAR_PX / 2, row.width() - _NAME_PX - _FIGURE_PX, _BAR_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(s.line))
        painter.drawRoundedRect(track, _BAR_PX / 2, _BAR_PX / 2)
        centre_x, half = track.center().x(), (track.width() - _BAR_PX) / 2
        painter.fillRect(QRectF(centre_x - 0.5, track.top() - 3, 1, _BAR_PX + 6), colour(s.quiet, 0.6))
        if self._is_known and self._error is not None:
            low, high = (min(max(value + side, -1.0), 1.0) for side in (-self._error[index], self._error[index]))
            painter.setBrush(colour(ink, 0.22))
            band = QRectF(centre_x + low * half, track.top() - 3, (high - low) * half, _BAR_PX + 6)
            painter.drawRoundedRect(band, 3, 3)
        if self._is_known:
            self._paint_value(painter, track, centre_x, value * half, ink)
        if self._other is not None:
            apart = (self._other.valence, self._other.arousal)[index] * half
            painter.setPen(QPen(colour(ink), 2))
            painter.setBrush(colour(s.panel))
            painter.drawEllipse(QPointF(centre_x + apart, track.center().y()), 4.5, 4.5)

    def _paint_value(self, painter: QPainter, track: QRectF, centre_x: float, reach: float, ink: str) -> None:
        painter.setBrush(colour(ink, 0.55))
        painter.drawRect(QRectF(min(centre_x, centre_x + reach), track.top(), abs(reach), _BAR_PX))
        painter.setBrush(colour(ink))
        painter.drawEllipse(QPointF(centre_x + reach, track.center().y()), 6, 6)
