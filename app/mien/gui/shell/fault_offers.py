"""Offers a report of each fault of Mien's own that befalls the window while it runs."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from mien.faults import Fault, listen
from mien.gui.tab_page import Notice


class FaultOffers(QObject):
    """Emits ``notified`` with a ``Notice`` for each fault, whatever thread it happened on.

    Args:
        report: Shows the report of a fault.
        parent: The window.
    """

    notified = Signal(object)
    _noted = Signal(object)

    def __init__(self, report: Callable[[Fault], None], parent: QObject) -> None:
        super().__init__(parent)
        self._report = report
        self._noted.connect(self._offer, Qt.ConnectionType.QueuedConnection)
        self._stop = listen(self._noted.emit)

    def shut_down(self) -> None:
        """Listen no longer."""
        self._stop()

    def _offer(self, fault: Fault) -> None:
        text = f"Something went wrong in Mien itself ({fault.summary}); the window goes on."
        self.notified.emit(Notice(text, "Report…", partial(self._report, fault), stays=True))
