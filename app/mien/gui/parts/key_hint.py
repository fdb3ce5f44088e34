"""Which key calls what at the moment, for all that shows it: tooltips and menus. The window sets it."""

from collections.abc import Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

_KEYS: dict[str, str] = {}


def set_keys(keys: Mapping[str, str]) -> None:
    """Set which keys are in force.

    Args:
        keys: Of each name in the table of keys, such as "live.record", its key as Qt writes it; "" for none.
    """
    _KEYS.clear()
    _KEYS.update(keys)


def key_text(name: str) -> str:
    """Return the key of a name as this system writes it: "Ctrl+O", or "⌘O"; empty where it has none."""
    return QKeySequence(_KEYS.get(name, "")).toString(QKeySequence.SequenceFormat.NativeText)


def with_key(text: str, name: str) -> str:
    """Return a tooltip with the key of a name behind it: "Record (R)"."""
    key = key_text(name)
    return f"{text} ({key})" if text and key else text


def add_keyed(menu: QMenu, text: str, name: str) -> QAction:
    """Add a line to a menu that shows at its right end the key that a name has when the menu opens."""
    action = KeyedAction(text, name, menu)
    menu.addAction(action)
    return action


class KeyedAction(QAction):
    """A line of a menu with a key.

    Args:
        text: What it says beside the key.
        name: In the table of keys.
        menu: Owns it.
    """

    def __init__(self, text: str, name: str, menu: QMenu) -> None:
        super().__init__(menu)
        self._text, self._name = text, name
        menu.aboutToShow.connect(self._show_key)
        self._show_key()

    def _show_key(self) -> None:
        key = key_text(self._name)
        self.setText(f"{self._text}\t{key}" if key else self._text)
