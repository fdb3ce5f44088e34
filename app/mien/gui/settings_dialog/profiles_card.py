"""The profiles: what each would change, taken over with one click, and those that the user keeps."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from mien.errors import SettingsError
from mien.gui.choices import Choices
from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton
from mien.gui.parts.name_editor import NameEditor
from mien.gui.settings_dialog.card import Card, Row
from mien.gui.settings_dialog.entries import GROUPS
from mien.gui.settings_dialog.entry import Entry
from mien.settings import Settings
from mien.settings.profiles import (
    PROFILES,
    Profile,
    all_profiles,
    changes_by,
    delete_profile,
    find_profile,
    keep_profile,
    profile_of,
)

_ENTRIES: Final = {entry.name: entry for group in GROUPS for entry in group.entries}
_OTHER_NAMES: Final = {
    "own.expressions": "Own expressions",
    "own.text": "Remarks on them",
    "reading.added_detector": "Detector of a package",
}
_NONE: Final = "None yet. Kept ones hold all of how faces are read and shown, the network among them."
_KEEP: Final = "Keep how faces are read and shown now under a name of your own, which --profile knows as well."


class ProfilesCard(Card):
    """Shows the profiles; one that is taken over applies immediately, and nothing else changes.

    Args:
        choices: All choices of the user.
        ask_name: Asks for the name of a profile; returns "" where the user thought better of it.
    """

    def __init__(
        self, choices: Choices, ask_name: Callable[[QWidget], str] | None = None, parent: QWidget | None = None
    ) -> None:
        self._choices = choices
        self._ask_name = ask_name or _ask_name
        self.uses = {profile.name: Button("Use", framed=True) for profile in PROFILES}
        self.rows = {
            profile.name: Row(profile.name.capitalize(), profile.about, self.uses[profile.name])
            for profile in PROFILES
        }
        self.own = ChoiceButton("Your own profile")
        self.use_own, self.delete_own = Button("Use", framed=True), Button(icon="close", tip="Delete this profile")
        self.own_row = Row("Your own", _NONE, _side_by_side(self.delete_own, self.own, self.use_own))
        self.keep = Button("Keep as…", framed=True)
        self.keep_row = Row("A new profile", _KEEP, self.keep)
        super().__init__("Profiles", (*self.rows.values(), self.own_row, self.keep_row), parent=parent)
        for name, button in self.uses.items():
            button.clicked.connect(partial(self._use, name))
        self.own.chosen.connect(lambda name: self._show_own(self._choices.settings, str(name)))
        self.use_own.clicked.connect(lambda: self._use(str(self.own.value)))
        self.delete_own.clicked.connect(self._delete)
        self.keep.clicked.connect(self._keep)

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force, and what each profile would change of it."""
        chosen = profile_of(settings)
        for profile in PROFILES:
            self.rows[profile.name].say(sentence_of(profile, settings, chosen))
            self.uses[profile.name].setEnabled(bool(changes_by(profile, settings)))
        kept = [profile.name for profile in all_profiles(settings) if profile.is_own]
        self.own.set_options([(name, name) for name in kept])
        shown = chosen if chosen in kept else self.own.value if self.own.value in kept else next(iter(kept), "")
        self._show_own(settings, str(shown))
        self.keep_row.say(_KEEP)

    def _show_own(self, settings: Settings, name: str) -> None:
        for part in (self.own, self.use_own, self.delete_own):
            part.setVisible(bool(name))
        if not name:
            self.own_row.say(_NONE)
            return
        self.own.set_value(name)
        profile = find_profile(settings, name)
        self.own_row.say(sentence_of(profile, settings, profile_of(settings)))
        self.use_own.setEnabled(bool(changes_by(profile, settings)))

    def _use(self, name: str) -> None:
        self._choices.change(**find_profile(self._choices.settings, name).changes)

    def _keep(self) -> None:
        name = self._ask_name(self).strip()
        if not name:
            return
        try:
            kept = keep_profile(self._choices.settings, name).profiles.kept
        except SettingsError as error:
            self.keep_row.say(str(error))
            return
        self.own.set_value(name)
        self._choices.change(profiles={"kept": kept})

    def _delete(self) -> None:
        left = delete_profile(self._choices.settings, str(self.own.value))
        self._choices.change(profiles={"kept": left.profiles.kept})


def sentence_of(profile: Profile, settings: Settings, chosen: str | None) -> str:
    """Return what a profile is for, and what it would change of the settings, in words."""
    changes = [
        f"{_name(field)} {_text(field, before)} → {_text(field, after)}"
        for field, (before, after) in changes_by(profile, settings).items()
    ]
    state = f"Would change: {'; '.join(changes)}." if changes else "In use." if chosen else "Is so already."
    return f"{profile.about} {state}".strip()


def _name(field: str) -> str:
    entry = _ENTRIES.get(field)
    return entry.title if entry is not None else _OTHER_NAMES.get(field, field)


def _text(field: str, value: object) -> str:
    entry: Entry | None = _ENTRIES.get(field)
    if entry is not None:
        return entry.text_of(value)
    return str(len(value)) if isinstance(value, tuple) else str(value) or "none"


def _ask_name(parent: QWidget) -> str:
    editor = NameEditor("", "Name of the profile", parent, title="Keep as a profile", action="Keep")
    return editor.field.text() if editor.exec() else ""


def _side_by_side(*parts: QWidget) -> QWidget:
    control = QWidget()
    layout = QHBoxLayout(control)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for part in parts:
        layout.addWidget(part)
    return control
