"""The keys among the settings: what each does, and the way to give it another one."""

from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QKeySequenceEdit, QWidget

from mien.gui.choices import Choices
from mien.gui.parts.buttons import Button
from mien.gui.settings_dialog.card import Card, Row
from mien.gui.shell.shortcuts import KEYS, Key, conflict_of, is_free_to_use, keys_in_force
from mien.gui.tab_page import Tab

_WIDTH_PX: Final = 150
_WHERE: Final = {None: "Everywhere", Tab.LIVE: "Live", Tab.REVIEW: "Review", Tab.BATCH: "Batch"}


class KeyField(QWidget):
    """A field that takes the key that is pressed in it; emits ``picked`` with it as Qt writes it, "" for none."""

    picked = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setClearButtonEnabled(True)
        self.edit.setFixedWidth(_WIDTH_PX)
        self.edit.setAccessibleName(name)
        self.reset = Button(icon="replay", tip=f'Reset the key of "{name}"')
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.reset)
        layout.addWidget(self.edit)
        self.edit.keySequenceChanged.connect(lambda sequence: self.picked.emit(sequence.toString()))

    def show_key(self, sequence: str, *, is_changed: bool) -> None:
        """Show the key in force; says nothing."""
        was_blocked = self.edit.blockSignals(True)
        self.edit.setKeySequence(QKeySequence(sequence))
        self.edit.blockSignals(was_blocked)
        self.reset.setEnabled(is_changed)


class KeyRow(Row):
    """A command and its key."""

    def __init__(self, key: Key) -> None:
        self.field = KeyField(key.text)
        super().__init__(key.text, _WHERE[key.tab], self.field)
        self.key = key

    def show_key(self, sequence: str, *, is_changed: bool) -> None:
        """Show the key in force."""
        self.field.show_key(sequence, is_changed=is_changed)
        self.say(_WHERE[self.key.tab])


class KeysCard(Card):
    """Changes apply immediately; a key that is taken is refused with the name of what has it.

    Args:
        choices: Keeps the user's keys.
    """

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        self._choices = choices
        self.reset = Button("Reset", "replay", tip="Reset all keys to defaults")
        self.rows = {key.name: KeyRow(key) for key in KEYS if key.is_editable}
        super().__init__("Keys", tuple(self.rows.values()), self.reset, parent)
        for name, row in self.rows.items():
            row.field.picked.connect(partial(self._take, name))
            row.field.reset.clicked.connect(partial(self._take, name, row.key.sequence))
        self.reset.clicked.connect(lambda: choices.change(window={"keys": ()}))
        choices.changed.connect(
            lambda before, now: self._show() if before.window.keys != now.window.keys else None
        )
        self._show()

    def _show(self) -> None:
        for key in keys_in_force(self._choices.settings.window.keys):
            if key.name in self.rows:
                row = self.rows[key.name]
                row.show_key(key.sequence, is_changed=key.sequence != row.key.sequence)
        self.reset.setEnabled(bool(self._choices.settings.window.keys))

    def _take(self, name: str, sequence: str) -> None:
        """Give a command another key, or say why not."""
        row = self.rows[name]
        said = self._refusal(name, sequence)
        if said:
            self._show()
            row.say(said)
            return
        others = [each for each in self._choices.settings.window.keys if each[0] != name]
        is_default = QKeySequence(sequence) == QKeySequence(row.key.sequence)
        self._choices.change(window={"keys": tuple(others if is_default else [*others, (name, sequence)])})

    def _refusal(self, name: str, sequence: str) -> str:
        cap = QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)
        if not is_free_to_use(sequence):
            return f"{cap} is needed by lists and dialogs. Press another key."
        settings = self._choices.settings
        other = conflict_of(name, sequence, keys_in_force(settings.window.keys))
        if other is not None:
            where = _WHERE[other.tab].lower() if other.tab is None else f"in {_WHERE[other.tab]}"
            return f'{cap} is the key of "{other.text}" {where}. Give that another key first.'
        for each in settings.events.types:
            if (
                sequence
                and self.rows[name].key.tab is not Tab.BATCH
                and QKeySequence(each.key) == QKeySequence(sequence)
            ):
                return f'{cap} marks events of the type "{each.name}". Give that another key first.'
        return ""
