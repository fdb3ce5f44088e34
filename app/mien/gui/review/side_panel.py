"""The column beside the picture: the selected person in full, below it everybody and all markers."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from mien.gui.look.theme import surfaces
from mien.gui.parts.buttons import Button
from mien.gui.parts.divider import Divider
from mien.gui.review.details import FaceDetails
from mien.gui.review.marker_paint import ink_of
from mien.gui.review.side_list import SideList, SideRow
from mien.overlay.style import UNCERTAIN_COLOUR, colour_of
from mien.session.notes.annotations import MARKER_DECIMALS, Marker
from mien.timeline.clock import clock
from mien.timeline.lanes import Lanes

WIDTH_PX: Final = 320
NARROW_WIDTH_PX: Final = 284
_LIST_PX: Final = 184
_LOW_LIST_PX: Final = 96
_HIGH_PX: Final = 720
_LOW_PX: Final = 600


class SidePanel(QWidget):
    """Holds ``details`` and the lists ``people`` and ``markers``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.details = FaceDetails()
        self.people = SideList("People", "Nobody was found yet.")
        self.markers = SideList(
            "Markers", "No markers yet. E marks an event, N writes a note, X begins and ends an excluded span."
        )
        self.people_tab = Button("People", framed=False)
        self.markers_tab = Button("Markers", framed=False)
        self.close_button = Button(icon="session", tip="Close this and go back to the sessions", key="review.stop")
        self._group = QButtonGroup(self)
        self._shown_markers: tuple[Marker, ...] = ()
        self._marker_looks: object = None
        self._lists = QStackedWidget()
        for index, (tab, rows) in enumerate(((self.people_tab, self.people), (self.markers_tab, self.markers))):
            tab.setCheckable(True)
            self._group.addButton(tab, index)
            self._lists.addWidget(_scrolled(rows))
        self.people_tab.setChecked(True)
        self._group.idClicked.connect(self._lists.setCurrentIndex)
        self._lists.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lay_out()

    def show_people(self, lanes: Lanes, duration_s: float, person_id: int | None) -> None:
        """List everybody, with the shares of their expressions."""
        rows = []
        for lane in lanes.lanes:
            totals_s = lane.columns.totals_s
            all_s = float(totals_s.sum())
            inks = [*(colour_of(label) for label in lanes.labels), UNCERTAIN_COLOUR]
            shares = tuple(
                (ink, float(total_s) / all_s) for ink, total_s in zip(inks, totals_s, strict=True) if total_s > 0
            )
            seen = f"{clock(lane.first_s)} – {clock(lane.last_s)}"
            rows.append(SideRow(lane.person_id, lane.name, figure=seen, shares=shares))
        self.people.show_rows(tuple(rows), person_id)
        self._say_count(self.people_tab, "People", len(rows))

    def show_markers(
        self, markers: tuple[Marker, ...], selected: Marker | None, types: Mapping[str, str] | None = None
    ) -> None:
        """List all markers; ``types`` are the colours of the user's types of events, by name."""
        inks = dict(types or {})
        looks = (inks, surfaces())
        if markers is self._shown_markers and looks == self._marker_looks:  # there may be twenty thousand
            self.markers.show_rows(self.markers.rows, selected)
            return
        self._shown_markers, self._marker_looks = markers, looks
        rows = tuple(
            SideRow(
                marker,
                marker.text.splitlines()[0] if marker.text else marker.title,
                detail=_detail(marker),
                figure=clock(marker.start_s, decimals=MARKER_DECIMALS),
                ink=ink_of(marker, inks),
            )
            for marker in markers
        )
        self.markers.show_rows(rows, selected)
        self._say_count(self.markers_tab, "Markers", len(rows))

    def go_to_markers(self) -> None:
        """Bring the list of markers to the front."""
        self.markers_tab.setChecked(True)
        self._lists.setCurrentIndex(1)

    def minimumSizeHint(self) -> QSize:
        """Return the smallest size that works, once ``resizeEvent`` has left out what must go."""
        return QSize(NARROW_WIDTH_PX, 300)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Come closer together where there is little height; the numbers of the circle stay in the gauges."""
        height = event.size().height()
        self._lists.setFixedHeight(_LIST_PX if height >= _HIGH_PX else _LOW_LIST_PX)
        self.details.set_tight(is_tight=height < _HIGH_PX, is_low=height < _LOW_PX)
        super().resizeEvent(event)

    def _say_count(self, tab: Button, word: str, count: int) -> None:
        text = f"{word}  {count}" if count else word
        if text != tab.text():
            tab.setText(text)
            tab.updateGeometry()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(_scrolled(self.details), 1)
        layout.addWidget(Divider())
        tabs = QHBoxLayout()
        tabs.setContentsMargins(8, 8, 8, 4)
        tabs.setSpacing(4)
        for tab in (self.people_tab, self.markers_tab):
            tabs.addWidget(tab)
        tabs.addStretch(1)
        tabs.addWidget(self.close_button)
        layout.addLayout(tabs)
        lists = QHBoxLayout()
        lists.setContentsMargins(8, 0, 8, 8)
        lists.addWidget(self._lists)
        layout.addLayout(lists)


def _detail(marker: Marker) -> str:
    """Return what the title does not say: the kind where it is the text, and a span's length."""
    kind = ", ".join(part for part in (marker.title if marker.text else "", marker.code) if part)
    if marker.end_s is None:
        return kind or "Double-click writes a text"
    length = f"{marker.end_s - marker.start_s:.1f} s"
    return f"{kind}, {length}" if kind else length


def _scrolled(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.viewport().setAutoFillBackground(False)
    widget.setAutoFillBackground(False)
    return area
