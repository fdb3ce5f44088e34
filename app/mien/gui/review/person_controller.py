"""Who the faces are: renaming, merging and splitting, by menu or by dragging."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from mien.gui.parts.key_hint import add_keyed
from mien.gui.parts.name_editor import NameEditor
from mien.gui.review.notes import Notes
from mien.timeline.lanes import Lane, Lanes, overlap_s

SAME_TIME_S: Final = 1.0
"""Two faces in view together for longer are two people; trackers see double for a moment at most."""
_MAX_CHOICES: Final = 20


class PersonController(QObject):
    """Changes persons in the notes; emits ``refused`` with the reason where two cannot be one."""

    refused = Signal(str)

    def __init__(self, notes: Notes, lanes: Lanes, window: QWidget) -> None:
        super().__init__(window)
        self._notes = notes
        self._lanes = lanes
        self._window = window

    def rename(self, person_id: int) -> None:
        """Ask for a name."""
        lane = self._lanes.lane(person_id)
        if lane is None:
            return
        editor = NameEditor(lane.name, f"Face {lane.person_id}", self._window)
        editor.accepted.connect(lambda: self._notes.rename(person_id, editor.name))
        show_dialog(editor)

    def merge(self, first_id: int, second_id: int) -> None:
        """Make one person of two, unless they are in view at the same time."""
        first, second = self._lanes.lane(first_id), self._lanes.lane(second_id)
        if first is None or second is None or first is second:
            return
        together_s = overlap_s(first, second)
        if together_s > SAME_TIME_S:
            self.refused.emit(
                f"{first.name} and {second.name} are in view at the same time for {together_s:.0f} s: "
                "they are two people and stay apart"
            )
            return
        self._notes.merge((*first.face_ids, *second.face_ids))

    def split(self, person_id: int) -> None:
        """Make a person of its own of each face."""
        lane = self._lanes.lane(person_id)
        if lane is not None and len(lane.face_ids) > 1:
            self._notes.split(lane.face_ids)

    def fill(self, menu: QMenu, person_id: int) -> None:
        """Add what can be done with a person to a menu."""
        lane = self._lanes.lane(person_id)
        if lane is None:
            return
        add_keyed(menu, "Rename…", "review.rename").triggered.connect(lambda: self.rename(person_id))
        others = [other for other in self._lanes.lanes if other is not lane]
        submenu = menu.addMenu("Is the same person as")
        submenu.setEnabled(bool(others))
        for other in nearest(lane, others)[:_MAX_CHOICES]:
            submenu.addAction(other.name).triggered.connect(
                partial(self._merge_chosen, other.person_id, person_id)
            )
        parts = menu.addAction(f"Take its {len(lane.face_ids)} faces apart")
        parts.setVisible(len(lane.face_ids) > 1)
        parts.triggered.connect(lambda: self.split(person_id))

    def show_menu(self, place: QPoint, person_id: int, more: Callable[[QMenu], None] | None = None) -> QMenu:
        """Show a menu at a place of the screen and return it."""
        menu = QMenu(self._window)
        self.fill(menu, person_id)
        if more is not None:
            more(menu)
        menu.popup(place)
        return menu

    def _merge_chosen(self, first_id: int, second_id: int, _checked: bool = False) -> None:
        self.merge(first_id, second_id)


def nearest(lane: Lane, others: list[Lane]) -> list[Lane]:
    """Return other persons, those first that come or go when this one goes or comes."""

    def gap_s(other: Lane) -> float:
        return min(abs(other.first_s - lane.last_s), abs(lane.first_s - other.last_s))

    return sorted(others, key=gap_s)


def show_dialog(dialog: QDialog) -> None:
    """Show a small window that keeps the rest waiting and is gone when it is closed."""
    from PySide6.QtCore import Qt

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
