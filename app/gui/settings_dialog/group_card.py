"""A group of choices on a card, a row each: title and sentence on the left, the control on the right."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.gui.buttons import Button
from app.gui.choices import Choices
from app.gui.paragraph import Paragraph
from app.gui.settings_dialog.controls import NetworkControl, ValueControl, control_of
from app.gui.settings_dialog.entries import Entry, Group
from app.gui.theme import colour, surfaces
from app.gui.typography import BASE_PX, LARGE_PX, SMALL_PX, text_font
from app.settings import Settings

TEXT_WIDTH_PX: Final = 330
_DEFAULTS: Final = Settings()


class GroupCard(QWidget):
    """Shows a group; a choice counts at once."""

    def __init__(self, group: Group, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = group
        self._choices = choices
        self.rows = {entry.name: EntryRow(entry, choices) for entry in group.entries}
        self.reset = Button("Reset", "replay", tip=f"Reset «{group.title}» to what a newcomer gets")
        title = QLabel(group.title)
        title.setFont(text_font(LARGE_PX - 4, strong=True))
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self.reset)
        self._card = _Card()
        rows = QVBoxLayout(self._card)
        rows.setContentsMargins(16, 4, 16, 4)
        rows.setSpacing(0)
        for row in self.rows.values():
            rows.addWidget(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 20)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self._card)
        self.reset.clicked.connect(self._reset)

    @property
    def networks(self) -> list[NetworkControl]:
        """The controls that choose among networks."""
        return [row.control for row in self.rows.values() if isinstance(row.control, NetworkControl)]

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force."""
        for row in self.rows.values():
            row.show_settings(settings)
        self.reset.setEnabled(any(getattr(settings, name) != getattr(_DEFAULTS, name) for name in self.rows))

    def show_matching(self, words: str) -> bool:
        """Leave only the rows that have all of these words; say whether there is one."""
        wanted = words.casefold().split()
        for row in self.rows.values():
            text = f"{self.group.title} {row.entry.title} {row.entry.sentence}".casefold()
            row.setVisible(all(word in text for word in wanted))
        is_any = any(not row.isHidden() for row in self.rows.values())
        self.setVisible(is_any)
        return is_any

    def _reset(self) -> None:
        self._choices.change(**{name: getattr(_DEFAULTS, name) for name in self.rows})


class EntryRow(QWidget):
    """A choice."""

    def __init__(self, entry: Entry, choices: Choices) -> None:
        super().__init__()
        self.entry = entry
        self.control = control_of(entry)
        title = QLabel(entry.title)
        title.setFont(text_font(BASE_PX))
        sentence = Paragraph(entry.sentence, TEXT_WIDTH_PX)
        sentence.setFont(text_font(SMALL_PX))
        sentence.setText(entry.sentence)  # its height follows the font
        sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.control.setAccessibleDescription(entry.sentence)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(title)
        words.addWidget(sentence)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 12)
        layout.setSpacing(16)
        layout.addLayout(words)
        layout.addStretch(1)
        layout.addWidget(self.control, alignment=Qt.AlignmentFlag.AlignVCenter)
        self._value_control.picked.connect(lambda value: choices.change(**{entry.name: value}))

    @property
    def _value_control(self) -> ValueControl:
        return self.control  # type: ignore[return-value]

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force."""
        self._value_control.show_value(getattr(settings, self.entry.name))
        if self.entry.name == "yunet_file":
            self.setEnabled(settings.detector == "yunet")


class _Card(QWidget):
    """A raised surface with hairlines between its rows."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour(surfaces().line), 1))
        painter.setBrush(colour(surfaces().panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        rows = [row for row in self.findChildren(EntryRow) if not row.isHidden()]
        for row in rows[1:]:
            painter.drawLine(16, row.y(), self.width() - 16, row.y())
        painter.end()
