"""The three tabs, one in front of the others; each is built when somebody first goes there."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from mien.gui.tab_page import Tab, TabPage


class TabStack(QStackedWidget):
    """Emits ``built`` with a tab's page once it exists, and ``moved`` with the ``Tab`` that came to the front.

    Args:
        makers: How each tab's page is built.
    """

    built = Signal(object)
    moved = Signal(object)

    def __init__(self, makers: Mapping[Tab, Callable[[], TabPage]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._makers = makers
        self._pages: dict[Tab, TabPage] = {}
        self._tab: Tab | None = None

    @property
    def tab(self) -> Tab:
        """Where one is."""
        assert self._tab is not None, "nobody has gone anywhere yet"
        return self._tab

    @property
    def page(self) -> TabPage:
        """The page in front."""
        return self._pages[self.tab]

    @property
    def pages(self) -> dict[Tab, TabPage]:
        """The pages that were built."""
        return dict(self._pages)

    def page_of(self, tab: Tab) -> TabPage:
        """Return a tab's page; built now if nobody was there before."""
        if tab not in self._pages:
            page = self._pages[tab] = self._makers[tab]()
            self.addWidget(page)
            self.built.emit(page)
        return self._pages[tab]

    def go(self, tab: Tab) -> None:
        """Bring a tab to the front."""
        if tab is self._tab:
            return
        page = self.page_of(tab)
        if self._tab is not None:
            self.page.leave()
        self._tab = tab
        self.setCurrentWidget(page)
        page.enter()
        self.moved.emit(tab)
