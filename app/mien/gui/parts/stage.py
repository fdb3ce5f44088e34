"""The picture with what lies over it: cards in its middle, a banner at its top."""

from typing import Final

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mien.gui.look.theme import surfaces
from mien.gui.parts.banner import HEIGHT_PX, Banner
from mien.gui.parts.camera_light import CameraLight
from mien.gui.parts.picture_card import PictureCard
from mien.gui.parts.picture_view import PictureView
from mien.gui.parts.pill import Pill
from mien.gui.parts.ring import Ring

_BANNER_WIDTH_PX: Final = 720
_EDGE_PX: Final = 16


class Stage(QWidget):
    """Holds the picture and places the rest over it; emits ``card_clicked``."""

    card_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.picture = PictureView()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.picture)
        self.card = PictureCard(self)
        self.card.clicked.connect(self.card_clicked)
        self.pill = Pill(self)
        self.notice = Pill(self)
        self.countdown_ring = Ring(self, 160, surfaces().red)
        self.baseline_ring = Ring(self, 72, surfaces().accent)
        self.light = CameraLight(self, on_picture=True)
        self.light.move(_EDGE_PX, _EDGE_PX)
        self.light.hide()

    def say(self, icon: str, title: str, text: str = "", *, can_click: bool = False) -> None:
        """Put a message over a darkened picture."""
        self.picture.set_dimmed(True)
        has_picture = self.picture.has_picture
        self.card.show_message(icon, title, text, can_click=can_click, on_picture=has_picture)
        self._place()

    def clear_message(self) -> None:
        """Show the picture by itself."""
        self.picture.set_dimmed(False)
        self.card.hide()

    def show_pill(self, text: str) -> None:
        """Say something small in the corner; empty says nothing."""
        self.pill.set_text(text)

    def show_notice(self, text: str) -> None:
        """Say what a recording lacks, beside the corner; empty says nothing."""
        if text != self.notice.text:
            self.notice.set_text(text)
            self._place()

    def show_light(self, is_on: bool) -> None:
        """Show the camera's light on the picture, for when the bars are hidden."""
        self.light.set_on(True)
        self.light.setVisible(is_on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the card in the middle."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self.pill.move(_EDGE_PX, self.height() - self.pill.height() - _EDGE_PX)
        self.notice.move(
            self.width() - self.notice.width() - _EDGE_PX, self.height() - self.notice.height() - _EDGE_PX
        )
        ring = self.countdown_ring
        ring.move((self.width() - ring.width()) // 2, (self.height() - ring.height()) // 2)
        ring = self.baseline_ring
        ring.move((self.width() - ring.width()) // 2, self.height() - ring.height() - _EDGE_PX)
        self.card.move((self.width() - self.card.width()) // 2, (self.height() - self.card.height()) // 2)


def place_banner(banner: Banner, over: QWidget) -> None:
    """Put the banner at the top of a widget, in its middle; the banner is a child of that widget's parent."""
    parent = banner.parentWidget()
    assert parent is not None
    corner = over.mapTo(parent, QPoint(0, 0))
    width = min(over.width() - 2 * _EDGE_PX, _BANNER_WIDTH_PX)
    height = max(HEIGHT_PX, banner.heightForWidth(width))
    left = corner.x() + (over.width() - width) // 2
    banner.setGeometry(left, corner.y() + _EDGE_PX, width, height)
