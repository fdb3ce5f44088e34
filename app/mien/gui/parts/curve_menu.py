"""The menu in which one chooses what is drawn as curves."""

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from mien.gui.parts.key_hint import add_keyed
from mien.timeline.detail_titles import groups_of
from mien.timeline.panes import choices_of, chosen_of, title_of
from mien.timeline.quantities import Quantity


class CurveMenu(QMenu):
    """Stays open while one chooses; emits ``chosen`` with the keys of all that is to be drawn."""

    chosen = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[Quantity, ...] = ()
        self._keys: tuple[str, ...] = ()
        self._entries: list[QAction] = []

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """What is to be drawn of what there is."""
        return chosen_of(self._keys, self._choices)

    def offer(
        self,
        labels: tuple[str, ...],
        other_labels: tuple[str, ...],
        keys: tuple[str, ...],
        details: tuple[str, ...] = (),
        signed: Collection[str] = (),
    ) -> None:
        """Offer what was read.

        Args:
            labels: What the network tells apart.
            other_labels: What the second network tells apart; empty where there is none.
            keys: Of what is to be drawn.
            details: Names of the face's details that are known; each group of them is a menu of its own.
            signed: Those of them that leave 0 to 1, beside angles and changes.
        """
        choices = choices_of(labels, other_labels, details, signed)
        if choices != self._choices:
            self._choices = choices
            self._fill()
        self._keys = keys
        for action, quantity in zip(self._entries, choices, strict=True):
            action.setChecked(quantity.key in keys)

    def switch_expressions(self) -> None:
        """Draw the curves of all expressions, or of none where all are drawn."""
        mine = {each.key for each in self._choices if each.kind == "probability" and not each.is_second}
        rest = tuple(key for key in self._keys if key not in mine)
        self._choose(rest if mine <= set(self._keys) else (*rest, *sorted(mine)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Switch the entry under the pointer without closing."""
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isEnabled() and action.isCheckable():
            action.trigger()
            event.accept()
        else:
            super().mouseReleaseEvent(event)

    def _fill(self) -> None:
        self.clear()
        self._entries = []
        add_keyed(self, "All expressions", "review.curves").triggered.connect(self.switch_expressions)
        group: tuple[str, bool] | None = None
        menus = self._detail_menus()
        for quantity in self._choices:
            if quantity.kind == "detail":
                self._add(menus[quantity.label], quantity)
                continue
            mine = ("probability" if quantity.kind == "probability" else "other", quantity.is_second)
            if mine != group:
                self.addSeparator()
                group = mine
            self._add(self, quantity)
        for menu in dict.fromkeys(menus.values()):
            self.addMenu(menu)

    def _detail_menus(self) -> "dict[str, CurveMenu]":
        """Return the menu of each detail that there is: one for each group."""
        there = [quantity.label for quantity in self._choices if quantity.kind == "detail"]
        menus: dict[str, CurveMenu] = {}
        for title, names in groups_of(there):
            menu = CurveMenu(self)
            menu.setTitle(title)
            menus |= dict.fromkeys(names, menu)
        return menus

    def _add(self, menu: QMenu, quantity: Quantity) -> None:
        action = menu.addAction(title_of(quantity))
        action.setCheckable(True)
        action.triggered.connect(lambda is_on, key=quantity.key: self._switch(key, is_on))
        self._entries.append(action)

    def _switch(self, key: str, is_on: bool) -> None:
        rest = tuple(each for each in self._keys if each != key)
        self._choose((*rest, key) if is_on else rest)

    def _choose(self, keys: tuple[str, ...]) -> None:
        self.chosen.emit(keys)
