"""The keys: one table for what they do and for the sheet that lists them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

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


KEYS: Final = (
    Key("1", "live", "Live: the camera"),
    Key("2", "review", "Review: a video or a session"),
    Key("3", "batch", "Batch: a queue of files"),
    Key("Ctrl+O", "open", "Open a video"),
    Key("Ctrl+,", "settings", "Settings"),
    Key("H", "panels", "Hide all but the picture"),
    Key("F", "full_screen", "Full screen"),
    Key("T", "theme", "Dark or light"),
    Key("Esc", "leave", "Leave full screen, close a message"),
    Key("?", "keys", "This sheet"),
    Key("F1", "manual", "Manual"),
    Key("Ctrl+Q", "quit", "Quit"),
    Key("Space", "pause", "Start, pause", Tab.LIVE),
    Key("Ctrl+W", "stop", "Stop and release the camera", Tab.LIVE),
    Key("R", "record", "Record, and end the recording", Tab.LIVE),
    Key("S", "snapshot", "Save this picture", Tab.LIVE),
    Key("M", "mirror", "Mirror the camera", Tab.LIVE),
    Key("Shift+R", "rotate", "Rotate the picture", Tab.LIVE),
    Key("B", "blur", "Blur faces", Tab.LIVE),
    Key("N", "baseline", "Set the baseline", Tab.LIVE),
    Key("L", "relative", "Absolute or relative", Tab.LIVE),
    Key("V", "seen", "What the network sees", Tab.LIVE),
    Key("U", "face_details", "Face in detail: action units, head, eyes", Tab.LIVE),
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

REPEATING: Final = frozenset(("next_frame", "previous_frame"))
"""Commands that come again and again while their key is held down."""


class Shortcuts:
    """Makes every key call its command while ``window`` is in front.

    Args:
        window: Whose keys they are.
        call: Runs a command by its name.
    """

    def __init__(self, window: QWidget, call: Callable[[str], None]) -> None:
        self._call = call
        self._tab: Tab | None = None
        self._meanings: dict[QShortcut, dict[Tab | None, str]] = {}
        bound = [key for key in KEYS if key.command]
        for sequence in dict.fromkeys(key.sequence for key in bound):
            meanings = {key.tab: key.command for key in bound if key.sequence == sequence}
            shortcut = QShortcut(QKeySequence(sequence), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(any(command in REPEATING for command in meanings.values()))
            shortcut.activated.connect(partial(self._run, meanings))
            self._meanings[shortcut] = meanings

    def show_tab(self, tab: Tab) -> None:
        """Give the keys the meaning they have there; those without one are left to lists and fields."""
        self._tab = tab
        for shortcut, meanings in self._meanings.items():
            shortcut.setEnabled(tab in meanings or None in meanings)

    def _run(self, meanings: dict[Tab | None, str]) -> None:
        command = meanings.get(self._tab) or meanings.get(None)
        assert command is not None
        self._call(command)
