"""What the network sees: the selected face exactly as it enters the network, and how well it can be read."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.core.arrays import Image
from mien.core.face import Quality, Reason
from mien.core.wording import name_of
from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font

SIDE_PX: Final = 96
_HEIGHT_PX: Final = 116


class SeenView(QWidget):
    """The crop, enlarged pixel by pixel, with the single measures of its quality beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crop: Image | None = None
        self._image = QImage()
        self._quality: Quality | None = None
        self._is_hidden = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("What the network sees")

    @property
    def crop(self) -> Image | None:
        """(h, w, 3) uint8 BGR on screen, or None."""
        return self._crop

    def show_crop(self, crop: Image | None, quality: Quality, *, is_hidden: bool = False) -> None:
        """Show a face as the network gets it.

        Args:
            crop: (h, w, 3) uint8 BGR; None shows none.
            quality: Its measures.
            is_hidden: Faces are not to be shown.
        """
        self._crop, self._quality, self._is_hidden = crop, quality, is_hidden
        if crop is not None:
            height, width = crop.shape[:2]
            self._image = QImage(crop.data, width, height, crop.strides[0], QImage.Format.Format_BGR888)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, _HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works."""
        return QSize(200, _HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setFont(text_font(SMALL_PX))
        painter.setPen(colour(s.quiet))
        painter.drawText(QRectF(0, 0, self.width(), 16), self._title())
        picture = QRectF(0, 20, SIDE_PX, SIDE_PX)
        if self._crop is not None:
            painter.drawImage(picture, self._image)  # not smoothed: each pixel is one that the network gets
        else:
            painter.fillRect(picture, colour(s.line))
            draw_icon(painter, "face", picture.adjusted(32, 32, -32, -32), s.quiet)
        top = 20.0
        for name, value, is_reason in self._measures():
            row = QRectF(SIDE_PX + 14, top, self.width() - SIDE_PX - 14, 18)
            painter.setFont(text_font(BASE_PX))
            painter.setPen(colour(s.quiet))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(text_font(BASE_PX, strong=is_reason, figures=True))
            painter.setPen(colour(s.amber if is_reason else s.text))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value)
            top += 19
        painter.end()

    def _title(self) -> str:
        if self._is_hidden:
            return "What the network sees (hidden with the faces)"
        if self._crop is None:
            return "What the network sees"
        height, width = self._crop.shape[:2]
        return f"What the network sees, {width} × {height} pixels"

    def _measures(self) -> list[tuple[str, str, bool]]:
        """Return name, figure, and whether it is why the label is withheld, for each measure."""
        quality = self._quality
        if quality is None:
            return []
        reason = quality.reason
        return [
            ("Height", f"{quality.face_height_px:.0f} px", reason == Reason.TOO_SMALL),
            ("Sharpness", f"{quality.sharpness * 100:.0f} %", reason == Reason.BLURRED),
            ("Brightness", f"{quality.brightness * 100:.0f} %", reason in (Reason.DARK, Reason.OVEREXPOSED)),
            ("Turned", f"{abs(quality.yaw_deg):.0f}°", reason == Reason.TURNED_AWAY),
            ("Verdict", name_of(reason) if reason else "Usable", reason is not None),
        ]
