"""The page without a source: which cameras there are, or what was looked for, and what else can be opened."""

import sys
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.buttons import Button, Kind
from mien.gui.parts.empty_state import EmptyState

MAX_CAMERAS: Final = 4
_LOOKED_FOR: Final = {
    "linux": "Looked for video devices (/dev/video…) and found none that gives pictures.",
    "darwin": "Asked AVFoundation for cameras and was given none.",
    "win32": "Asked Media Foundation and DirectShow for cameras and was given none.",
}
_CAUSES: Final = "Plug one in; or allow access to it in the system's settings; or close the program that holds it."


class StartPage(QWidget):
    """Emits what was asked for."""

    source_chosen = Signal(str)
    open_asked = Signal()
    demo_asked = Signal()
    cameras_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.state = EmptyState("camera", "Looking for cameras…", "")
        self._cameras: list[Button] = []
        self.open = self.state.add_button(Button("Open a video", "film", kind="primary"))
        self.demo = self.state.add_button(Button("Try the demo", "sparkle", framed=True))
        self.again = self.state.add_button(Button("Look again", "replay", framed=True))
        self.open.clicked.connect(self.open_asked)
        self.demo.clicked.connect(self.demo_asked)
        self.again.clicked.connect(self.cameras_asked)
        hint = QLabel("You can also drop a video anywhere in this window.")
        hint.setFont(text_font(SMALL_PX))
        hint.setProperty("role", "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addWidget(self.state, 1)
        layout.addWidget(hint, alignment=Qt.AlignmentFlag.AlignHCenter)

    @property
    def camera_buttons(self) -> list[Button]:
        """One for each camera on the page."""
        return self._cameras

    def show_looking(self) -> None:
        """Say that cameras are being looked for."""
        self._set_cameras([])
        self.again.setEnabled(False)
        self.state.set_content("camera", "Looking for cameras…", "This takes a second or two.")

    def show_cameras(self, cameras: list[tuple[str, str]]) -> None:
        """Offer the cameras, or say that there is none.

        Args:
            cameras: Name for people and what to open, each.
        """
        self.again.setEnabled(True)
        self._set_cameras(cameras[:MAX_CAMERAS])
        if cameras:
            self.state.set_content(
                "face", "Ready when you are", "Nothing is recorded or kept unless you ask for it."
            )
        else:
            looked = next((text for name, text in _LOOKED_FOR.items() if sys.platform.startswith(name)), "")
            self.state.set_content("camera-off", "No camera found", f"{looked} {_CAUSES}".strip())

    def _set_cameras(self, cameras: list[tuple[str, str]]) -> None:
        for button in self._cameras:
            button.hide()
            button.deleteLater()
        self._cameras = []
        for name, spec in cameras:
            is_first = not self._cameras
            kind: Kind = "primary" if is_first else "plain"
            button = Button(name, "camera", kind=kind, tip=f"Start {name}", framed=True)
            button.clicked.connect(lambda _checked=False, chosen=spec: self.source_chosen.emit(chosen))
            self.state.insert_button(len(self._cameras), button)
            self._cameras.append(button)
        self.again.setVisible(not cameras)
        self.open.set_kind("plain" if cameras else "primary")
