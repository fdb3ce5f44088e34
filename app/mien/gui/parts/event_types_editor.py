"""The window in which the user's types of events are listed and changed."""

from collections.abc import Collection, Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QPainter, QPixmap
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from mien.errors import SettingsError
from mien.gui.look.theme import colour
from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton
from mien.gui.parts.drop_down import drop_down
from mien.gui.parts.paragraph import Paragraph
from mien.gui.parts.scrolled import scrolled
from mien.settings import EVENT_COLOURS, EVENT_KEYS, EventType, check_types
from mien.settings.events import MAX_CODE, MAX_TYPE_NAME, MAX_TYPES

_ABOUT: Final = (
    "Each type of event has a name, a code for tables, and a key that marks it in Live and in Review. "
    "A marker of another program (LSL, WebSocket) whose text is a code or a name becomes that event."
)
_SHAPES: Final = ((False, "Moment"), (True, "Span: again ends it"))
_HEADS: Final = ("Name", "Code", "Key", "Marks a", "", "")
_WIDTH_PX: Final = 700
_SWATCH_PX: Final = 14


class EventTypesEditor(QDialog):
    """Lists types of events; ``types`` are those that were written, once it is accepted.

    Args:
        types: Those there are.
        taken: Keys that the user gave to commands: they are not offered.
    """

    def __init__(
        self, types: tuple[EventType, ...], parent: QWidget | None = None, taken: Collection[str] = ()
    ) -> None:
        super().__init__(parent)
        self._keys = tuple(key for key in EVENT_KEYS if key not in taken)
        self.setWindowTitle("Event types")
        self.setObjectName("panel")
        self.setMinimumSize(_WIDTH_PX, 400)
        self.rows: list[EventTypeRow] = []
        self._grid_widget = QWidget()
        self._grid = QGridLayout(self._grid_widget)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self.add_button = Button("Add a type", framed=True)
        self.add_button.clicked.connect(lambda: self.add())
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self._lay_out()
        for each in types:
            self._append(EventTypeRow(each, self._keys))
        if not types:
            self.add()

    @property
    def types(self) -> tuple[EventType, ...]:
        """The types as they were written; rows without a name and a code are left out."""
        return tuple(row.event_type for row in self.rows if not row.is_empty)

    def add(self) -> None:
        """Add a row, with a key and a colour that no other has."""
        used_keys = {row.event_type.key for row in self.rows}
        used_colours = [row.event_type.colour for row in self.rows]
        key = next((each for each in self._keys if each not in used_keys), "")
        ink = min(EVENT_COLOURS, key=used_colours.count)
        row = EventTypeRow(EventType(name="-", key=key, colour=ink), self._keys)
        row.name.clear()
        self._append(row)
        row.name.setFocus()

    def _append(self, row: "EventTypeRow") -> None:
        self.rows.append(row)
        row.remove.clicked.connect(lambda: self._drop(row))
        self.add_button.setEnabled(len(self.rows) < MAX_TYPES)
        self._order()

    def _drop(self, row: "EventTypeRow") -> None:
        self.rows.remove(row)
        for widget in row.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self.add_button.setEnabled(True)
        self._order()

    def _order(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            for column, widget in enumerate(row.widgets):
                self._grid.addWidget(widget, number, column)

    def _save(self) -> None:
        try:
            types = self.types
            check_types(types)
        except SettingsError as error:
            self.problem.setText(str(error))
        else:
            self.accept()

    def _lay_out(self) -> None:
        for column, text in enumerate(_HEADS):
            head = QLabel(text)
            head.setProperty("role", "quiet")
            self._grid.addWidget(head, 0, column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(Paragraph(_ABOUT, _WIDTH_PX - 40))
        layout.addWidget(scrolled(self._grid_widget, (0, 0, 8, 0)), 1)
        layout.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        cancel, save = Button("Cancel", framed=True), Button("Save", kind="primary")
        cancel.clicked.connect(self.reject)
        save.clicked.connect(self._save)
        buttons.addWidget(self.add_button)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        layout.addLayout(buttons)


class EventTypeRow:
    """The fields of one type.

    Args:
        event_type: What the fields hold at first.
        keys: Those that are offered.

    Attributes:
        widgets: In the order of the columns.
    """

    def __init__(self, event_type: EventType, keys: Sequence[str]) -> None:
        self.name, self.code = QLineEdit(event_type.name), QLineEdit(event_type.code)
        self.name.setMaxLength(MAX_TYPE_NAME)
        self.name.setAccessibleName("Name of the event type")
        self.name.setPlaceholderText("Stimulus")
        self.code.setMaxLength(MAX_CODE)
        self.code.setAccessibleName("Code of the event type")
        self.code.setPlaceholderText("1")
        self.code.setFixedWidth(72)
        self.key = ChoiceButton("Key", [("", "None"), *((key, key) for key in keys)])
        self.key.set_value(event_type.key)
        self.shape = ChoiceButton("What its key marks", _SHAPES)
        self.shape.set_value(event_type.is_span)
        self.swatch = ColourButton(event_type.colour)
        self.remove = Button(icon="close", tip="Remove this type; events that were marked keep it")
        self.widgets: tuple[QWidget, ...] = (
            self.name,
            self.code,
            self.key,
            self.shape,
            self.swatch,
            self.remove,
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not self.name.text().strip() and not self.code.text().strip()

    @property
    def event_type(self) -> EventType:
        """The type as it was written; its name may be empty."""
        return EventType(
            name=self.name.text().strip(),
            code=self.code.text().strip(),
            key=str(self.key.value or ""),
            colour=self.swatch.value,
            is_span=bool(self.shape.value),
        )


class ColourButton(Button):
    """A button that shows a colour and lets one choose another; emits ``chosen`` with #RRGGBB."""

    chosen = Signal(str)

    def __init__(self, value: str, parent: QWidget | None = None) -> None:
        super().__init__(icon="close", tip="Colour", framed=True, parent=parent)
        self.value = value
        self._menu = QMenu(self)
        for number, ink in enumerate(EVENT_COLOURS, start=1):
            action = self._menu.addAction(QIcon(_swatch(ink)), f"Colour {number}")
            action.triggered.connect(lambda _checked=False, chosen=ink: self._choose(chosen))
        self.clicked.connect(lambda: drop_down(self._menu, self))

    def _choose(self, value: str) -> None:
        self.value = value
        self.update()
        self.chosen.emit(value)

    def _paint_content(self, painter: QPainter, rect: QRectF) -> None:
        half = _SWATCH_PX / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self.value))
        centre = rect.center()
        painter.drawRoundedRect(QRectF(centre.x() - half, centre.y() - half, _SWATCH_PX, _SWATCH_PX), 3, 3)


def key_text(event_type: EventType) -> str:
    """Return how a type's key is written on this system; empty for none."""
    return QKeySequence(event_type.key).toString(QKeySequence.SequenceFormat.NativeText)


def _swatch(ink: str) -> QPixmap:
    pixmap = QPixmap(_SWATCH_PX, _SWATCH_PX)
    pixmap.fill(colour(ink))
    return pixmap
