"""Small pictures for the rows of the queue, made beside the window when a row is first shown."""

from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from mien.batch.item import Item
from mien.core.arrays import Image
from mien.errors import AppError
from mien.gui.background import Background

SIDE_PX: Final = 80
"""Twice what is shown, for dense screens."""
MOST: Final = 5000


class Thumbnails(QObject):
    """Emits ``loaded`` when there is one more to show."""

    loaded = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._images: dict[Path, QImage | None] = {}

    def of(self, item: Item) -> QImage | None:
        """Return the thumbnail of a picture; None for what is none, and until it is made."""
        if not item.is_picture:
            return None
        if item.source not in self._images and len(self._images) < MOST:
            self._images[item.source] = None
            path = item.source
            self._background.run(lambda: _small(path), lambda image: self._keep(path, image), _keep_none)
        return self._images.get(item.source)

    def shut_down(self, timeout_s: float) -> bool:
        """Wait for what is being made; say whether it ended in time."""
        return self._background.join(timeout_s)

    def _keep(self, path: Path, image: Image) -> None:
        height, width = image.shape[:2]
        self._images[path] = QImage(image.tobytes(), width, height, width * 3, QImage.Format.Format_BGR888).copy()
        self.loaded.emit()


def _small(path: Path) -> Image:
    """Return the middle square of a picture, (SIDE_PX, SIDE_PX, 3) uint8 BGR."""
    import cv2

    from mien.capture.still import read_still

    image = read_still(path)
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = image[top : top + side, left : left + side]
    return np.asarray(cv2.resize(square, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8)


def _keep_none(_error: AppError) -> None:
    """A row without a picture says by itself what is wrong with the file."""
