"""A button that shows one of several values and lets one choose another."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from mien.gui.parts.buttons import Button
from mien.gui.parts.drop_down import drop_down

_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1}


class ChoiceButton(Button):
    """Emits ``chosen`` with the value. The arrow keys go through the values, return opens the list.

    Args:
        name: What a screen reader says.
        options: Each value with its text.
    """

    chosen = Signal(object)

    def __init__(
        self, name: str, options: Sequence[tuple[object, str]] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__("", has_menu=True, framed=True, parent=parent)
        self._name = name
        self._options: list[tuple[object, str]] = []
        self._value: object = None
        self.menu = QMenu(self)
        self._group = QActionGroup(self)
        self.clicked.connect(lambda: drop_down(self.menu, self))
        self.set_options(options)

    @property
    def value(self) -> object:
        """What is chosen."""
        return self._value

    @property
    def options(self) -> list[tuple[object, str]]:
        """Each value with its text."""
        return list(self._options)

    def set_options(self, options: Sequence[tuple[object, str]]) -> None:
        """Offer other values; the width fits the longest of them."""
        self._options = list(options)
        self._reserve = max((text for _, text in options), key=len, default="")
        self.menu.clear()
        for value, text in options:
            action = self.menu.addAction(text)
            action.setCheckable(True)
            self._group.addAction(action)
            action.triggered.connect(lambda _checked=False, chosen=value: self._choose(chosen))
        self.set_value(self._value)
        self.updateGeometry()

    def set_value(self, value: object) -> None:
        """Show a value; one that is not among the options is shown as it is."""
        self._value = value
        text = next((text for each, text in self._options if each == value), _plain(value))
        self.setText(text)
        self.setAccessibleName(f"{self._name}: {text}")
        for (each, _), action in zip(self._options, self.menu.actions(), strict=True):
            action.setChecked(each == value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go through the values."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self._options:
            super().keyPressEvent(event)
            return
        values = [value for value, _ in self._options]
        index = values.index(self._value) + step if self._value in values else 0
        self._choose(values[max(0, min(index, len(values) - 1))])

    def _choose(self, value: object) -> None:
        if value != self._value:
            self.set_value(value)
            self.chosen.emit(value)
        else:
            self.set_value(value)


def _plain(value: object) -> str:
    """Return what to show of a value that is none of the options."""
    return " × ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
