"""The details beside or below the picture: the selected face in full, and all faces in view."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from mien.core.arrays import Image
from mien.core.face import ShownReading
from mien.gui.live.face_list import FaceEntry, FaceList
from mien.gui.live.seen_view import SeenView
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.circumplex import Circumplex
from mien.gui.parts.detail_view import DetailView
from mien.gui.parts.divider import Divider
from mien.gui.parts.easing import Animator
from mien.gui.parts.empty_state import EmptyState
from mien.gui.parts.face_header import FaceHeader
from mien.gui.parts.gauges import AffectGauges
from mien.gui.parts.probability_bars import ProbabilityBars
from mien.gui.parts.row_list import ROW_PX
from mien.gui.parts.scrolled import scrolled
from mien.gui.parts.tab_row import TabRow

WIDTH_PX: Final = 320
WIDE_PX: Final = 400
"""In a window of a large screen."""
QWIDGETSIZE_MAX: Final = (1 << 24) - 1
"""Qt's own word for "no limit"; its Python side does not export it."""
_ROW_MARGIN_PX: Final = 20
"""As a row below the picture it is as high as the bars, and this much more."""
FIGURES_S: Final = 0.2
"""Figures that change more often cannot be read; bars and points glide all the same."""
_TIGHT_BELOW_PX: Final = 620
_LIST_ROWS: Final = 3
_MANY_ROWS: Final = 8
_MANY_ROWS_FROM_PX: Final = 1100
_LEAST_CIRCLE_PX: Final = 120
_COLUMNS_PX: Final = (216, 232, 180, 240, 216)
"""As a row: head and gauges, bars, circle, what the network sees, list; what does not fit is left out, the circle
first."""
_SECOND_PX: Final = 116
"""As much wider are the bars with a second network."""


class FacePanel(QWidget):
    """Shows one reading and the list of faces.

    Emits ``face_chosen`` with a track id, and ``shape_changed`` when it needs another width as a row.
    """

    face_chosen = Signal(int)
    shape_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.header = FaceHeader()
        self.bars = ProbabilityBars()
        self.gauges = AffectGauges()
        self.circumplex = Circumplex()
        self.seen = SeenView()
        self.faces = FaceList()
        self.detail = DetailView()
        self.tabs = TabRow(("Expression", "In detail"))
        self.empty = EmptyState("face", "Nobody in view", "", icon_px=40, large=False)
        self._face_id: int | None = None
        self._listed_id: int | None = None
        self._told_s, self._told_label = -1.0, ""
        self._shows_seen = self._has_list = self._is_row = False
        self._animator = Animator([self.bars.advance, self.gauges.advance, self.circumplex.advance], self)
        self.faces.chosen.connect(lambda track_id: self.face_chosen.emit(track_id))
        self._list_area = self._make_list()
        self._dividers = (Divider(), Divider())
        self._face_page = QWidget()
        self._grid = QGridLayout(self._face_page)
        self._grid.setSpacing(0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._face_page)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(scrolled(self.detail))
        self.tabs.hide()
        self.tabs.chosen.connect(lambda _: self._show_view())
        self._tab_area = QWidget()
        tab_layout = QHBoxLayout(self._tab_area)
        tab_layout.setContentsMargins(16, 4, 16, 0)
        tab_layout.addWidget(self.tabs)
        self._tab_area.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tab_area)
        layout.addWidget(self._stack)
        self._arrange()
        self.show_empty("Readings appear here", "Open a camera or a video to begin.")

    @property
    def is_empty(self) -> bool:
        """Whether it shows no face."""
        return self._stack.currentWidget() is self.empty

    @property
    def face_id(self) -> int | None:
        """Track id of the face that it shows, or None."""
        return None if self.is_empty else self._face_id

    def set_row(self, is_row: bool) -> None:
        """Lie below the picture as a row of columns, or stand beside it."""
        if is_row != self._is_row:
            self._is_row = is_row
            self._arrange()

    def offer_detail(self, is_offered: bool) -> None:
        """Offer the face in detail beside its expression, or no longer."""
        self.tabs.setVisible(is_offered)
        self._tab_area.setVisible(is_offered)
        if not is_offered:
            self.tabs.choose(0)
        self._fit()

    def set_seen(self, is_shown: bool) -> None:
        """Show or hide what the network sees."""
        self._shows_seen = is_shown
        self._fit()

    def show_reading(
        self,
        reading: ShownReading,
        time_s: float,
        models: tuple[str, str | None] = ("", None),
        blinks_a_minute: float | None = None,
    ) -> bool:
        """Glide to a reading; another face than before is there at once.

        Args:
            reading: What is shown of it.
            time_s: Media time.
            models: The names of the networks that read it.
            blinks_a_minute: Of this face so far, or None where that is not known.

        Returns:
            Whether new figures were written, a few times a second.
        """
        track_id = reading.track.face_id
        is_other = track_id != self._face_id or self.is_empty
        self._face_id = track_id
        tells = is_other or reading.label != self._told_label or not 0.0 <= time_s - self._told_s < FIGURES_S
        if tells:
            self._told_s, self._told_label = time_s, reading.label
            title = f"Face {track_id} · relative" if reading.is_relative else f"Face {track_id}"
            self.header.show_face(title, reading.label, reading.confidence, reading.quality, reading.doubt)
        self.bars.show_emotion(
            reading.emotion, reading.label, is_certain=reading.usable, jump=is_other, tells=tells
        )
        other, before = reading.other, self.bars.titles
        self.bars.show_other(
            None if other is None else (other.emotion, other.reason),
            (models[0], models[1] or ""),
            jump=is_other,
            tells=tells,
        )
        if self.bars.titles != before:
            self._fit()
            self.shape_changed.emit()
        other_affect = other.affect if other is not None else None
        self.gauges.show_affect(reading.affect, jump=is_other, tells=tells, other=other_affect)
        ring = None
        if other is not None and other_affect is not None:
            ring = (other_affect, other.label)
        self.circumplex.show_affect(reading.affect, reading.label, time_s, jump=is_other, other=ring)
        self.detail.show_details(reading.raw.details, blinks_a_minute, tells=tells, own=reading.own)
        if self.is_empty:
            self._show_view()
        self._animator.wake()
        return tells

    def show_seen(self, crop: Image | None, reading: ShownReading, *, is_hidden: bool) -> None:
        """Show the face as the network gets it, or its place where faces are hidden."""
        self.seen.show_crop(crop, reading.quality, is_hidden=is_hidden)

    def show_faces(self, entries: tuple[FaceEntry, ...], selected: int | None) -> None:
        """Show the list of all faces; it is there only where there is a choice."""
        self.faces.show_faces(entries, selected)
        rows = _LIST_ROWS if self._is_row or self.height() < _MANY_ROWS_FROM_PX else _MANY_ROWS
        self._scroll.setFixedHeight(ROW_PX * max(min(len(entries), rows), 1))
        if (len(entries) > 1) != self._has_list:
            self._has_list = len(entries) > 1
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
        self._has_list = False
        self._fit()

    def row_width_px(self, room_px: int) -> int:
        """Return its width as a row of about ``room_px``: as many whole columns as fit, at least two."""
        columns = self._columns_px()
        width = sum(columns[:2])
        for column in (3, 4, 2):
            if self._is_wanted(column) and width + columns[column] <= room_px:
                width += columns[column]
        return width

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Come closer together where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _show_view(self) -> None:
        """Show the expression or the face in detail, whichever was chosen."""
        self._stack.setCurrentIndex(2 if self.tabs.current == 1 else 0)

    def _columns_px(self) -> tuple[int, ...]:
        head, bars, *rest = _COLUMNS_PX
        return head, bars + (_SECOND_PX if self.bars.titles else 0), *rest

    def _is_wanted(self, column: int) -> bool:
        return {2: True, 3: self._shows_seen, 4: self._has_list}.get(column, True)

    def _fit(self) -> None:
        """Use the room there is; where it is short the circle goes first, since its numbers stay."""
        if self._is_row:
            columns = self._columns_px()
            left = self.width() - sum(columns[:2])
            for column in range(2):
                self._grid.setColumnStretch(column, columns[column])
            for column, widget in ((3, self.seen), (4, self._list_area), (2, self.circumplex)):
                fits = self._is_wanted(column) and left >= columns[column]
                left -= columns[column] if fits else 0
                widget.setVisible(fits)
                self._grid.setColumnStretch(column, columns[column] if fits else 0)
            self.bars.set_tight(True)
            tabs_px = 0 if self._tab_area.isHidden() else self._tab_area.sizeHint().height()
            self.setFixedHeight(self.bars.sizeHint().height() + _ROW_MARGIN_PX + tabs_px)
            return
        self.bars.set_tight(self.height() < _TIGHT_BELOW_PX)
        self.seen.setVisible(self._shows_seen)
        self._list_area.setVisible(self._has_list)
        self._dividers[1].setVisible(self._has_list)
        taken = [self.header, self.bars, self.gauges]
        taken += [self.seen] if self._shows_seen else []
        needed = sum(widget.sizeHint().height() for widget in taken) + 72
        needed += 0 if self._tab_area.isHidden() else self._tab_area.sizeHint().height()
        needed += self._list_area.sizeHint().height() if self._has_list else 0
        self.circumplex.setMaximumHeight(self.width())
        self.circumplex.setVisible(self.height() - needed >= _LEAST_CIRCLE_PX)

    def _arrange(self) -> None:
        """Lay the parts out below each other or side by side."""
        grid, top = self._grid, Qt.AlignmentFlag.AlignTop
        parts = (self.header, self.bars, self.gauges, self.circumplex, self.seen, self._list_area, *self._dividers)
        for widget in parts:
            grid.removeWidget(widget)
        for index in range(9):
            grid.setRowStretch(index, 0)
            grid.setColumnStretch(index, 0)
        for divider in self._dividers:
            divider.setVisible(not self._is_row)
        self.setMinimumSize(0, 0)
        self.setMaximumSize(QWIDGETSIZE_MAX, QWIDGETSIZE_MAX)
        if self._is_row:
            grid.setContentsMargins(16, 12, 8, 8)
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(8)
            grid.addWidget(self.header, 0, 0)
            grid.addWidget(self.gauges, 1, 0)
            grid.addWidget(self.bars, 0, 1, 3, 1, top)
            grid.addWidget(self.circumplex, 0, 2, 3, 1)
            grid.addWidget(self.seen, 0, 3, 3, 1, top)
            grid.addWidget(self._list_area, 0, 4, 3, 1, top)
            grid.setRowStretch(2, 1)
        else:
            grid.setContentsMargins(16, 16, 16, 8)
            grid.setHorizontalSpacing(0)
            grid.setVerticalSpacing(8)
            upright = (self.header, self.bars, self._dividers[0], self.gauges, self.circumplex, self.seen)
            for row, widget in enumerate(upright):
                grid.addWidget(widget, row, 0)
            grid.setRowStretch(4, 100)
            grid.setRowStretch(6, 1)
            grid.addWidget(self._dividers[1], 7, 0)
            grid.addWidget(self._list_area, 8, 0)
        self._fit()

    def _make_list(self) -> QWidget:
        area = QWidget()
        title = QLabel("In view")
        title.setFont(text_font(SMALL_PX))
        title.setProperty("role", "quiet")
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.faces)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        self.faces.setAutoFillBackground(False)
        layout = QVBoxLayout(area)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(title)
        layout.addWidget(scroll)
        return area
