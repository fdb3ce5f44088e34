"""The details in a window of their own, for a second screen."""

from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mien.gui.look.theme import colour, surfaces

_SIZE: Final = QSize(400, 760)


class DetailsWindow(QWidget):
    """Holds a widget while it is out; emits ``closed`` when it is to go back."""

    closed = Signal()

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Details – Mien")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(content)
        content.show()
        self.resize(_SIZE)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give back what it holds."""
        event.accept()
        self.closed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().panel))
        painter.end()
