"""The keys: one table for what they do and for the sheet that lists them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Key:
    """A key and its meaning.

    Attributes:
        sequence: For Qt: «Ctrl+O».
        command: What it calls; see ``bind_keys``.
        text: For people.
        group: Under which heading it is listed.
    """

    sequence: str
    command: str
    text: str
    group: str


KEYS: Final = (
    Key("Space", "pause", "Start, pause, play again", "Source"),
    Key("Ctrl+O", "open", "Open a video", "Source"),
    Key("Ctrl+W", "stop", "Stop and release the source", "Source"),
    Key("R", "record", "Record, and end the recording", "Keep"),
    Key("S", "snapshot", "Save this picture", "Keep"),
    Key("M", "mirror", "Mirror the camera", "Picture"),
    Key("B", "blur", "Blur faces", "Picture"),
    Key("Down", "next_face", "Next face", "Faces"),
    Key("Up", "previous_face", "Previous face", "Faces"),
    Key("A", "largest_face", "Back to the largest face", "Faces"),
    Key("Tab", "panels", "Show only the picture", "Window"),
    Key("F", "full_screen", "Full screen", "Window"),
    Key("T", "theme", "Dark or light", "Window"),
    Key("Esc", "leave", "Leave full screen, close a message", "Window"),
    Key("?", "keys", "This sheet", "Window"),
)


def bind_keys(window: QWidget, commands: Mapping[str, Callable[[], None]]) -> list[QShortcut]:
    """Make every key call its command while ``window`` is in front."""
    shortcuts = []
    for key in KEYS:
        shortcut = QShortcut(QKeySequence(key.sequence), window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(commands[key.command])
        shortcuts.append(shortcut)
    return shortcuts
