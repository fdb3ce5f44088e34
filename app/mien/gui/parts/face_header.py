"""The head of the panel: which face, what it shows, how sure that is, and why not."""

from math import isnan
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.core.emotion import UNCERTAIN
from mien.core.face import Quality
from mien.core.wording import name_of, percent_of
from mien.gui.look.expressions import draw_swatch
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, LARGE_PX, text_font

_QUALITY_STEPS: Final = 4
_FRONTAL_DEG: Final = 5.0
_STEP_WH_PX: Final = (14.0, 6.0)
_SWATCH_PX: Final = 14.0


class FaceHeader(QWidget):
    """Three lines of fixed height, so that nothing below them ever moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._label = ""
        self._confidence = 0.0
        self._quality: Quality | None = None
        self._doubt = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def headline(self) -> str:
        """The one thing to read from afar: an expression, or "Uncertain"."""
        return name_of(self._label)

    @property
    def detail(self) -> str:
        """The line below: why it is uncertain, or how well the face can be read."""
        if self._quality is None:
            return ""
        if self._doubt:
            return name_of(self._doubt)
        turn_deg = abs(self._quality.yaw_deg)
        if isnan(turn_deg):  # read back from a table, which does not keep it
            return "" if isnan(self._quality.face_height_px) else f"{self._quality.face_height_px:.0f} px high"
        pose = "frontal" if turn_deg < _FRONTAL_DEG else f"turned by {turn_deg:.0f}°"
        return f"{self._quality.face_height_px:.0f} px high, {pose}"

    def show_face(self, title: str, label: str, confidence: float, quality: Quality, doubt: str) -> None:
        """Show a face.

        Args:
            title: Its name.
            label: The expression, or "uncertain".
            confidence: Of the most probable expression.
            quality: How well it can be read.
            doubt: Why it is uncertain, or empty.
        """
        self._title, self._label, self._confidence = title, label, confidence
        self._quality, self._doubt = quality, doubt
        self.setAccessibleName(f"{title}: {self.headline}")
        self.setToolTip(_measures_of(quality))
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._title, self._label, self._quality, self._doubt = "", "", None, ""
        self.setToolTip("")
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, 76)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        if self._quality is None:
            return
        s = surfaces()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        first, second, third = (QRectF(0, top, self.width(), h) for top, h in ((0, 20), (24, 28), (56, 20)))
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour(s.quiet))
        painter.drawText(first, middle, self._title)
        painter.drawText(third, middle, self.detail)
        self._paint_quality(painter, first, self._quality)
        is_certain = not self._doubt
        swatch = QRectF(0, second.center().y() - _SWATCH_PX / 2, _SWATCH_PX, _SWATCH_PX)
        draw_swatch(painter, swatch, self._label)
        painter.setFont(text_font(LARGE_PX, strong=True))
        painter.setPen(colour(s.text if is_certain else s.quiet))
        painter.drawText(second.adjusted(_SWATCH_PX + 10, 0, 0, 0), middle, self.headline)
        if self._label != UNCERTAIN and not isnan(self._confidence):
            painter.setFont(text_font(LARGE_PX, strong=True, figures=True))
            painter.drawText(second, middle | right, f"{percent_of(self._confidence)} %")
        painter.end()

    def _paint_quality(self, painter: QPainter, row: QRectF, quality: Quality) -> None:
        """Paint the score as steps, with the word beside them."""
        s = surfaces()
        width, height = _STEP_WH_PX
        if isnan(quality.score):
            return
        filled = max(1, min(_QUALITY_STEPS, round(quality.score * _QUALITY_STEPS)))
        left = row.right() - _QUALITY_STEPS * (width + 2) + 2
        ink = s.quiet if quality.usable else s.amber
        painter.drawText(
            row.adjusted(0, 0, left - row.right() - 8, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            "Quality",
        )
        painter.setPen(Qt.PenStyle.NoPen)
        for step in range(_QUALITY_STEPS):
            painter.setBrush(colour(ink if step < filled else s.line))
            box = QRectF(left + step * (width + 2), row.center().y() - height / 2, width, height)
            painter.drawRoundedRect(box, 2, 2)


def _measures_of(quality: Quality) -> str:
    """Return the measures that are known, a line each."""
    lines = (
        (quality.score, f"Quality {quality.score:.0%}"),
        (quality.sharpness, f"Sharpness {quality.sharpness:.0%}"),
        (quality.brightness, f"Brightness {quality.brightness:.0%}"),
        (quality.yaw_deg, f"Turned to the side by {quality.yaw_deg:.0f}°, tilted by {quality.roll_deg:.0f}°"),
    )
    return "\n".join(text for value, text in lines if not isnan(value))
