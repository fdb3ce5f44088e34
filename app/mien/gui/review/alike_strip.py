"""A line over the timeline that asks whether two people are the same, with a picture of each."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from mien.core.arrays import Image
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.buttons import Button

HEIGHT_PX: Final = 52
_FACE_PX: Final = 40
_RADIUS_PX: Final = 6


class AlikeStrip(QWidget):
    """Emits ``merge_asked`` and ``apart_asked``; hidden while there is nothing to ask."""

    merge_asked = Signal()
    apart_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._faces: tuple[QImage, ...] = ()
        self.merge = Button("Merge", kind="primary", tip="Make one person of the two; can be undone")
        self.apart = Button("Keep apart", framed=True, tip="They are two people; don't ask again")
        self.merge.clicked.connect(self.merge_asked)
        self.apart.clicked.connect(self.apart_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self.merge)
        layout.addWidget(self.apart)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName("Same person?")
        self.hide()

    @property
    def text(self) -> str:
        """What it asks; empty while it is hidden."""
        return self._title if not self.isHidden() else ""

    @property
    def shows_faces(self) -> bool:
        """Whether it shows a picture of each."""
        return bool(self._faces)

    def ask(self, first: str, second: str, faces: tuple[Image, ...]) -> None:
        """Ask whether two people are the same.

        Args:
            first: The name of one.
            second: The name of the other.
            faces: A picture (h, w, 3) uint8 BGR of each, or none where faces are not to be shown.
        """
        self._title = f"{first} and {second} look like the same person"
        self._faces = tuple(_to_image(face) for face in faces)
        self.setAccessibleDescription(self._title)
        self.show()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(600, HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), colour(s.panel))
        left = 20.0
        for face in self._faces:
            place = QRectF(left, (self.height() - _FACE_PX) / 2, _FACE_PX, _FACE_PX)
            outline = QPainterPath()
            outline.addRoundedRect(place, _RADIUS_PX, _RADIUS_PX)
            painter.setClipPath(outline)
            painter.drawImage(place, face)
            painter.setClipping(False)
            left += _FACE_PX + 8
        left += 8 if self._faces else 0
        painter.setFont(text_font(BASE_PX, strong=True))
        painter.setPen(colour(s.text))
        room = QRectF(left, 0, self.merge.x() - left - 12, self.height())
        shown = QFontMetricsF(painter.font()).elidedText(self._title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


def _to_image(face: Image) -> QImage:
    height, width = face.shape[:2]
    return QImage(face.tobytes(), width, height, width * 3, QImage.Format.Format_BGR888).copy()
