"""The picture, as large as it fits, with the chosen face marked; a click chooses."""

from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.core.arrays import Image
from mien.core.face import ShownReading
from mien.core.wording import name_of
from mien.gui.look.theme import colour, surfaces
from mien.gui.parts.spoken import tell

_INSET_PX: Final = 5.0
"""The mark lies inside the face's box: outside are the tag, the bars and the gauges of the overlay."""
_DIM: Final = 0.55
_RESIZED_MS: Final = 60
"""After the last change of the size it is told; until then Qt scales what there is."""


class PictureView(QWidget):
    """Shows painted pictures without copying them.

    Emits ``face_chosen`` with a track id, ``emptiness_clicked`` for a click beside all faces, and ``room_changed``
    with width and height in pixels of the screen and how many of these a pixel of the window has.
    """

    face_chosen = Signal(int)
    emptiness_clicked = Signal()
    double_clicked = Signal()
    room_changed = Signal(tuple, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels: Image | None = None
        self._image = QImage()
        self._frame_wh = (0, 0)
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(_RESIZED_MS)
        self._resized.timeout.connect(self._tell_room)
        self._readings: tuple[ShownReading, ...] = ()
        self._selected: int | None = None
        self._hovered: int | None = None
        self._is_dimmed = False
        self._is_mirrored = False
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 120)
        self.setAccessibleName("Picture")

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to see."""
        return self._pixels is not None

    @property
    def pixels(self) -> Image | None:
        """(H, W, 3) uint8 BGR on screen, or None."""
        return self._pixels

    def show_picture(
        self,
        picture: Image,
        frame_wh: tuple[int, int],
        readings: tuple[ShownReading, ...],
        selected: int | None,
        *,
        is_mirrored: bool = False,
    ) -> None:
        """Show the next picture.

        Args:
            picture: (H, W, 3) uint8 BGR, read-only; wrapped, not copied, and kept alive while it is shown.
            frame_wh: Of the frame that it was painted from; the picture itself may be larger or smaller.
            readings: The faces in it, boxes in the frame's pixels before it was mirrored.
            selected: Track id of the face to mark, or None.
            is_mirrored: Whether left and right were exchanged after the faces were found.
        """
        height, width = picture.shape[:2]
        picture = self._pixels = np.ascontiguousarray(picture)  # Qt wraps nothing else; copies only what is not
        self._image = QImage(picture.data, width, height, picture.strides[0], QImage.Format.Format_BGR888)
        self._frame_wh = frame_wh
        faces = (f"Face {each.track.face_id}: {name_of(each.label)}" for each in readings)
        tell(self, "; ".join(faces) or "Nobody in view")
        self._readings = tuple(reading for reading in readings if reading.track.has_place)
        self._selected, self._is_mirrored = selected, is_mirrored
        self.update()

    def mark(self, selected: int | None) -> None:
        """Mark another face in the same picture."""
        self._selected = selected
        self.update()

    def set_dimmed(self, is_dimmed: bool) -> None:
        """Darken a picture that is not of this moment."""
        if is_dimmed != self._is_dimmed:
            self._is_dimmed = is_dimmed
            self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._image, self._pixels, self._readings, self._hovered = QImage(), None, (), None
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        return QSize(960, 540)

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget: whole, undistorted, centred."""
        if self._image.isNull():
            return QRectF(self.rect())
        # In whole pixels of the screen, so that a picture painted at this size is shown as it is.
        (room_w, room_h), ratio = self._room()
        scale = min(room_w / self._frame_wh[0], room_h / self._frame_wh[1])
        width, height = max(round(self._frame_wh[0] * scale), 1), max(round(self._frame_wh[1] * scale), 1)
        left, top = (room_w - width) // 2, (room_h - height) // 2
        return QRectF(left / ratio, top / ratio, width / ratio, height / ratio)

    def face_at(self, place: QPointF) -> int | None:
        """Return the track id of the smallest face that covers ``place``, or None."""
        hits = [reading for reading in self._readings if self._rect_of(reading).contains(place)]
        if not hits:
            return None
        return min(hits, key=lambda reading: reading.track.box.height_px).track.face_id

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the new room, once nobody pulls at the window any more."""
        super().resizeEvent(event)
        self._resized.start()

    def event(self, event: QEvent) -> bool:
        """Tell the room of another screen."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resized.start()
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the face under the pointer."""
        hovered = self.face_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.setCursor(Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the face under the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        track_id = self.face_at(event.position())
        if track_id is None:
            self.emptiness_clicked.emit()
        else:
            self.face_chosen.emit(track_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click beside all faces asks for the full screen."""
        if self.face_at(event.position()) is None:
            self.double_clicked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().window))
        if not self._image.isNull():
            self._paint_image(painter)
            if self._is_dimmed:
                painter.fillRect(self.picture_rect(), colour("#000000", _DIM))
            else:
                self._paint_marks(painter)
        painter.end()

    def _room(self) -> tuple[tuple[int, int], float]:
        ratio = self.devicePixelRatioF()
        return (round(self.width() * ratio), round(self.height() * ratio)), ratio

    def _tell_room(self) -> None:
        self.room_changed.emit(*self._room())

    def _paint_image(self, painter: QPainter) -> None:
        target = self.picture_rect()
        ratio, image = self.devicePixelRatioF(), self._image
        if (target.size() * ratio).toSize() != image.size():
            # Qt scales 32-bit pixels smoothly four times as fast as 24-bit ones, the conversion included.
            image = image.convertToFormat(QImage.Format.Format_RGB32)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, image)

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        many = len(self._readings) > 1
        for reading in self._readings:
            track_id = reading.track.face_id
            is_selected = track_id == self._selected and many
            if not is_selected and track_id != self._hovered:
                continue
            mark = self._rect_of(reading).adjusted(_INSET_PX, _INSET_PX, -_INSET_PX, -_INSET_PX)
            painter.setPen(QPen(colour("#000000", 0.35), 4))
            painter.drawRoundedRect(mark, 6, 6)
            painter.setPen(QPen(colour("#FFFFFF", 0.95 if is_selected else 0.5), 2 if is_selected else 1.5))
            painter.drawRoundedRect(mark, 6, 6)

    def _rect_of(self, reading: ShownReading) -> QRectF:
        """Where a face lies in the widget."""
        target = self.picture_rect()
        scale = target.width() / max(self._frame_wh[0], 1)
        x1, y1, x2, y2 = (side * scale for side in reading.track.box.xyxy)
        if self._is_mirrored:
            x1, x2 = target.width() - x2, target.width() - x1
        return QRectF(target.left() + x1, target.top() + y1, x2 - x1, y2 - y1).intersected(target)
