"""Why the selected file failed, in full, with what helps as buttons."""

from typing import Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from mien.batch.item import Item, State
from mien.engine.remedies import file_remedy_of, words_in
from mien.errors import printable
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.settings import Settings

_PAD_PX: Final = 16


class FailureCard(QWidget):
    """Shown while a file that failed is selected.

    Emits ``retry_asked`` with the item, and ``remedy_asked`` with the item and the name of a command.
    """

    retry_asked = Signal(object)
    remedy_asked = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: Item | None = None
        self._command = ""
        self.name, self.reason = QLabel(), QLabel()
        self.name.setFont(text_font(BASE_PX, strong=True))
        self.reason.setWordWrap(True)
        self.reason.setAccessibleName("Why it failed")
        self.reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.retry, self.remedy = Button("Try again", "replay", framed=True), Button("", framed=True)
        self.retry.clicked.connect(lambda: self.retry_asked.emit(self._item))
        self.remedy.clicked.connect(lambda: self.remedy_asked.emit(self._item, self._command))
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.name)
        texts.addWidget(self.reason)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_PAD_PX + 8, 12, _PAD_PX, 12)
        layout.setSpacing(8)
        layout.addLayout(texts, 1)
        layout.addWidget(self.remedy)
        layout.addWidget(self.retry)
        self.hide()

    def show_item(self, item: Item | None, settings: Settings) -> None:
        """Show why an item failed; nothing where it did not.

        Args:
            item: The one that is selected, or None.
            settings: How files are read.
        """
        self._item = item if item is not None and item.state is State.FAILED else None
        self.setVisible(self._item is not None)
        if self._item is None:
            return
        text, self._command = file_remedy_of(self._item.kind, settings)
        self.name.setText(f"{printable(self._item.source.name)} failed")
        # The name stands above; the rest of its path would push away what matters.
        reason = (self._item.reason or "").removeprefix(f"{self._item.source}: ")
        self.reason.setText(_sentence(printable(words_in(reason))))
        self.remedy.setText(text)
        self.remedy.setVisible(bool(text))
        self.remedy.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(s.panel))
        painter.fillRect(QRectF(0, 0, self.width(), 1), colour(s.line))
        painter.fillRect(QRectF(0, 0, 3, self.height()), colour(s.red))
        painter.end()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
