"""A widget that scrolls up and down where there is too little room for it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def scrolled(widget: QWidget, margins: tuple[int, int, int, int] = (16, 8, 16, 8)) -> QScrollArea:
    """Return a widget in an area that scrolls, with room around it, on the ground of what is below."""
    inner = QWidget()
    layout = QVBoxLayout(inner)
    layout.setContentsMargins(*margins)
    layout.addWidget(widget)
    layout.addStretch(1)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    area.viewport().setAutoFillBackground(False)
    inner.setAutoFillBackground(False)
    return area
