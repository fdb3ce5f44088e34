"""An icon, a line and a sentence: what a place shows while it has nothing to show."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from mien.gui.look.typography import BASE_PX, LARGE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.icon_label import IconLabel
from mien.gui.parts.paragraph import Paragraph

_TEXT_WIDTH_PX: Final = 440
_SMALL_TEXT_WIDTH_PX: Final = 240


class EmptyState(QWidget):
    """A centred block of icon, title, text and buttons."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        *,
        icon_px: int = 48,
        large: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = IconLabel(icon, icon_px)
        self._title = QLabel(title)
        self._title.setFont(text_font(LARGE_PX if large else BASE_PX + 2, strong=True))
        self._text = Paragraph(text, _TEXT_WIDTH_PX if large else _SMALL_TEXT_WIDTH_PX)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(0)
        layout.addStretch(4)
        layout.addWidget(self._icon, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(16 if large else 12)
        layout.addWidget(self._title)
        layout.addSpacing(8)
        layout.addWidget(self._text, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(24)
        row = QHBoxLayout()
        row.addStretch()
        row.addLayout(self._buttons)
        row.addStretch()
        layout.addLayout(row)
        layout.addStretch(5)

    @property
    def title(self) -> str:
        """The line that stands out."""
        return self._title.text()

    @property
    def text(self) -> str:
        """The sentence below."""
        return self._text.text()

    def set_content(self, icon: str, title: str, text: str) -> None:
        """Show something else."""
        self._icon.set_icon(icon)
        self._title.setText(title)
        self._text.setText(text)

    def add_button(self, button: Button) -> Button:
        """Add a button at the end of the row, and return it."""
        self._buttons.addWidget(button)
        return button

    def insert_button(self, place: int, button: Button) -> Button:
        """Add a button at ``place`` in the row, and return it."""
        self._buttons.insertWidget(place, button)
        return button
