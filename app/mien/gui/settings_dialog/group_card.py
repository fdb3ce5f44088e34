"""A group of choices on a card, a row each."""

from typing import Final

from PySide6.QtWidgets import QWidget

from mien.gui.choices import Choices
from mien.gui.parts.buttons import Button
from mien.gui.settings_dialog.card import Card, Row
from mien.gui.settings_dialog.controls import NetworkControl, ValueControl, control_of
from mien.gui.settings_dialog.entries import Entry, Group
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
        self._value_control.picked.connect(lambda value: choices.change(**entry.change_to(value)))

    @property
    def _value_control(self) -> ValueControl:
        return self.control  # type: ignore[return-value]

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force."""
        self._value_control.show_value(self.entry.value_in(settings))
        if self.entry.name == "reading.yunet_file":
            self.setEnabled(settings.reading.detector == "yunet")
