"""Labelling by hand: what somebody says that a face shows, for the selection or for what the playhead is on."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from mien.core.emotion import UNCERTAIN
from mien.core.wording import in_order, name_of
from mien.gui.review.notes import Notes
from mien.gui.review.selection_controller import SelectionController
from mien.playback.play_worker import Span
from mien.session.notes.hand_labels import labels_of
from mien.timeline.clock import clock
from mien.timeline.lanes import Lane, Lanes
from mien.timeline.runs import runs_of

_MAX_KEYS = 9


class LabelController(QObject):
    """Emits ``refused`` with the reason where there is nothing to label.

    Args:
        notes: Where the labels are.
        lanes: Who the persons are.
        selection: Of time.
        now_s: The playhead's media time.
        window: Over which menus open.
    """

    refused = Signal(str)

    def __init__(
        self,
        notes: Notes,
        lanes: Lanes,
        selection: SelectionController,
        now_s: Callable[[], float],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._notes = notes
        self._lanes = lanes
        self._selection = selection
        self._now_s = now_s
        self._window = window

    def show_menu(self, place: QPoint, person_id: int | None) -> QMenu | None:
        """Offer the labels for a person at a place of the screen; return the menu, or None."""
        menu = QMenu(self._window)
        if not self.fill(menu, person_id, self._now_s()):
            who = self._lanes.lane(person_id)
            name = "Nobody is" if who is None else f"{who.name} is not"
            self.refused.emit(f"{name} in view here; select from A to B, or go where the face is read")
            return None
        menu.popup(place)
        menu.setActiveAction(next(action for action in menu.actions() if action.isEnabled()))
        return menu

    def fill(self, menu: QMenu, person_id: int | None, at_s: float) -> bool:
        """Add the labels that can be given to a person to a menu; say whether there are any.

        Args:
            menu: To add to.
            person_id: Whom.
            at_s: Media time that is meant where nothing is selected.
        """
        lane = self._lanes.lane(person_id)
        span = None if lane is None else self.span_at(lane, at_s)
        if lane is None or span is None:
            return False
        words = " – ".join(clock(time_s, decimals=2) for time_s in span)
        menu.addAction(f"{lane.name}, {words}").setEnabled(False)
        labels = [self._lanes.labels[index] for index in in_order(self._lanes.labels)]
        for number, label in enumerate([*labels, UNCERTAIN], start=1):
            key = f"&{number}  " if number <= _MAX_KEYS else "     "
            action = menu.addAction(key + name_of(label).replace("&", "&&"))
            action.triggered.connect(partial(self._chosen, lane.face_ids, span, label))
        menu.addSeparator()
        remove = menu.addAction("&0  Remove the label by hand")
        start_s, end_s = span
        given = labels_of(self._notes.annotations, lane.face_ids)
        remove.setEnabled(any(each.start_s < end_s and each.end_s > start_s for each in given))
        remove.triggered.connect(partial(self._chosen, lane.face_ids, span, None))
        return True

    def span_at(self, lane: Lane, at_s: float) -> Span | None:
        """Return what would be labelled: the selection, otherwise the label by hand or the network's at a time."""
        if self._selection.span is not None:
            return self._selection.span
        for given in labels_of(self._notes.annotations, lane.face_ids):
            if given.start_s <= at_s < given.end_s:
                return given.start_s, given.end_s
        readings = lane.readings
        for run in runs_of(lane.columns.standing, readings.codes(), readings.labels):
            if run.start_s <= at_s < run.end_s:
                return run.start_s, run.end_s
        return None

    def _chosen(self, face_ids: tuple[int, ...], span: Span, label: str | None, _checked: bool = False) -> None:
        self._notes.label(face_ids, span, label)
