"""What all that is pressed has in common: how it takes the focus, and which keys press it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QWidget

from mien.gui.parts.key_hint import with_key


class Pressable(QAbstractButton):
    """A button of a fixed size that the keyboard reaches; it paints itself, with a ring where ``has_ring``.

    Attributes:
        key_name: In the table of keys, what a key does that does the same, such as "live.record"; its tooltip
            shows the key that is in force.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._came_by_key = False
        self.key_name = ""
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def has_ring(self) -> bool:
        """Whether it has the focus and was reached by the keyboard."""
        return self.hasFocus() and self._came_by_key

    @property
    def hint(self) -> str:
        """What is shown on hover: its tip, with the key in force."""
        return with_key(self.toolTip() or self.accessibleName(), self.key_name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring only to those who came by the keyboard."""
        self._came_by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take the space bar where somebody came here by the keyboard to press this; show its tip with its key."""
        if event.type() == QEvent.Type.ShortcutOverride and self.has_ring and _is_space(event):
            event.accept()
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.key_name:
            QToolTip.showText(event.globalPos(), self.hint, self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let the return key press it, as the space bar does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


def _is_space(event: QEvent) -> bool:
    return isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space and not event.modifiers()
