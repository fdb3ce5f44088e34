"""A message in the middle of the picture: opening, paused, waiting for the camera, at the end."""

from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, LARGE_PX, text_font

_WIDTH_PX: Final = 440
_HEIGHT_PX: Final = 156
_DISC_PX: Final = 64


class PictureCard(QWidget):
    """An icon on a disc and two lines: light on a dimmed picture, else in the theme's colours.

    Emits ``clicked``.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = self._title = self._text = ""
        self._can_click = False
        self._on_picture = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(_WIDTH_PX, _HEIGHT_PX)
        self.hide()

    @property
    def title(self) -> str:
        """The first line; empty while it is hidden."""
        return self._title if not self.isHidden() else ""

    @property
    def text(self) -> str:
        """The second line."""
        return self._text

    def show_message(
        self, icon: str, title: str, text: str = "", *, can_click: bool = False, on_picture: bool = True
    ) -> None:
        """Show a message.

        Args:
            icon: A name from ``mien.gui.look.icons``.
            title: The line that stands out.
            text: The line below.
            can_click: The disc is a button.
            on_picture: There is a dimmed picture behind it.
        """
        self._on_picture = on_picture
        self._icon, self._title, self._text, self._can_click = icon, title, text, can_click
        cursor = Qt.CursorShape.PointingHandCursor if can_click else Qt.CursorShape.ArrowCursor
        self.setCursor(cursor)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not can_click)
        self.setAccessibleName(title)
        self.show()
        self.raise_()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell that it was clicked."""
        if event.button() == Qt.MouseButton.LeftButton and self._can_click:
            self.clicked.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF((self.width() - _DISC_PX) / 2, 4, _DISC_PX, _DISC_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        s = surfaces()
        ink, quiet, ground = ("#FFFFFF", "#D5DAE1", "#FFFFFF") if self._on_picture else (s.text, s.quiet, s.quiet)
        painter.setBrush(colour(ground, 0.22 if self.underMouse() and self._can_click else 0.14))
        painter.drawEllipse(disc)
        draw_icon(painter, self._icon, disc.adjusted(18, 18, -18, -18), ink)
        centre = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(text_font(LARGE_PX, strong=True))
        painter.setPen(colour(ink))
        painter.drawText(QRectF(0, _DISC_PX + 16, self.width(), 28), centre, self._title)
        painter.setFont(text_font(BASE_PX))
        painter.setPen(colour(quiet))
        painter.drawText(QRectF(0, _DISC_PX + 48, self.width(), 24), centre, self._text)
        painter.end()
