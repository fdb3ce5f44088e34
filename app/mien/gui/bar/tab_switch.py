"""The switch between the three tabs: one click each."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from mien.gui.look.theme import colour, surfaces
from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.pressable import Pressable
from mien.gui.tab_page import Tab

HEIGHT_PX: Final = 32
_PAD_PX: Final = 14
_DOT_PX: Final = 3.0
NAMES: Final = {Tab.LIVE: "Live", Tab.REVIEW: "Review", Tab.BATCH: "Batch"}
_TIPS: Final = {
    Tab.LIVE: "What the camera sees (1)",
    Tab.REVIEW: "A video or a recorded session (2)",
    Tab.BATCH: "A queue of files (3)",
}


class TabSwitch(QWidget):
    """Three segments in one frame; emits ``chosen`` with a ``Tab``."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Tabs")
        self.segments = {tab: Segment(NAMES[tab], _TIPS[tab]) for tab in Tab}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(2)
        for tab, segment in self.segments.items():
            segment.clicked.connect(lambda _checked, chosen=tab: self.chosen.emit(chosen))
            layout.addWidget(segment)

    def show_tab(self, tab: Tab) -> None:
        """Mark where one is."""
        for each, segment in self.segments.items():
            segment.setChecked(each is tab)

    def show_busy(self, tab: Tab, what: str) -> None:
        """Mark a tab where something goes on: "recording"; empty for nothing."""
        self.segments[tab].set_busy(what)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(surfaces().window))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.end()


class Segment(Pressable):
    """One tab."""

    def __init__(self, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tip = tip
        self._busy = ""
        self.setText(text)
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_busy("")

    @property
    def busy(self) -> str:
        """What goes on there; empty for nothing."""
        return self._busy

    def set_busy(self, what: str) -> None:
        """Say what goes on there, with a dot on the segment; its width stays."""
        self._busy = what
        self.setAccessibleName(f"{self.text()}, {what}" if what else self.text())
        self.setToolTip(f"{self._tip}, {what}" if what else self._tip)
        self.update()

    def nextCheckState(self) -> None:
        """Stay as it is: what is marked is where one is, and not what was clicked."""

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        width = QFontMetricsF(text_font(BASE_PX, strong=True)).horizontalAdvance(self.text())
        return QSize(int(width + 2 * _PAD_PX + 0.999), HEIGHT_PX - 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        s = surfaces()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        painter.setPen(QPen(colour(s.accent), 1.5) if self.has_ring else Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(colour(s.raised))
        else:
            painter.setBrush(colour(s.line, 0.6) if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 6, 6)
        painter.setFont(text_font(BASE_PX, strong=True))
        painter.setPen(colour(s.text if self.isChecked() or self.underMouse() else s.quiet))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._busy:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(s.red if self._busy == "recording" else s.accent))
            dot = rect.topRight()
            painter.drawEllipse(QRectF(dot.x() - 9, dot.y() + 3, 2 * _DOT_PX, 2 * _DOT_PX))
        painter.end()
