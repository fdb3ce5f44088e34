"""A group of choices on a card, a row each."""

from typing import Final

from PySide6.QtWidgets import QFileDialog, QWidget

from mien.gui.choices import Choices
from mien.gui.parts.buttons import Button
from mien.gui.settings_dialog.card import Card, Row
from mien.gui.settings_dialog.controls import NetworkControl, ValueControl, control_of
from mien.gui.settings_dialog.entry import Entry, Group
from mien.places import from_home
from mien.settings import Settings

_DEFAULTS: Final = Settings()


class GroupCard(Card):
    """Shows a group of settings; changes apply immediately."""

    def __init__(self, group: Group, choices: Choices, parent: QWidget | None = None) -> None:
        self.reset = Button("Reset", "replay", tip=f'Reset "{group.title}" to defaults')
        self.rows = {entry.name: EntryRow(entry, choices) for entry in group.entries}
        super().__init__(group.title, tuple(self.rows.values()), self.reset, parent)
        self._choices = choices
        self.reset.clicked.connect(self._reset)

    @property
    def networks(self) -> list[NetworkControl]:
        """The controls that choose among networks."""
        return [row.control for row in self.rows.values() if isinstance(row.control, NetworkControl)]

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force."""
        for row in self.rows.values():
            row.show_settings(settings)
        self.reset.setEnabled(
            any(row.entry.value_in(settings) != row.entry.value_in(_DEFAULTS) for row in self.rows.values())
        )

    def _reset(self) -> None:
        changes: dict[str, dict[str, object]] = {}
        for row in self.rows.values():
            for group, fields in row.entry.change_to(row.entry.value_in(_DEFAULTS)).items():
                changes.setdefault(group, {}).update(fields)
        self._choices.change(**changes)


class EntryRow(Row):
    """A choice."""

    def __init__(self, entry: Entry, choices: Choices) -> None:
        super().__init__(entry.title, entry.sentence, control_of(entry))
        self.entry = entry
        self._choices = choices
        self._value_control.picked.connect(self._take)

    @property
    def _value_control(self) -> ValueControl:
        return self.control  # type: ignore[return-value]

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force."""
        self._value_control.show_value(self.entry.value_in(settings))
        self.say(self.entry.sentence)

    def _take(self, value: object) -> None:
        """Take over a value, with the file that it needs."""
        changes = self.entry.change_to(value)
        if changes == {"reading": {"detector": "yunet"}}:
            file = self._choices.settings.reading.yunet_file or self._ask_for_yunet()
            if not file or not from_home(file).is_file():
                self.show_settings(self._choices.settings)
                self.say("YuNet was not chosen: it needs its file. Choose the file in the next row, then YuNet.")
                return
            changes["reading"]["yunet_file"] = file
        elif changes == {"reading": {"yunet_file": ""}} and self._choices.settings.reading.detector == "yunet":
            changes["reading"]["detector"] = _DEFAULTS.reading.detector
        self._choices.change(**changes)

    def _ask_for_yunet(self) -> str:
        path, _ = QFileDialog.getOpenFileName(self, "The file of YuNet", "", "ONNX files (*.onnx)")
        return path
