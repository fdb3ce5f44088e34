"""The window's one kind of button: flat, with an icon, a text, or both."""

from typing import Final, Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from mien.gui.look.icons import draw_icon
from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.pressable import Pressable

Kind = Literal["plain", "primary", "record"]

HEIGHT_PX: Final = 32
_ICON_PX: Final = 18
_PAD_PX: Final = 12
_GAP_PX: Final = 8
_CHEVRON_PX: Final = 14
_RADIUS_PX: Final = 6


class Button(Pressable):
    """A flat button that paints itself.

    Args:
        text: May be empty.
        icon: A name from ``mien.gui.look.icons``; may be empty.
        kind: "primary" is the one thing to do on a page, "record" turns red while it is checked.
        tip: Shown on hover; also what a screen reader says where there is no text.
        reserve: The widest text that it will show, so that it never changes its width.
        has_menu: Draws a small arrow at its end.
        framed: Has a surface even when nobody hovers.
        key: What it is called in the table of keys, such as "live.record"; the tip shows its key.
    """

    def __init__(
        self,
        text: str = "",
        icon: str = "",
        *,
        kind: Kind = "plain",
        tip: str = "",
        reserve: str = "",
        has_menu: bool = False,
        framed: bool = False,
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._kind = kind
        self._reserve = reserve
        self._has_menu = has_menu
        self._framed = framed
        self.key_name = key
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text or tip)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def icon_name(self) -> str:
        """Which icon it shows."""
        return self._icon_name

    def set_icon(self, name: str, tip: str | None = None) -> None:
        """Show another icon, and say something else on hover."""
        if name != self._icon_name:
            self._icon_name = name
            self.update()
        if tip is not None:
            self.setToolTip(tip)
            if not self.text():
                self.setAccessibleName(tip)

    def set_kind(self, kind: Kind) -> None:
        """Become another kind; a plain one keeps a surface."""
        self._kind = kind
        self._framed = self._framed or kind == "plain"
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        metrics = QFontMetricsF(self._font())
        text = max(metrics.horizontalAdvance(self.text()), metrics.horizontalAdvance(self._reserve))
        if not text:
            return QSize(HEIGHT_PX, HEIGHT_PX)
        width = text + 2 * _PAD_PX
        width += _ICON_PX + _GAP_PX - 2 if self._icon_name else 0
        width += _CHEVRON_PX if self._has_menu else 0
        return QSize(int(width + 0.999), HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.38)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        surface = self._surface()
        painter.setPen(QPen(colour(surfaces().accent), 1.5) if self.has_ring else Qt.PenStyle.NoPen)
        painter.setBrush(surface if surface is not None else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, _RADIUS_PX, _RADIUS_PX)
        self._paint_content(painter, rect)
        painter.end()

    def _font(self) -> QFont:
        return text_font(BASE_PX, strong=self._kind == "primary", figures=self._kind == "record")

    def _surface(self) -> QColor | None:
        s = surfaces()
        lit = self.underMouse() and self.isEnabled()
        if self._kind == "primary":
            return colour(s.accent, 0.82 if self.isDown() else 0.92 if lit else 1.0)
        if self._kind == "record" and self.isChecked():
            return colour(s.red, 0.26 if lit else 0.18)
        if self.isChecked():
            return colour(s.accent, 0.24 if lit else 0.16)
        if self.isDown() or lit:
            return colour(s.line)
        return colour(s.raised) if self._framed else None

    def _ink(self) -> str:
        s = surfaces()
        if self._kind == "primary":
            return s.on_accent
        return s.text

    def _paint_content(self, painter: QPainter, rect: QRectF) -> None:
        ink = self._ink()
        marked = surfaces().accent if self.isChecked() and self._kind == "plain" else ink
        icon_ink = surfaces().red if self._kind == "record" else marked
        if not self.text() and not self._icon_name:
            return  # its text is still to come
        if not self.text():
            side = _ICON_PX + 2
            box = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
            draw_icon(painter, self._icon_name, box, icon_ink)
            return
        left = rect.left() + _PAD_PX
        if self._icon_name:
            left -= 2
            box = QRectF(left, rect.center().y() - _ICON_PX / 2, _ICON_PX, _ICON_PX)
            draw_icon(painter, self._icon_name, box, icon_ink)
            left += _ICON_PX + _GAP_PX
        right = rect.right() - _PAD_PX
        if self._has_menu:
            box = QRectF(right - _CHEVRON_PX + 4, rect.center().y() - _CHEVRON_PX / 2, _CHEVRON_PX, _CHEVRON_PX)
            draw_icon(painter, "down", box, surfaces().quiet if ink == surfaces().text else ink)
            right -= _CHEVRON_PX
        painter.setFont(self._font())
        painter.setPen(colour(ink))
        area = QRectF(left, rect.top(), right - left + 2, rect.height())
        text = QFontMetricsF(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
