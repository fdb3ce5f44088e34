"""The menu of the user's types of events: marks one of them, ends a span that was begun, or changes the list."""

from collections.abc import Callable, Collection
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from mien.gui.choices import Choices
from mien.gui.look.theme import colour
from mien.gui.parts.event_types_editor import EventTypesEditor, key_text
from mien.settings import EventType


class EventMenu(QMenu):
    """Opens above a button.

    Args:
        choices: Has the types.
        mark: Marks one of them.
        open_names: Gives the names of the types whose spans were begun and are not ended yet.
        window: Over which it opens.
    """

    def __init__(
        self,
        choices: Choices,
        mark: Callable[[EventType], None],
        open_names: Callable[[], Collection[str]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._choices = choices
        self._mark = mark
        self._open_names = open_names
        self._window = window

    def open_above(self, button: QWidget) -> None:
        """Show the types as they are now, above a button."""
        self.clear()
        open_names = self._open_names()
        for event_type in self._choices.settings.events.types:
            word = f"End {event_type.name}" if event_type.name in open_names else event_type.name
            action = self.addAction(_dot(event_type.colour), f"{word.replace('&', '&&')}\t{key_text(event_type)}")
            action.triggered.connect(partial(self._chosen, event_type))
        self.addSeparator()
        self.addAction("Event types…").triggered.connect(self.edit)
        self.ensurePolished()
        corner = button.mapToGlobal(button.rect().topRight())
        self.popup(corner - QPoint(self.sizeHint().width(), self.sizeHint().height() + 4))

    def edit(self) -> EventTypesEditor:
        """Let the list be changed."""
        settings = self._choices.settings
        taken = {key for name, key in settings.window.keys if not name.startswith("batch.")}
        editor = EventTypesEditor(settings.events.types, self._window, taken)
        editor.accepted.connect(lambda: self._choices.change(events={"types": editor.types}))
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.setWindowModality(Qt.WindowModality.WindowModal)
        QDialog.open(editor)
        return editor

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return what the keys of the types do, by the names of ``mien.gui.shell.event_keys``."""
        types = self._choices.settings.events.types
        return {f"event {each.name}": partial(self._mark, each) for each in types}

    def _chosen(self, event_type: EventType, _checked: bool = False) -> None:
        self._mark(event_type)


def _dot(ink: str) -> QIcon:
    pixmap = QPixmap(12, 12)
    pixmap.fill(colour(ink))
    return QIcon(pixmap)
