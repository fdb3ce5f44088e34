"""The timeline under the picture: a lane for each person over time, with markers and the playhead."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from mien.gui.parts.spoken import tell
from mien.gui.review.hand_paint import hand_label_at
from mien.gui.review.marker_paint import marker_at, rect_of
from mien.gui.review.timeline_layout import GUTTER_PX, LANE_STEP_PX, TimelineLayout, height_for, panes_px
from mien.gui.review.timeline_motion import OpenSpan, paint_drag, paint_moved, paint_open_span, paint_playhead
from mien.gui.review.timeline_still import TimelineContent, paint_still
from mien.session.notes.annotations import HandLabel, Marker
from mien.session.notes.marker_drag import MarkerDrag, part_at
from mien.session.notes.marker_text import describe_hand_label, describe_marker
from mien.timeline.clock import clock
from mien.timeline.lanes import Lane, Lanes
from mien.timeline.moment_text import describe_moment
from mien.timeline.panes import panes_of
from mien.timeline.quantities import Quantity
from mien.timeline.visible_range import VisibleRange

ZOOM: Final = 1.25
_MAX_SHOWN_LANES: Final = 4
_DRAG_PX: Final = 6


class ReviewTimeline(QWidget):
    """Shows ``lanes``; whoever changes them calls ``refresh``.

    Emits ``sought`` with a media time, ``person_chosen`` and ``rename_asked`` with a person's id, ``merge_asked``
    with two, ``marker_chosen`` and ``marker_opened`` with a ``Marker`` (chosen: or None), ``marker_moved`` with
    one before and after, ``span_chosen`` with start and end of a span, ``menu_asked`` with a global position, a
    person's id or None, and a ``Marker`` or None,
    ``heights_changed`` when more or less lies under
    the bands, and ``view_changed`` when another stretch of time is on screen.

    Attributes:
        nearest_frame: Gives the time of the frame nearest to a time: markers are dragged to frames.
    """

    sought = Signal(float)
    person_chosen = Signal(int)
    rename_asked = Signal(int)
    merge_asked = Signal(int, int)
    marker_moved = Signal(object, object)
    marker_chosen = Signal(object)
    marker_opened = Signal(object)
    span_chosen = Signal(float, float)
    menu_asked = Signal(QPoint, object, object)
    heights_changed = Signal()
    view_changed = Signal()

    def __init__(self, lanes: Lanes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.nearest_frame: Callable[[float], float] = lambda time_s: time_s
        self._content = TimelineContent(lanes)
        self._view = VisibleRange()
        self._time_s = 0.0
        self._scrolled_px = 0.0
        self._still: QPixmap | None = None
        self._is_scrubbing = False
        self._selected_from: float | None = None
        self._panned_from: float | None = None
        self._dragged: Lane | None = None
        self._grip: MarkerDrag | None = None
        self._moved: Marker | None = None
        self._press = QPointF()
        self._pointer = QPointF()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(height_for((0.0,), 64))
        self.setAccessibleName("Timeline")

    @property
    def view(self) -> VisibleRange:
        """Which time is on screen."""
        return self._view

    @property
    def layout_now(self) -> TimelineLayout:
        """Where the parts lie at this moment."""
        content = self._content
        plain = TimelineLayout(self.width(), self.height(), content.lane_heights(), panes_px(content.panes))
        scrolled_px = min(self._scrolled_px, plain.hidden_px)
        return replace(plain, scrolled_px=scrolled_px, by_hand=content.lanes_by_hand())

    def set_duration(self, duration_s: float) -> None:
        """Tell how long the video is; a new one is shown whole."""
        self.look_at(VisibleRange.whole(duration_s))

    def refresh(self, read_until_s: float) -> None:
        """Draw the lanes anew: readings were added, or people renamed and merged."""
        self._content.read_until_s = read_until_s
        self.updateGeometry()
        self._redraw()

    def show_markers(self, markers: tuple[Marker, ...], selected: Marker | None) -> None:
        """Show these markers; ``selected`` is the one in hand."""
        if self._grip is not None and self._grip.marker not in markers:
            self.drop_marker()
        self._content.markers, self._content.selected = markers, selected
        self._redraw()

    def show_curves(self, quantities: tuple[Quantity, ...]) -> None:
        """Draw these numbers as curves."""
        panes = panes_of(quantities)
        if panes != self._content.panes:
            self._content.panes = panes
            self.updateGeometry()
            self._redraw()

    def pin(self, person_id: int) -> None:
        """Draw a person's curves under the band as well, or no longer."""
        self._content.pinned = self._content.pinned ^ {person_id}
        self.updateGeometry()
        self._redraw()
        self.heights_changed.emit()

    def show_person(self, person_id: int | None) -> None:
        """Mark the person that the details are about, and draw that one's curves."""
        if person_id != self._content.person:
            self._content.person = person_id
            self._redraw()

    def show_open_spans(self, spans: tuple[OpenSpan, ...]) -> None:
        """Show spans whose ends are still to be set."""
        self._content.open_spans = spans
        self._redraw()

    def show_inks(self, inks: Mapping[str, str]) -> None:
        """Show the user's types of events, by name, in these colours."""
        self._content.inks = inks
        self._redraw()

    def show_selection(self, start_s: float | None, end_s: float | None) -> None:
        """Show what is selected; None for nothing, or a selection whose end is still to be set."""
        self._content.selection = None if start_s is None else (start_s, end_s)
        self._redraw()

    def show_by_hand(self, labels: Mapping[int, tuple[HandLabel, ...]]) -> None:
        """Show these labels by hand, by person."""
        if labels != self._content.by_hand:
            are_lanes_same = labels.keys() == self._content.by_hand.keys()
            self._content.by_hand = labels
            self._redraw()
            if not are_lanes_same:
                self.updateGeometry()
                self.heights_changed.emit()

    def place_of(self, person_id: int | None) -> QPoint:
        """Return where on the screen the playhead crosses a person's lane, or the timeline."""
        layout, lane = self.layout_now, self._content.lanes.lane(person_id)
        area = layout.lanes_area
        y = area.top() if lane is None else layout.lane(self._content.lanes.lanes.index(lane)).bottom()
        x = min(max(self._playhead_x(), area.left()), area.right())
        return self.mapToGlobal(QPointF(x, min(max(y, area.top()), area.bottom())).toPoint())

    def moment_at(self, place: QPoint) -> float | None:
        """Return the media time at a place on the screen, or None left of all times."""
        x = self.mapFromGlobal(place).x()
        return None if x < GUTTER_PX else self._time_at(x)

    def show_time(self, time_s: float, *, follow: bool) -> None:
        """Move the playhead; with ``follow`` the view turns its page when it leaves."""
        old_x, self._time_s = self._playhead_x(), time_s
        tell(self, f"Playhead at {clock(time_s)}; {len(self._content.markers)} markers")
        if follow and not self._is_scrubbing and self._panned_from is None and self._grip is None:
            self.look_at(self._view.showing(time_s))
        if self._content.open_spans:
            self.update()
            return
        for x in (old_x, self._playhead_x()):
            self.update(round(x) - 8, 0, 16, self.height())

    def drop_marker(self) -> bool:
        """Put a marker that is being moved back where it was; say whether there was one."""
        grip, was_moved = self._grip, self._moved is not None
        self._let_go()
        if grip is not None and was_moved:
            self.sought.emit(grip.time_of(grip.marker))
        return was_moved

    def zoom(self, factor: float) -> None:
        """Show more time (above 1) or less, around the playhead."""
        self.look_at(self._view.zoomed(factor, self._time_s))

    def show_all(self) -> None:
        """Show the whole time."""
        self.look_at(VisibleRange.whole(self._view.duration_s))

    def sizeHint(self) -> QSize:
        """Return the size it likes best."""
        content = self._content
        return QSize(800, height_for(content.lane_heights()[:_MAX_SHOWN_LANES], panes_px(content.panes)))

    # What is painted

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it: what stands still from a picture of it, and over it what moves."""
        ratio = self.devicePixelRatioF()
        if self._still is None:
            self._still = paint_still(self._content, self.layout_now, self._view, self.size(), ratio)
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, self._still)
        layout = self.layout_now
        for span in self._content.open_spans:
            paint_open_span(painter, span, self._time_s, layout, self._view)
        if self._grip is not None and self._moved is not None:
            paint_moved(painter, self._moved, self._grip.time_of(self._moved), layout, self._view)
        paint_playhead(painter, self._playhead_x(), layout)
        if self._dragged is not None and (self._pointer - self._press).manhattanLength() >= _DRAG_PX:
            target = self._lane_at(self._pointer)
            row = layout.lane(self._content.lanes.lanes.index(target)) if target is not None else None
            paint_drag(painter, self._dragged, target, row, self._pointer)
        painter.end()

    # What the pointer does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a marker, a label by hand or a name in hand, seek, or begin to pan; with Shift select."""
        place = event.position()
        self._press = self._pointer = place
        if event.button() == Qt.MouseButton.MiddleButton:
            self._panned_from = place.x()
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        lane = self._lane_at(place)
        if place.x() < GUTTER_PX:
            if lane is not None and self._is_pin(lane, place):
                self.pin(lane.person_id)
            elif lane is not None:
                self._dragged = lane
                self.person_chosen.emit(lane.person_id)
            return
        grip = self._grip_at(place)
        self.marker_chosen.emit(grip.marker if grip is not None else None)
        if grip is not None:
            self._grip = grip
            self.sought.emit(grip.time_of(grip.marker))
            return
        if lane is not None:
            self.person_chosen.emit(lane.person_id)
        by_hand = self._hand_label_at(place)
        if by_hand is not None:
            self.span_chosen.emit(by_hand.start_s, by_hand.end_s)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._selected_from = self.nearest_frame(self._time_at(place.x()))
            return
        self._is_scrubbing = True
        self.sought.emit(self._time_at(place.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Seek, pan or drag; otherwise say what was read under the pointer."""
        place = self._pointer = event.position()
        if self._is_scrubbing:
            self.sought.emit(self._time_at(place.x()))
        elif self._panned_from is not None:
            width = self.layout_now.time.width()
            self.look_at(self._view.moved((self._panned_from - place.x()) / width * self._view.span_s))
            self._panned_from = place.x()
        elif self._selected_from is not None:
            until_s = self.nearest_frame(self._time_at(place.x()))
            self.span_chosen.emit(*sorted((self._selected_from, until_s)))
        elif self._grip is not None:
            self._move_marker(self._grip, place)
        elif self._dragged is not None:
            self.update()
        else:
            self._show_cursor(place)
            QToolTip.showText(event.globalPosition().toPoint(), self.text_at(place), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End what was begun; a name that was dropped on another lane asks for a merge."""
        dragged, self._dragged = self._dragged, None
        grip, moved = self._grip, self._moved
        self._let_go()
        if grip is not None and moved is not None:
            self.marker_moved.emit(grip.marker, moved)
        self._is_scrubbing, self._panned_from, self._selected_from = False, None, None
        self.update()
        target = self._lane_at(event.position())
        if dragged is not None and target is not None and target.person_id != dragged.person_id:
            self.merge_asked.emit(target.person_id, dragged.person_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a marker, or ask for a name."""
        place = event.position()
        marker = marker_at(self._content.markers, place, self.layout_now, self._view)
        lane = self._lane_at(place)
        if marker is not None:
            self.marker_opened.emit(marker)
        elif place.x() < GUTTER_PX and lane is not None:
            self._dragged = None
            if not self._is_pin(lane, place):
                self.rename_asked.emit(lane.person_id)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a menu."""
        place = QPointF(event.pos())
        marker = marker_at(self._content.markers, place, self.layout_now, self._view)
        lane = self._lane_at(place)
        self.menu_asked.emit(event.globalPos(), lane.person_id if lane is not None else None, marker)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer; sideways or with Shift pan; over the names scroll the lanes."""
        across, up = event.angleDelta().x(), event.angleDelta().y()
        place = event.position()
        if place.x() < GUTTER_PX:
            layout = self.layout_now
            self._scrolled_px = min(max(layout.scrolled_px - up / 120 * LANE_STEP_PX, 0.0), layout.hidden_px)
            self._redraw()
        elif across or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.look_at(self._view.moved(-(across or up) / 120 * 0.1 * self._view.span_s))
        elif up:
            self.look_at(self._view.zoomed(ZOOM ** (-up / 120), self._time_at(place.x())))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing more."""
        QToolTip.hideText()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint anew in the new size."""
        self._still = None
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Forget what was painted in another theme."""
        self._still = None
        super().changeEvent(event)

    def text_at(self, place: QPointF) -> str:
        """Return what there is to say of a place: a marker, or what was read of a person there."""
        layout, lane = self.layout_now, self._lane_at(place)
        if place.x() < GUTTER_PX:
            if lane is not None and self._is_pin(lane, place):
                return "Show or hide this person's curves under the band"
            return "Double-click renames; drag onto another lane where it is the same person" if lane else ""
        marker = marker_at(self._content.markers, place, layout, self._view)
        if marker is not None:
            return describe_marker(marker)
        by_hand = self._hand_label_at(place)
        if by_hand is not None:
            return describe_hand_label(by_hand)
        if lane is None and layout.graph.contains(place):
            lane = self._content.lanes.lane(self._content.person)
        if lane is None:
            return ""
        half_s = self._view.span_s / layout.time.width() / 2
        drawn = [quantity for pane in self._content.panes for quantity in pane.quantities]
        return describe_moment(lane, self._time_at(place.x()), half_s, drawn)

    def _show_cursor(self, place: QPointF) -> None:
        grip = self._grip_at(place)
        over_name = place.x() < GUTTER_PX and self._lane_at(place) is not None
        if grip is not None and grip.part != "whole":
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        elif grip is not None or over_name:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor)

    def _grip_at(self, place: QPointF) -> MarkerDrag | None:
        """Return what would be taken at a place, or None."""
        layout = self.layout_now
        marker = marker_at(self._content.markers, place, layout, self._view)
        if marker is None:
            return None
        box = rect_of(marker, layout, self._view)
        part = part_at(marker, place.x() - box.left(), box.width())
        return MarkerDrag(marker, part, self._time_at(place.x()))

    def _move_marker(self, grip: MarkerDrag, place: QPointF) -> None:
        """Show the marker where the pointer takes it, and its moment in the picture."""
        if self._moved is None and abs(place.x() - self._press.x()) < _DRAG_PX:
            return
        self._moved = grip.dragged_to(self._time_at(place.x()), self._view.duration_s, self.nearest_frame)
        if self._content.dragged is None:
            self._content.dragged = grip.marker
            self._redraw()
        self.update()
        self.sought.emit(grip.time_of(self._moved))

    def _let_go(self) -> None:
        self._grip = self._moved = None
        if self._content.dragged is not None:
            self._content.dragged = None
            self._redraw()

    def _hand_label_at(self, place: QPointF) -> HandLabel | None:
        index = self.layout_now.lane_at(place.y())
        if index is None:
            return None
        given = self._content.by_hand.get(self._content.lanes.lanes[index].person_id, ())
        return hand_label_at(given, place, self.layout_now.hand(index), self._view)

    def _is_pin(self, lane: Lane, place: QPointF) -> bool:
        index = self._content.lanes.lanes.index(lane)
        return self.layout_now.pin(index).contains(place)

    def _lane_at(self, place: QPointF) -> Lane | None:
        index = self.layout_now.lane_at(place.y())
        return None if index is None else self._content.lanes.lanes[index]

    def _time_at(self, x_px: float) -> float:
        time = self.layout_now.time
        return self._view.time_at(x_px - time.left(), time.width())

    def _playhead_x(self) -> float:
        time = self.layout_now.time
        return time.left() + self._view.x_of(self._time_s, time.width())

    def look_at(self, view: VisibleRange) -> None:
        """Show another stretch of time."""
        if view != self._view:
            self._view = view
            self._redraw()
            self.view_changed.emit()

    def _redraw(self) -> None:
        self._still = None
        self.update()
