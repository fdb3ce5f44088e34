"""Which cameras there are, kept in line with what is plugged in, and what sizes the open one offers."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from mien.gui.live.live_controller import LiveController, Phase
from mien.gui.live.start_page import StartPage

CAMERAS_MS: Final = 3000
"""How often cameras are looked for, so that one that was plugged in appears by itself."""


class CameraWatch(QObject):
    """Looks for cameras while somebody may want one.

    Emits ``changed`` when others are there than before, and ``found`` with what to open for the first picture.

    Args:
        controller: Looks for them, and knows which was used last.
        start: The page that lists them.
        is_wanted: Whether it is worth looking.
        parent: Who owns it.

    Attributes:
        cameras: Name for people and what to open, each.
    """

    changed = Signal()
    found = Signal(str)

    def __init__(
        self, controller: LiveController, start: StartPage, is_wanted: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.cameras: list[tuple[str, str]] = []
        self._controller = controller
        self._start = start
        self._is_wanted = is_wanted
        self._is_asked = False
        self._opens_one = False
        controller.cameras_found.connect(self._show)
        self._timer = QTimer(self)
        self._timer.setInterval(CAMERAS_MS)
        self._timer.timeout.connect(self._look_beside)
        self._timer.start()

    def look(self) -> None:
        """Look now, and say so."""
        self._is_asked = True
        self._start.show_looking()
        self._controller.find_cameras()

    def open_one(self, is_wanted: bool) -> None:
        """Open the camera that was used last, or the first, as soon as the list is there; or no longer do."""
        self._opens_one = is_wanted

    def open_next(self) -> str:
        """Open the camera after the one that is open; return why not, in a line, or nothing.

        A recording is of one camera and goes on: nothing is opened meanwhile.
        """
        if self._controller.recorder.is_recording:
            return "End the recording first: it is of this camera"
        known = [spec for _, spec in self.cameras]
        now = self._controller.spec if self._controller.is_open else ""
        others = [spec for spec in known if spec != now]
        if not others:
            return "No other camera found" if known else "No camera found"
        at = known.index(now) + 1 if now in known else 0
        self.found.emit(known[at % len(known)])
        return ""

    def _look_beside(self) -> None:
        if self._is_wanted() and not self._is_asked:
            self._controller.find_cameras()

    def _show(self, cameras: list[tuple[str, str]]) -> None:
        if cameras != self.cameras or self._is_asked:
            self._is_asked = False
            self.cameras = cameras
            self._start.show_cameras(cameras)
            self.changed.emit()
        opens_one, self._opens_one = self._opens_one, False
        if opens_one and cameras and self._controller.phase is Phase.IDLE:
            last = self._controller.settings.camera.source
            known = [spec for _, spec in cameras]
            self.found.emit(last if last in known else known[0])
