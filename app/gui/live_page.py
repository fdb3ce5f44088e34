"""The page that watches: picture and timeline on the left, the panel on the right."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.divider import Divider
from app.gui.face_panel import NARROW_WIDTH_PX, WIDTH_PX, FacePanel
from app.gui.history import History
from app.gui.readings_view import ReadingsView
from app.gui.stage import Stage
from app.gui.theme import colour, surfaces
from app.gui.timeline import Timeline

_NARROW_BELOW_PX: Final = 1100
_LOW_BELOW_PX: Final = 640


class LivePage(QWidget):
    """Holds the parts and keeps the picture as large as the window lets it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        history = History()
        self.stage = Stage()
        self.panel = FacePanel()
        self.timeline = Timeline(history)
        self.readings = ReadingsView(self.stage.picture, self.panel, self.timeline, history)
        self._lines = (Divider(), Divider(Qt.Orientation.Vertical))
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.stage, 1)
        left.addWidget(self._lines[0])
        left.addWidget(self.timeline)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addWidget(self._lines[1])
        layout.addWidget(self.panel)
        self.stage.picture.face_chosen.connect(self.readings.choose)
        self.stage.picture.emptiness_clicked.connect(lambda: self.readings.choose(None))
        self.panel.face_chosen.connect(self.readings.choose)

    def show_panels(self, is_shown: bool) -> None:
        """Show or hide all but the picture."""
        for part in (self.panel, self.timeline, *self._lines):
            part.setVisible(is_shown)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the picture what the other parts can spare."""
        self.panel.setFixedWidth(NARROW_WIDTH_PX if self.width() < _NARROW_BELOW_PX else WIDTH_PX)
        self.timeline.set_low(self.height() < _LOW_BELOW_PX)
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().panel))
        painter.fillRect(QRectF(self.stage.geometry()), colour(surfaces().window))
        painter.end()
