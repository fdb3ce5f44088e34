"""The page that watches: the picture with its timeline, the details beside it or, in a narrow window, below it."""

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from mien.gui.live.details_window import DetailsWindow
from mien.gui.live.face_panel import WIDE_PX, WIDTH_PX, FacePanel
from mien.gui.live.live_timeline import LiveTimeline
from mien.gui.live.readings_presenter import ReadingsPresenter
from mien.gui.look.theme import colour, surfaces
from mien.gui.parts.divider import Divider
from mien.gui.parts.stage import Stage
from mien.timeline.history import History

NARROW_BELOW_PX: Final = 1100
"""A narrower window has the details below the picture."""
_WIDE_FROM_PX: Final = 1900
_HIGH_FROM_PX: Final = 1200
_LOW_BELOW_PX: Final = 640
_SHARED_BELOW_PX: Final = 760
"""A narrow window that is lower than this has details and timeline side by side below the picture."""


class LiveWorkspace(QWidget):
    """Holds the parts and keeps the picture as large as the window lets it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        history = History()
        self.stage = Stage()
        self.panel = FacePanel()
        self.timeline = LiveTimeline(history)
        self.readings = ReadingsPresenter(self.stage.picture, self.panel, self.timeline, history)
        self._lines = (Divider(), Divider(Qt.Orientation.Vertical), Divider())
        self._arrangement = ""
        self._shows_panels = True
        self._details: DetailsWindow | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self._arrange("beside")
        self.stage.picture.face_chosen.connect(self.readings.choose)
        self.stage.picture.emptiness_clicked.connect(lambda: self.readings.choose(None))
        self.panel.face_chosen.connect(self.readings.choose)
        self.panel.shape_changed.connect(self._share)

    @property
    def arrangement(self) -> str:
        """Where the details are: "beside" the picture, "below" it, there "shared" with the timeline, or "away"."""
        return self._arrangement

    def show_panels(self, is_shown: bool) -> None:
        """Show or hide all but the picture."""
        self._shows_panels = is_shown
        self._show_parts()

    def toggle_details(self) -> None:
        """Move the details into a window of their own, or back."""
        if self._details is not None:
            self._details.close()
            return
        self._arrange("away")
        self._details = DetailsWindow(self.panel, self)
        self._details.closed.connect(self._take_back)
        self._details.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the picture what the other parts can spare."""
        self._fit()
        self.timeline.set_low(self._arrangement == "beside" and self.height() < _LOW_BELOW_PX)
        self._share()
        self.timeline.set_high(self.height() >= _HIGH_FROM_PX)
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(surfaces().panel))
        painter.fillRect(QRectF(self.stage.geometry()), colour(surfaces().window))
        painter.end()

    def _fit(self) -> None:
        if self._details is not None:
            self._arrange("away")
        elif self.width() >= NARROW_BELOW_PX:
            self._arrange("beside")
        else:
            self._arrange("below" if self.height() >= _SHARED_BELOW_PX else "shared")

    def _take_back(self) -> None:
        """Put the details back to where they belong."""
        details, self._details = self._details, None
        self.panel.setParent(self)
        if details is not None:
            details.deleteLater()
        self._fit()
        self._share()

    def _share(self) -> None:
        """Give the details their width: beside the picture, or in one row with the timeline below it."""
        if self._arrangement == "beside":
            self.panel.setFixedWidth(WIDE_PX if self.width() >= _WIDE_FROM_PX else WIDTH_PX)
        elif self._arrangement == "shared":
            self.panel.setFixedWidth(self.panel.row_width_px(self.width() // 2))

    def _show_parts(self) -> None:
        first, upright, second = self._lines
        used = {"beside": (first, upright), "shared": (first, upright), "below": (first, second), "away": (first,)}
        self.panel.setVisible(self._shows_panels or self._arrangement == "away")
        self.timeline.setVisible(self._shows_panels)
        for line in self._lines:
            line.setVisible(self._shows_panels and line in used[self._arrangement])

    def _arrange(self, arrangement: str) -> None:
        if arrangement == self._arrangement:
            return
        self._arrangement = arrangement
        grid, (first, upright, second) = self._grid, self._lines
        for widget in (self.stage, self.panel, self.timeline, *self._lines):
            grid.removeWidget(widget)
        for index in range(5):
            grid.setRowStretch(index, 0)
            grid.setColumnStretch(index, 0)
        grid.setRowStretch(0, 1)
        is_row = arrangement in ("below", "shared")
        self.panel.set_row(is_row)
        self.timeline.set_fills(arrangement == "shared")
        if arrangement == "beside":
            grid.addWidget(self.stage, 0, 0)
            grid.addWidget(first, 1, 0)
            grid.addWidget(self.timeline, 2, 0)
            grid.addWidget(upright, 0, 1, 3, 1)
            grid.addWidget(self.panel, 0, 2, 3, 1)
            grid.setColumnStretch(0, 1)
        elif arrangement == "shared":
            grid.addWidget(self.stage, 0, 0, 1, 3)
            grid.addWidget(first, 1, 0, 1, 3)
            grid.addWidget(self.panel, 2, 0)
            grid.addWidget(upright, 2, 1)
            grid.addWidget(self.timeline, 2, 2)
            grid.setColumnStretch(2, 1)
        else:
            grid.addWidget(self.stage, 0, 0)
            grid.addWidget(first, 1, 0)
            grid.addWidget(self.timeline, 2, 0)
            grid.setColumnStretch(0, 1)
        if arrangement == "below":
            grid.addWidget(second, 3, 0)
            grid.addWidget(self.panel, 4, 0)
        self._show_parts()
