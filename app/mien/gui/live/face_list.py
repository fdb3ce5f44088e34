"""All faces in view: a thumbnail, a name and the label each; a click selects."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.core.arrays import Image
from mien.core.emotion import UNCERTAIN
from mien.core.face import FaceBox, ShownReading
from mien.core.wording import name_of, percent_of
from mien.gui.look.expressions import brush_of
from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, SMALL_PX, text_font
from mien.gui.parts.row_list import ROW_PX, RowList

MAX_ROWS: Final = 12
THUMBNAIL_PX: Final = 32
_MARGIN: Final = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class FaceEntry:
    """One row.

    Attributes:
        track_id: Whose.
        shown: What is shown of it.
        thumbnail: Of the face, or None where it must not be shown.
    """

    track_id: int
    shown: ShownReading
    thumbnail: QImage | None


class FaceList(RowList):
    """Rows of faces in the order of their ids; their keys are track ids."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Faces in view", parent)
        self._entries: tuple[FaceEntry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def entries(self) -> tuple[FaceEntry, ...]:
        """The rows on screen."""
        return self._entries

    def show_faces(self, entries: tuple[FaceEntry, ...], selected: int | None) -> None:
        """Show the faces of a frame; ``selected`` is marked."""
        count = len(self._entries)
        self._entries = entries[:MAX_ROWS]
        if len(self._entries) != count:
            self.updateGeometry()
        self.set_keys([entry.track_id for entry in self._entries], selected)

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(240, ROW_PX * max(len(self._entries), 1))

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works."""
        return QSize(196, self.sizeHint().height())

    def paint_row(self, painter: QPainter, rect: QRectF, row: int, *, is_selected: bool) -> None:
        """Paint thumbnail, name and label."""
        s, entry = surfaces(), self._entries[row]
        picture = QRectF(rect.left() + 8, rect.center().y() - THUMBNAIL_PX / 2, THUMBNAIL_PX, THUMBNAIL_PX)
        self._paint_thumbnail(painter, picture, entry)
        text = rect.adjusted(8 + THUMBNAIL_PX + 12, 0, -8, 0)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight
        painter.setFont(text_font(BASE_PX, strong=is_selected))
        painter.setPen(colour(s.text))
        painter.drawText(text, middle, f"Face {entry.track_id}")
        shown = entry.shown
        is_certain = shown.usable
        painter.setFont(text_font(BASE_PX, figures=True))
        painter.setPen(colour(s.text if is_certain else s.quiet))
        figure = f"{percent_of(shown.confidence)} %" if is_certain else ""
        painter.drawText(text, middle | right, figure)
        painter.setPen(colour(s.quiet))
        word = name_of(shown.label if is_certain else shown.doubt or UNCERTAIN)
        painter.drawText(text.adjusted(0, 0, -52 if is_certain else 0, 0), middle | right, word)

    def _paint_thumbnail(self, painter: QPainter, rect: QRectF, entry: FaceEntry) -> None:
        path = QPainterPath()
        path.addRoundedRect(rect, 6, 6)
        painter.save()
        painter.setClipPath(path)
        if entry.thumbnail is not None:
            painter.drawImage(rect, entry.thumbnail)
        else:
            painter.fillRect(rect, colour(surfaces().line))
            draw_icon(painter, "face", rect.adjusted(6, 6, -6, -6), surfaces().quiet)
        painter.restore()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush_of(entry.shown.label))
        painter.drawRoundedRect(QRectF(rect.left(), rect.bottom() - 3, rect.width(), 3), 1.5, 1.5)
        painter.setFont(text_font(SMALL_PX))


def thumbnail_of(image: Image, box: FaceBox) -> QImage | None:
    """Return a small square copy of a face, or None where the box lies outside the picture.

    Args:
        image: (H, W, 3) uint8 BGR, the picture without overlay.
        box: Where the face is.
    """
    height, width = image.shape[:2]
    half = max(box.width_px, box.height_px) * (0.5 + _MARGIN)
    x, y = (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2
    left, top = max(int(x - half), 0), max(int(y - half), 0)
    right, bottom = min(int(x + half), width), min(int(y + half), height)
    if right - left < 2 or bottom - top < 2:
        return None
    side = 2 * THUMBNAIL_PX
    step = max(int(2 * half) // (2 * side), 1)
    crop = np.ascontiguousarray(image[top:bottom:step, left:right:step])
    wrapped = QImage(crop.data, crop.shape[1], crop.shape[0], crop.strides[0], QImage.Format.Format_BGR888)
    return wrapped.scaled(
        QSize(side, side),
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    ).copy(0, 0, side, side)
