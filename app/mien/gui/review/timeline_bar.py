"""The line under the timeline: which curves are drawn, where one is, and zoom."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from mien.gui.parts.buttons import Button
from mien.gui.parts.curve_menu import CurveMenu
from mien.gui.review.overview_bar import OverviewBar
from mien.gui.review.timeline_layout import GUTTER_PX, RIGHT_PX

HEIGHT_PX = 36


class TimelineBar(QWidget):
    """Emits what was asked for by the name of its command; holds ``menu`` and ``overview``."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT_PX)
        self.menu = CurveMenu(self)
        self.overview = OverviewBar()
        self.curves = Button("Curves", "curves", tip="Choose which curves are drawn", has_menu=True)
        self.zoom_out = Button(icon="zoom-out", tip="Zoom out", key="review.zoom_out")
        self.zoom_in = Button(icon="zoom-in", tip="Zoom in", key="review.zoom_in")
        self.zoom_all = Button(icon="whole", tip="The whole timeline", key="review.zoom_all")
        self.curves.clicked.connect(self._open_menu)
        self.views = Button(icon="bands", tip="Saved views: curves and time", key="review.views")
        self.statistics = Button(
            icon="table", tip="Statistics of the selection, a marker or a condition", key="review.statistics"
        )
        for button, command in (
            (self.views, "views"),
            (self.statistics, "statistics"),
            (self.zoom_out, "zoom_out"),
            (self.zoom_in, "zoom_in"),
            (self.zoom_all, "zoom_all"),
        ):
            button.clicked.connect(lambda _checked=False, name=command: self.asked.emit(name))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, RIGHT_PX - 8, 0)
        layout.setSpacing(4)
        self.curves.setFixedWidth(GUTTER_PX - 16)
        layout.addWidget(self.curves)
        layout.addSpacing(4)
        layout.addWidget(self.overview, 1)
        layout.addSpacing(8)
        for button in (self.views, self.statistics, self.zoom_out, self.zoom_in, self.zoom_all):
            layout.addWidget(button)

    def _open_menu(self) -> None:
        self.menu.ensurePolished()
        corner = self.curves.mapToGlobal(self.curves.rect().topLeft())
        self.menu.popup(corner - QPoint(0, self.menu.sizeHint().height() + 4))
