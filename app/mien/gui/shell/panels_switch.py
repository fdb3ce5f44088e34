"""Hiding all but the picture, and the button that brings the rest back."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from mien.gui.parts.buttons import Button

_EDGE_PX: Final = 12


class PanelsSwitch(Button):
    """Stands in the corner of the window while the bars are hidden, for who hid them with the mouse.

    Emits ``switched`` with whether the bars are shown.
    """

    switched = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(icon="panels", tip="Show everything again (H or Esc)", framed=True, parent=window)
        self.shows_bars = True
        self.hide()
        self.clicked.connect(self.switch)

    def switch(self) -> None:
        """Hide the bars, or show them again."""
        self.shows_bars = not self.shows_bars
        self.setVisible(not self.shows_bars)
        self.place()
        self.switched.emit(self.shows_bars)

    def place(self) -> None:
        """Stand at the top right of the window, above everything."""
        window = self.parentWidget()
        assert window is not None
        self.resize(self.sizeHint())
        self.move(window.width() - self.width() - _EDGE_PX, _EDGE_PX)
        self.raise_()
