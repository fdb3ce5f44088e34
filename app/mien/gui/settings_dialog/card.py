"""A card of the dialog: its title over a surface with a row for each control."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, LARGE_PX, SMALL_PX, text_font
from mien.gui.parts.paragraph import Paragraph

TEXT_WIDTH_PX: Final = 330


class Row(QWidget):
    """What a control is for, in a title and a sentence, and the control.

    Args:
        title: In a few words.
        sentence: What it does.
        control: Has its place at the right.
        stacked: It has its place below, over the whole width.
    """

    def __init__(self, title: str, sentence: str, control: QWidget, *, stacked: bool = False) -> None:
        super().__init__()
        self.title = title
        self.control = control
        head = QLabel(title)
        head.setFont(text_font(BASE_PX))
        self._sentence = Paragraph("", TEXT_WIDTH_PX)
        self._sentence.setFont(text_font(SMALL_PX))
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.say(sentence)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(head)
        words.addWidget(self._sentence)
        if stacked:
            column = QVBoxLayout(self)
            column.setContentsMargins(0, 12, 0, 12)
            column.setSpacing(10)
            column.addLayout(words)
            column.addWidget(control)
            return
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 12)
        layout.setSpacing(16)
        layout.addLayout(words)
        layout.addStretch(1)
        layout.addWidget(control, alignment=Qt.AlignmentFlag.AlignVCenter)

    @property
    def sentence(self) -> str:
        """What it says at the moment."""
        return self._sentence.text()

    def say(self, sentence: str) -> None:
        """Say something else under the title."""
        self._sentence.setText(sentence)
        self.control.setAccessibleDescription(sentence)


class Card(QWidget):
    """Rows under a title.

    Args:
        title: Of the group.
        rows: From top to bottom.
        beside: Stands at the right of the title, or None.
    """

    def __init__(
        self, title: str, rows: Sequence[Row], beside: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = title
        self._rows = tuple(rows)
        label = QLabel(title)
        label.setFont(text_font(LARGE_PX - 4, strong=True))
        head = QHBoxLayout()
        head.addWidget(label)
        head.addStretch(1)
        if beside is not None:
            head.addWidget(beside)
        surface = _Surface(self._rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 20)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(surface)

    def show_matching(self, words: str) -> bool:
        """Leave only the rows that have all of these words; say whether there is one."""
        wanted = words.casefold().split()
        for row in self._rows:
            text = f"{self.title} {row.title} {row.sentence}".casefold()
            row.setVisible(all(word in text for word in wanted))
        is_any = any(not row.isHidden() for row in self._rows)
        self.setVisible(is_any)
        return is_any


class _Surface(QWidget):
    """A raised surface with hairlines between its rows."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self._rows = rows
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 4, 16, 4)
        layout.setSpacing(0)
        for row in rows:
            layout.addWidget(row)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(surfaces().line), 1))
        painter.setBrush(colour(surfaces().panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        shown = [row for row in self._rows if not row.isHidden()]
        for row in shown[1:]:
            painter.drawLine(16, row.y(), self.width() - 16, row.y())
        painter.end()
