"""Where a menu opens that belongs to a button."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget


def drop_down(menu: QMenu, button: QWidget, *, from_right: bool = False) -> None:
    """Show a menu below a button, from its left edge or up to its right one."""
    menu.ensurePolished()
    corner = button.rect().bottomRight() if from_right else button.rect().bottomLeft()
    shift = menu.sizeHint().width() if from_right else 0
    menu.popup(button.mapToGlobal(corner) - QPoint(shift, -4))
