"""The keys: one table for what they do and for the sheet that lists them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from mien.gui.place import Place


@dataclass(frozen=True, slots=True)
class Key:
    """A key and its meaning.

    Attributes:
        sequence: For Qt: «Ctrl+O».
        command: What it calls; empty where the list in front takes the key by itself.
        text: For people.
        place: Where it has this meaning; None for everywhere. Keys of different places may be the same.
    """

    sequence: str
    command: str
    text: str
    place: Place | None = None


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
    Key("F1", "about", "About Mien, licences"),
    Key("Space", "pause", "Start, pause", Place.LIVE),
    Key("Ctrl+W", "stop", "Stop and release the camera", Place.LIVE),
    Key("R", "record", "Record, and end the recording", Place.LIVE),
    Key("S", "snapshot", "Save this picture", Place.LIVE),
    Key("M", "mirror", "Mirror the camera", Place.LIVE),
    Key("B", "blur", "Blur faces", Place.LIVE),
    Key("N", "baseline", "Take the neutral face", Place.LIVE),
    Key("L", "relative", "Absolute or relative to it", Place.LIVE),
    Key("V", "seen", "What the network sees", Place.LIVE),
    Key("C", "curves", "Bands or curves", Place.LIVE),
    Key("D", "details", "Details in own window", Place.LIVE),
    Key("E", "mark_event", "Mark an event", Place.LIVE),
    Key("Down", "next_face", "Next face", Place.LIVE),
    Key("Up", "previous_face", "Previous face", Place.LIVE),
    Key("A", "largest_face", "Back to the largest face", Place.LIVE),
    Key("Space", "pause", "Play, rest", Place.REVIEW),
    Key("Right", "next_frame", "Next frame", Place.REVIEW),
    Key("Left", "previous_frame", "Frame before", Place.REVIEW),
    Key("Shift+Right", "later", "Five seconds on", Place.REVIEW),
    Key("Shift+Left", "earlier", "Five seconds back", Place.REVIEW),
    Key("Home", "beginning", "To the beginning", Place.REVIEW),
    Key("End", "end", "To the end", Place.REVIEW),
    Key("J", "backwards", "Play back, again for faster", Place.REVIEW),
    Key("K", "rest", "Rest", Place.REVIEW),
    Key("L", "forwards", "Play on, again for faster", Place.REVIEW),
    Key("E", "mark_event", "Mark an event", Place.REVIEW),
    Key("N", "mark_note", "Write a note", Place.REVIEW),
    Key("X", "mark_span", "Begin or end a span to leave out", Place.REVIEW),
    Key("Del", "delete_marker", "Delete the marker", Place.REVIEW),
    Key(".", "next_marker", "Next marker", Place.REVIEW),
    Key(",", "previous_marker", "Marker before", Place.REVIEW),
    Key("Ctrl+Z", "undo", "Undo", Place.REVIEW),
    Key("Ctrl+Shift+Z", "redo", "Do it again", Place.REVIEW),
    Key("F2", "rename", "Rename the person", Place.REVIEW),
    Key("Down", "next_person", "Next person", Place.REVIEW),
    Key("Up", "previous_person", "Person before", Place.REVIEW),
    Key("+", "zoom_in", "Zoom into the timeline", Place.REVIEW),
    Key("-", "zoom_out", "Zoom out", Place.REVIEW),
    Key("0", "zoom_all", "The whole timeline", Place.REVIEW),
    Key("V", "overlay", "Readings on the picture", Place.REVIEW),
    Key("M", "mute", "Sound off or on", Place.REVIEW),
    Key("Ctrl+E", "export", "Export", Place.REVIEW),
    Key("Ctrl+W", "stop", "Close the video", Place.REVIEW),
    Key("Ctrl+O", "open", "Add files", Place.BATCH),
    Key("Ctrl+Shift+O", "add_folder", "Add a folder", Place.BATCH),
    Key("Space", "pause", "Start, pause, go on", Place.BATCH),
    Key("Return", "", "Open the result in Review", Place.BATCH),
    Key("Ctrl+R", "again", "Do the selected files again", Place.BATCH),
    Key("Del", "remove", "Cancel, or take off the list", Place.BATCH),
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
        self._place: Place | None = None
        self._meanings: dict[QShortcut, dict[Place | None, str]] = {}
        bound = [key for key in KEYS if key.command]
        for sequence in dict.fromkeys(key.sequence for key in bound):
            meanings = {key.place: key.command for key in bound if key.sequence == sequence}
            shortcut = QShortcut(QKeySequence(sequence), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.setAutoRepeat(any(command in REPEATING for command in meanings.values()))
            shortcut.activated.connect(partial(self._run, meanings))
            self._meanings[shortcut] = meanings

    def show_place(self, place: Place) -> None:
        """Give the keys the meaning they have there; those without one are left to lists and fields."""
        self._place = place
        for shortcut, meanings in self._meanings.items():
            shortcut.setEnabled(place in meanings or None in meanings)

    def _run(self, meanings: dict[Place | None, str]) -> None:
        command = meanings.get(self._place) or meanings.get(None)
        assert command is not None
        self._call(command)
