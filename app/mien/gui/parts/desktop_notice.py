"""A line to the desktop, for somebody who looks at another program."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

_SHOWN_MS: Final = 10_000


class DesktopNotice:
    """Tells the desktop something while no window of Mien is in front.

    Qt's tray icon does it: the desktop's own notifications on Linux, macOS and Windows. The icon is there only as
    long as there is something to say.

    Args:
        parent: Which window comes to the front when the notice is clicked.
    """

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._icon: QSystemTrayIcon | None = None

    def tell(self, title: str, text: str) -> bool:
        """Tell it, and return whether the desktop took it."""
        if _is_in_front():
            return False
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return False
        if self._icon is None:
            self._icon = QSystemTrayIcon(self._parent)
            self._icon.messageClicked.connect(self._come)
        icon = QApplication.windowIcon()
        self._icon.setIcon(icon if not icon.isNull() else QIcon(self._parent.grab().scaled(32, 32)))
        self._icon.show()
        self._icon.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, _SHOWN_MS)
        return True

    def clear(self) -> None:
        """Take the icon away; somebody has looked."""
        if self._icon is not None:
            self._icon.hide()

    def _come(self) -> None:
        self.clear()
        window = self._parent.window()
        window.show()
        window.raise_()
        window.activateWindow()


def _is_in_front() -> bool:
    return QGuiApplication.applicationState() == Qt.ApplicationState.ApplicationActive
