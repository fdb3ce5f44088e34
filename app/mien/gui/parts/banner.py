"""A calm line over the picture: what happened, and the remedy as a button."""

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import colour, surfaces
from mien.gui.parts.buttons import Button

Tone = Literal["error", "notice", "done"]

HEIGHT_PX: Final = 48
_DONE_MS: Final = 6000


class Banner(QWidget):
    """Shows one message at a time; what went well leaves by itself, an error stays until it is read.

    Emits ``closed`` when the message was answered, read, or has left.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = "notice"
        self._act: Callable[[], None] | None = None
        self._message = QLabel()
        self._message.setWordWrap(True)
        self._message.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = Button("", framed=True)
        self._close = Button(icon="close", tip="Close")
        self._button.clicked.connect(self._run_action)
        self._close.clicked.connect(self.close_message)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close_message)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(48, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._message, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        self.hide()

    @property
    def tone(self) -> Tone:
        """How the message is meant."""
        return self._tone

    @property
    def text(self) -> str:
        """The message."""
        return self._message.text()

    @property
    def remedy(self) -> Button:
        """The button with the remedy; hidden where there is none."""
        return self._button

    def show_message(self, text: str, tone: Tone, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Show a message.

        Args:
            text: One line.
            tone: "done" leaves after a few seconds.
            action: What the button says; empty for none.
            act: What it does.
        """
        self._tone, self._act = tone, act
        self._message.setText(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._button.updateGeometry()
        self._timer.stop()
        if tone == "done":
            self._timer.start(_DONE_MS)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        ink = {"error": s.red, "notice": s.amber, "done": s.accent}[self._tone]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(colour(s.line), 1))
        painter.setBrush(colour(s.panel))
        painter.drawRoundedRect(rect, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(ink))
        painter.drawRoundedRect(QRectF(rect.left() + 4, rect.top() + 8, 3, rect.height() - 16), 1.5, 1.5)
        draw_icon(
            painter, "check" if self._tone == "done" else "notice", QRectF(18, rect.center().y() - 10, 20, 20), ink
        )
        painter.end()

    def close_message(self) -> None:
        """Take the message away."""
        self._timer.stop()
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def _run_action(self) -> None:
        act = self._act
        self.close_message()
        if act is not None:
            act()
