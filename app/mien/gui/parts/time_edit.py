"""A field for a media time."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from mien.timeline.clock import clock, seconds_of


class TimeEdit(QLineEdit):
    """Emits ``chosen`` with seconds, or with None where it was emptied. What is no time is not taken.

    Args:
        name: What a screen reader says.
        empty: What stands there while nothing does.
    """

    chosen = Signal(object)

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(empty)
        self._value: float | None = None
        self.editingFinished.connect(self.take)

    def show_value(self, time_s: float | None) -> None:
        """Show what is in force."""
        self._value = time_s
        self.setText("" if time_s is None else clock(time_s, decimals=0 if time_s == int(time_s) else 3))

    def take(self) -> None:
        """Take what was written so far; what is no time gives way to what was there."""
        text = self.text().strip()
        try:
            time_s = seconds_of(text) if text else None
        except ValueError as error:
            self.setToolTip(str(error))
            self.show_value(self._value)
            return
        self.setToolTip("")
        if time_s != self._value:
            self._value = time_s
            self.chosen.emit(time_s)
