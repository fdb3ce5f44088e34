"""The keys: one table for what they do and for the sheet that lists them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from mien.gui.parts.key_hint import set_keys
from mien.gui.tab_page import Tab


@dataclass(frozen=True, slots=True)
class Key:
    """A key and its meaning.

    Attributes:
        sequence: For Qt: "Ctrl+O".
        command: What it calls; empty where the list in front takes the key by itself.
        text: For people.
        tab: Where it has this meaning; None for everywhere. Keys of different tabs may be the same.
    """

    sequence: str
    command: str
    text: str
    tab: Tab | None = None

    @property
    def name(self) -> str:
        """What settings, tooltips and menus call it: "live.record", "window.open"."""
        return f"{self.tab.value if self.tab else 'window'}.{self.command or self.sequence}"

    @property
    def is_editable(self) -> bool:
        """Whether it can have another key: not the one that leaves, and not what a list takes by itself."""
        return bool(self.command) and self.sequence not in FIXED


KEYS: Final = (
    Key("1", "live", "Live: the camera"),
    Key("2", "review", "Review: a video or a session"),
    Key("3", "batch", "Batch: a queue of files"),
    Key("Ctrl+O", "open", "Open a video"),
    Key("Ctrl+,", "settings", "Settings"),
    Key("H", "panels", "Hide all but the picture"),
    Key("F", "full_screen", "Full screen"),
    Key("T", "theme", "Dark or light"),
    Key("Esc", "leave", "Leave full screen, close"),
    Key("?", "keys", "All keys"),
    Key("F1", "manual", "Manual"),
    Key("Ctrl+Q", "quit", "Quit"),
    Key("Space", "pause", "Start, pause", Tab.LIVE),
    Key("Ctrl+W", "stop", "Stop and release the camera", Tab.LIVE),
    Key("K", "next_camera", "Next camera", Tab.LIVE),
    Key("R", "record", "Record, and end the recording", Tab.LIVE),
    Key("S", "snapshot", "Save this picture", Tab.LIVE),
    Key("M", "mirror", "Mirror the camera", Tab.LIVE),
    Key("Shift+R", "rotate", "Rotate the picture", Tab.LIVE),
    Key("B", "blur", "Blur faces", Tab.LIVE),
    Key("N", "baseline", "Set the baseline", Tab.LIVE),
    Key("L", "relative", "Absolute or relative", Tab.LIVE),
    Key("V", "seen", "What the network sees", Tab.LIVE),
    Key("U", "face_details", "Face in detail", Tab.LIVE),
    Key("C", "curves", "Bands or curves", Tab.LIVE),
    Key("D", "details", "Details in own window", Tab.LIVE),
    Key("E", "mark_event", "Mark an event", Tab.LIVE),
    Key("Shift+E", "write_event", "Mark an event with a text", Tab.LIVE),
    Key("Down", "next_face", "Next face", Tab.LIVE),
    Key("Up", "previous_face", "Previous face", Tab.LIVE),
    Key("A", "largest_face", "Back to the largest face", Tab.LIVE),
    Key("Space", "pause", "Play, pause", Tab.REVIEW),
    Key("Shift+R", "rotate", "Rotate the picture", Tab.REVIEW),
    Key("Right", "next_frame", "Next frame", Tab.REVIEW),
    Key("Left", "previous_frame", "Previous frame", Tab.REVIEW),
    Key("Shift+Right", "later", "Forward 5 seconds", Tab.REVIEW),
    Key("Shift+Left", "earlier", "Back 5 seconds", Tab.REVIEW),
    Key("Home", "beginning", "To the beginning", Tab.REVIEW),
    Key("End", "end", "To the end", Tab.REVIEW),
    Key("J", "backwards", "Play in reverse; again: faster", Tab.REVIEW),
    Key("K", "halt", "Pause", Tab.REVIEW),
    Key("L", "forwards", "Play; again: faster", Tab.REVIEW),
    Key("I", "set_start", "Select from here: A", Tab.REVIEW),
    Key("O", "set_end", "Select to here: B", Tab.REVIEW),
    Key("R", "loop", "Loop: set A, set B, end", Tab.REVIEW),
    Key("B", "label_by_hand", "Label by hand", Tab.REVIEW),
    Key("S", "save_frame", "Save this frame", Tab.REVIEW),
    Key("E", "mark_event", "Mark an event", Tab.REVIEW),
    Key("N", "mark_note", "Write a note", Tab.REVIEW),
    Key("X", "mark_span", "Begin, end an excluded span", Tab.REVIEW),
    Key("Del", "delete_marker", "Delete the marker", Tab.REVIEW),
    Key(".", "next_marker", "Next marker", Tab.REVIEW),
    Key(",", "previous_marker", "Previous marker", Tab.REVIEW),
    Key("Ctrl+Z", "undo", "Undo", Tab.REVIEW),
    Key("Ctrl+Shift+Z", "redo", "Redo", Tab.REVIEW),
    Key("F2", "rename", "Rename the person", Tab.REVIEW),
    Key("Down", "next_person", "Next person", Tab.REVIEW),
    Key("Up", "previous_person", "Previous person", Tab.REVIEW),
    Key("+", "zoom_in", "Zoom into the timeline", Tab.REVIEW),
    Key("-", "zoom_out", "Zoom out", Tab.REVIEW),
    Key("0", "zoom_all", "The whole timeline", Tab.REVIEW),
    Key("C", "curves", "Curves of all expressions", Tab.REVIEW),
    Key("V", "overlay", "Readings on the picture", Tab.REVIEW),
    Key("M", "mute", "Sound off or on", Tab.REVIEW),
    Key("Shift+V", "views", "Saved views of the timeline", Tab.REVIEW),
    Key("D", "statistics", "Statistics", Tab.REVIEW),
    Key("Ctrl+E", "export", "Export", Tab.REVIEW),
    Key("Ctrl+W", "stop", "Close the video", Tab.REVIEW),
    Key("Ctrl+O", "open", "Add files", Tab.BATCH),
    Key("Ctrl+Shift+O", "add_folder", "Add a folder", Tab.BATCH),
    Key("Space", "pause", "Start, pause, resume", Tab.BATCH),
    Key("Return", "", "Open result in Review", Tab.BATCH),
    Key("S", "file_settings", "Settings of the selected files", Tab.BATCH),
    Key("Ctrl+R", "again", "Run selected files again", Tab.BATCH),
    Key("Del", "remove", "Cancel, or remove", Tab.BATCH),
)

FIXED: Final = frozenset(("Esc", "Return", "Tab"))
"""Keys that lists, dialogs and messages need; no command can be given one of them."""

REPEATING: Final = frozenset(("next_frame", "previous_frame"))
"""Commands that come again and again while their key is held down."""


def keys_in_force(changes: Iterable[tuple[str, str]]) -> tuple[Key, ...]:
    """Return the table with the user's own keys in it.

    Args:
        changes: Names with their keys, as the settings keep them; what is no name or no key of today is left out.
    """
    own = {name: sequence for name, sequence in changes if is_free_to_use(sequence)}
    return tuple(
        replace(key, sequence=own[key.name]) if key.name in own and key.is_editable else key for key in KEYS
    )


def is_free_to_use(sequence: str) -> bool:
    """Say whether this can be a command's key: one press, and none that lists and dialogs need; or no key."""
    if sequence == "":
        return True
    parsed = QKeySequence(sequence)
    return parsed.count() == 1 and parsed.toString() not in FIXED | {""}


def conflict_of(name: str, sequence: str, keys: Iterable[Key]) -> Key | None:
    """Return what a key calls already where ``name`` would have it, or None.

    The same key may mean different things in different tabs. In one tab it may stand before a meaning that it has
    everywhere only where Mien's own table says so, as Ctrl+O does in Batch.
    """
    table = {key.name: key for key in keys}
    wanted = table[name]
    default = {key.name: key for key in KEYS}
    pressed = QKeySequence(sequence)
    for other in table.values():
        if other.name == name or not sequence or QKeySequence(other.sequence) != pressed:
            continue
        is_own_table = default[name].sequence == sequence and default[other.name].sequence == other.sequence
        if other.tab is wanted.tab or (None in (other.tab, wanted.tab) and not is_own_table):
            return other
    return None


class Shortcuts:
    """Makes every key call its command while ``window`` is in front.

    Args:
        window: Whose keys they are.
        call: Runs a command by its name.
        changes: The user's own keys, as the settings keep them.
    """

    def __init__(
        self, window: QWidget, call: Callable[[str], None], changes: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._window = window
        self._call = call
        self._tab: Tab | None = None
        self._meanings: dict[QShortcut, dict[Tab | None, str]] = {}
        self.keys: tuple[Key, ...] = ()
        self.set_changes(changes)

    def set_changes(self, changes: Iterable[tuple[str, str]]) -> None:
        """Take other keys; tooltips and menus show them from now on."""
        for shortcut in self._meanings:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._meanings = {}
        self.keys = keys_in_force(changes)
        set_keys({key.name: key.sequence for key in self.keys})
        bound = [key for key in self.keys if key.command and key.sequence]
        for sequence in dict.fromkeys(key.sequence for key in bound):
            meanings = {key.tab: key.command for key in bound if key.sequence == sequence}
            shortcut = QShortcut(QKeySequence(sequence), self._window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(any(command in REPEATING for command in meanings.values()))
            shortcut.activated.connect(partial(self._run, meanings))
            self._meanings[shortcut] = meanings
        if self._tab is not None:
            self.show_tab(self._tab)

    def show_tab(self, tab: Tab) -> None:
        """Give the keys the meaning they have there; those without one are left to lists and fields."""
        self._tab = tab
        for shortcut, meanings in self._meanings.items():
            shortcut.setEnabled(tab in meanings or None in meanings)

    def _run(self, meanings: dict[Tab | None, str]) -> None:
        command = meanings.get(self._tab) or meanings.get(None)
        assert command is not None
        self._call(command)
