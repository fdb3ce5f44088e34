"""The page before the first camera: what is computed, where it stays, what it is not, and where law forbids it."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, LARGE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.icon_label import IconLabel
from mien.gui.parts.paragraph import Paragraph

_WIDTH_PX: Final = 600
_TEXT_WIDTH_PX: Final = _WIDTH_PX - 2 * 32 - 24 - 16
POINTS: Final = (
    (
        "measure",
        "What is computed",
        "Where each face is, how probable eight expressions are, and how pleasant and how excited it looks. "
        "Nobody is named; who comes back is recognised, in memory only.",
    ),
    (
        "home",
        "Nothing leaves this machine",
        "Everything is computed here. No picture is kept unless you record or save a snapshot; both are plain "
        "files that show faces.",
    ),
    (
        "face",
        "An expression is not what a person feels",
        "People smile without being happy. A network only says what a face looks like to it; it makes mistakes, "
        "and more often with people unlike those it learned from.",
    ),
    (
        "law",
        "Where it must not be used",
        "The EU AI Act forbids inferring emotions at work and in education, except for medical or safety reasons "
        "(Article 5), and asks that people be told when they are read (Article 50). Read only those who agree.",
    ),
)


class ConsentPage(QWidget):
    """Emits ``agreed`` or ``declined``."""

    agreed = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.agree = Button("I understand, start the camera", kind="primary")
        self.decline = Button("Not now", framed=True)
        self.agree.clicked.connect(self.agreed)
        self.decline.clicked.connect(self.declined)
        self._card = _Card()
        self._card.setFixedWidth(_WIDTH_PX)
        layout = QVBoxLayout(self._card)
        layout.setContentsMargins(32, 28, 32, 28)
        layout.setSpacing(0)
        title = QLabel("Before the camera starts")
        title.setFont(text_font(LARGE_PX, strong=True))
        layout.addWidget(title)
        for icon, head, text in POINTS:
            layout.addSpacing(20)
            layout.addLayout(_point(icon, head, text))
        layout.addSpacing(28)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.decline)
        row.addWidget(self.agree)
        layout.addLayout(row)
        inner = QWidget()
        middle = QVBoxLayout(inner)
        middle.setContentsMargins(16, 8, 16, 8)
        middle.addStretch(4)
        middle.addWidget(self._card, alignment=Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(5)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)


class _Card(QWidget):
    """A raised surface."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(surfaces().line), 1))
        painter.setBrush(colour(surfaces().panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        painter.end()


def _point(icon: str, head: str, text: str) -> QHBoxLayout:
    title = QLabel(head)
    title.setFont(text_font(BASE_PX + 1, strong=True))
    body = Paragraph(text, _TEXT_WIDTH_PX)
    column = QVBoxLayout()
    column.setSpacing(4)
    column.addWidget(title)
    column.addWidget(body)
    row = QHBoxLayout()
    row.setSpacing(16)
    row.addWidget(IconLabel(icon, 24, accent=True), alignment=Qt.AlignmentFlag.AlignTop)
    row.addLayout(column, 1)
    return row
