"""How Review is laid out: picture over timeline, the panel beside them, the bar below."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from mien.gui.parts.divider import Divider
from mien.gui.parts.stage import Stage
from mien.gui.review.review_timeline import ReviewTimeline
from mien.gui.review.review_transport import ReviewTransport
from mien.gui.review.side_panel import NARROW_WIDTH_PX, WIDTH_PX, SidePanel
from mien.gui.review.timeline_bar import TimelineBar
from mien.gui.review.work_strip import WorkStrip
from mien.timeline.lanes import Lanes

_NARROW_BELOW_PX: Final = 1100
_LOWER_SHARE: Final = 0.55
"""Of the height, for all below the picture, until the user has chosen another."""


class ReviewWorkspace(QWidget):
    """Holds the parts, and keeps the picture as large as the others let it.

    Args:
        lanes: What the timeline shows.
        strips: Shown over the timeline while they have something to say.
    """

    def __init__(self, lanes: Lanes, strips: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stage, self.side, self.strip = Stage(), SidePanel(), WorkStrip("Progress of the readings")
        self.timeline, self.timeline_bar, self.transport = ReviewTimeline(lanes), TimelineBar(), ReviewTransport()
        self._is_split_by_hand = False
        self._line = Divider(Qt.Orientation.Vertical)
        self._lower = QWidget()
        lower = QVBoxLayout(self._lower)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(0)
        for part in (Divider(), self.strip, *strips, self.timeline, self.timeline_bar):
            lower.addWidget(part, 1 if part is self.timeline else 0)
        self._splitter = self._make_splitter()
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self._splitter, 1)
        upper.addWidget(self._line)
        upper.addWidget(self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(upper, 1)
        layout.addWidget(self.transport)

    def show_panels(self, is_shown: bool) -> None:
        """Show or hide all but the picture."""
        for part in (self.side, self._line, self._lower, self.transport):
            part.setVisible(is_shown)

    def fit_timeline(self) -> None:
        """Give the timeline the height of its lanes, until the user has chosen another."""
        if not self._is_split_by_hand:
            room = sum(self._splitter.sizes())
            wanted = min(self._lower.sizeHint().height(), round(room * _LOWER_SHARE))
            self._splitter.setSizes([room - wanted, wanted])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the picture what the other parts can spare."""
        self.side.setFixedWidth(NARROW_WIDTH_PX if self.width() < _NARROW_BELOW_PX else WIDTH_PX)
        super().resizeEvent(event)
        self.fit_timeline()

    def _make_splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(3)
        splitter.setStyleSheet("QSplitter::handle { background: transparent; image: none; }")
        splitter.addWidget(self.stage)
        splitter.addWidget(self._lower)
        splitter.setStretchFactor(0, 1)
        splitter.splitterMoved.connect(self._split_by_hand)
        return splitter

    def _split_by_hand(self) -> None:
        self._is_split_by_hand = True
