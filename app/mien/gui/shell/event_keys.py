"""The keys of the user's types of events: they work in Live and in Review."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from mien.gui.choices import Choices
from mien.gui.tab_page import Tab
from mien.settings import Settings


class EventKeys(QObject):
    """Makes the key of each type call the command ``event NAME`` of the page in front.

    Args:
        window: Whose keys they are.
        choices: Has the types.
        call: Runs a command by its name.
    """

    def __init__(self, window: QWidget, choices: Choices, call: Callable[[str], None]) -> None:
        super().__init__(window)
        self._window = window
        self._call = call
        self._is_here = False
        self._shortcuts: list[QShortcut] = []
        choices.changed.connect(self._follow)
        self._bind(choices.settings)

    def show_tab(self, tab: Tab) -> None:
        """Work only where events can be marked."""
        self._is_here = tab in (Tab.LIVE, Tab.REVIEW)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(self._is_here)

    def _follow(self, before: Settings, after: Settings) -> None:
        if before.events != after.events:
            self._bind(after)

    def _bind(self, settings: Settings) -> None:
        for old in self._shortcuts:
            old.setEnabled(False)
            old.deleteLater()
        self._shortcuts = []
        for event_type in settings.events.types:
            if not event_type.key:
                continue
            shortcut = QShortcut(QKeySequence(event_type.key), self._window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.setEnabled(self._is_here)
            shortcut.activated.connect(partial(self._call, f"event {event_type.name}"))
            self._shortcuts.append(shortcut)
