"""The column beside the picture: the selected face in full, all faces below it."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.core.face import FaceReading
from app.gui.bars import ProbabilityBars
from app.gui.circumplex import Circumplex
from app.gui.divider import Divider
from app.gui.easing import Animator
from app.gui.empty_state import EmptyState
from app.gui.face_header import FaceHeader
from app.gui.face_list import ROW_PX, FaceEntry, FaceList
from app.gui.gauges import AffectGauges
from app.gui.label_hold import HeldLabel
from app.gui.typography import SMALL_PX, text_font

WIDTH_PX: Final = 320
NARROW_WIDTH_PX: Final = 284
FIGURES_S: Final = 0.2
"""Figures that change more often cannot be read; bars and points glide all the same."""
_TIGHT_BELOW_PX: Final = 620
_LIST_ROWS: Final = 3


class FacePanel(QWidget):
    """Shows one reading and the list of faces; emits ``face_chosen`` with a track id."""

    face_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.header = FaceHeader()
        self.bars = ProbabilityBars()
        self.gauges = AffectGauges()
        self.circumplex = Circumplex()
        self.faces = FaceList()
        self.empty = EmptyState("face", "Nobody in view", "", icon_px=40, large=False)
        self._face_id: int | None = None
        self._listed_id: int | None = None
        self._told_s, self._told_label = -1.0, ""
        self._animator = Animator([self.bars.advance, self.gauges.advance, self.circumplex.advance], self)
        self.faces.chosen.connect(self.face_chosen)
        self._list_area = self._make_list()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_face())
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack)
        self.show_empty("Readings appear here", "Open a camera or a video to begin.")

    @property
    def is_empty(self) -> bool:
        """Whether it shows no face."""
        return self._stack.currentWidget() is self.empty

    @property
    def face_id(self) -> int | None:
        """Track id of the face that it shows, or None."""
        return None if self.is_empty else self._face_id

    def show_reading(self, reading: FaceReading, held: HeldLabel, time_s: float) -> None:
        """Glide to a reading; another face than before is there at once."""
        track_id = reading.track.track_id
        is_other = track_id != self._face_id or self.is_empty
        self._face_id = track_id
        tells = is_other or held.label != self._told_label or not 0.0 <= time_s - self._told_s < FIGURES_S
        if tells:
            self._told_s, self._told_label = time_s, held.label
            self.header.show_face(f"Face {track_id}", held.label, held.confidence, reading.quality, held.reason)
        self.bars.show_emotion(
            reading.emotion, held.label, is_certain=held.reason is None, jump=is_other, tells=tells
        )
        self.gauges.show_affect(reading.affect, jump=is_other, tells=tells)
        self.circumplex.show_affect(reading.affect, held.label, time_s, jump=is_other)
        if self.is_empty:
            self._stack.setCurrentIndex(0)
        self._animator.wake()

    def show_faces(self, entries: tuple[FaceEntry, ...], selected: int | None) -> None:
        """Show the list of all faces; it is there only where there is a choice."""
        self.faces.show_faces(entries, selected)
        self._scroll.setFixedHeight(ROW_PX * max(min(len(entries), _LIST_ROWS), 1))
        self._list_area.setVisible(len(entries) > 1)
        self._fit()
        if selected != self._listed_id:
            self._listed_id = selected
            row = next((row for row, entry in enumerate(entries) if entry.track_id == selected), 0)
            self._scroll.ensureVisible(0, row * ROW_PX + ROW_PX // 2, 0, ROW_PX // 2)

    def show_empty(self, title: str, text: str) -> None:
        """Show that there is nothing to read, and why."""
        self._face_id = None
        self.empty.set_content("face", title, text)
        self._stack.setCurrentWidget(self.empty)
        self._list_area.setVisible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Come closer together where there is little height."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Use the height there is; in a low window the list takes the place of the circle, whose numbers stay."""
        is_tight = self.height() < _TIGHT_BELOW_PX
        self.bars.set_tight(is_tight)
        self.circumplex.setVisible(not (is_tight and self._list_area.isVisibleTo(self)))

    def _make_face(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(_padded(self.header, (16, 16, 16, 8)))
        layout.addLayout(_padded(self.bars, (16, 4, 16, 12)))
        layout.addWidget(Divider())
        layout.addLayout(_padded(self.gauges, (16, 12, 16, 8)))
        layout.addLayout(_padded(self.circumplex, (16, 0, 16, 8)), 1)
        layout.addStretch(0)
        layout.addWidget(self._list_area)
        return page

    def _make_list(self) -> QWidget:
        area = QWidget()
        title = QLabel("In view")
        title.setFont(text_font(SMALL_PX))
        title.setProperty("role", "quiet")
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.faces)
        scroll.viewport().setAutoFillBackground(False)
        self.faces.setAutoFillBackground(False)
        layout = QVBoxLayout(area)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(Divider())
        layout.addLayout(_padded(title, (16, 12, 16, 4)))
        layout.addLayout(_padded(scroll, (8, 0, 8, 8)))
        return area


def _padded(widget: QWidget, margins: tuple[int, int, int, int]) -> QHBoxLayout:
    layout = QHBoxLayout()
    layout.setContentsMargins(*margins)
    layout.addWidget(widget)
    return layout
