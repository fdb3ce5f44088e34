"""The three places, one in front of the others; each is built when somebody first goes there."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from mien.gui.place import Place, PlacePage


class PlaceStack(QStackedWidget):
    """Emits ``built`` with a place's page once it exists, and ``moved`` with the ``Place`` that came to the front.

    Args:
        makers: How each place's page is built.
    """

    built = Signal(object)
    moved = Signal(object)

    def __init__(self, makers: Mapping[Place, Callable[[], PlacePage]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._makers = makers
        self._pages: dict[Place, PlacePage] = {}
        self._place: Place | None = None

    @property
    def place(self) -> Place:
        """Where one is."""
        assert self._place is not None, "nobody has gone anywhere yet"
        return self._place

    @property
    def page(self) -> PlacePage:
        """The page in front."""
        return self._pages[self.place]

    @property
    def pages(self) -> dict[Place, PlacePage]:
        """The pages that were built."""
        return dict(self._pages)

    def page_of(self, place: Place) -> PlacePage:
        """Return a place's page; built now if nobody was there before."""
        if place not in self._pages:
            page = self._pages[place] = self._makers[place]()
            self.addWidget(page)
            self.built.emit(page)
        return self._pages[place]

    def go(self, place: Place) -> None:
        """Bring a place to the front."""
        if place is self._place:
            return
        page = self.page_of(place)
        if self._place is not None:
            self.page.leave()
        self._place = place
        self.setCurrentWidget(page)
        page.enter()
        self.moved.emit(place)
