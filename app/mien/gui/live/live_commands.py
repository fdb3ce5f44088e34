"""What keys and buttons do with a camera's picture."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from mien.capture.source_spec import kind_of_source
from mien.core.frame import SourceKind
from mien.errors import SourceError
from mien.gui.live.countdown import Countdown
from mien.gui.live.live_controller import LiveController, Phase
from mien.gui.live.live_workspace import LiveWorkspace
from mien.gui.parts.name_editor import NameEditor
from mien.settings import FaceCover


class LiveCommands(QObject):
    """Acts on what is open.

    Emits ``reopen_asked`` with a source that is to be opened again, ``stream_named`` with one that the user typed,
    ``changed`` when what is shown must follow, and ``failed`` with an error.

    Args:
        controller: Of what is open.
        view: Where it is shown.
        countdown: Runs before a recording.
        page: Dialogs lie over it.
    """

    reopen_asked = Signal(str)
    stream_named = Signal(str)
    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, controller: LiveController, view: LiveWorkspace, countdown: Countdown, page: QWidget
    ) -> None:
        super().__init__(page)
        self.controller = controller
        self.view = view
        self.countdown = countdown
        self._page = page
        self._last_cover: FaceCover = "blur"
        controller.changed.connect(self._note_cover)
        countdown.done.connect(self.begin_recording)
        self._note_cover()

    def pause(self) -> None:
        """Pause or go on; where nothing is open or all was shown, begin anew."""
        if self.controller.phase is Phase.IDLE:
            self.reopen_asked.emit(self.controller.spec or self.controller.settings.camera.source)
            return
        if self.controller.phase is Phase.OVER:
            self.view.readings.reset()
        self.controller.toggle_pause()

    def record(self) -> None:
        """End what is recorded or counted down, or begin: at once, or after the countdown."""
        controller = self.controller
        if self.countdown.cancel():
            return
        if controller.recorder.is_recording or not controller.is_open:
            controller.toggle_recording()
        elif controller.phase is not Phase.OVER:
            self.countdown.start(controller.settings.video.countdown_s)
        self.changed.emit()

    def begin_recording(self) -> None:
        """Record what comes from now on."""
        if not self.controller.recorder.is_recording:
            self.controller.toggle_recording()
            self.changed.emit()

    def snapshot(self) -> None:
        """Save the newest picture."""
        latest = self.view.readings.latest
        if latest is None or not self.controller.is_open:
            return
        self.controller.save_snapshot(latest[0])

    def mirror(self) -> None:
        """Show the picture as a mirror does, or no longer."""
        self.controller.change(camera={"mirror": not self.controller.settings.camera.mirror})

    def blur(self) -> None:
        """Hide faces, in the way that was chosen last, or show them again."""
        is_hidden = self.controller.settings.video.cover != "none"
        self.controller.change(video={"cover": "none" if is_hidden else self._last_cover})

    def switch_seen(self) -> None:
        """Show what the network sees, or no longer."""
        self.controller.change(window={"shows_seen": not self.controller.settings.window.shows_seen})

    def switch_details(self) -> None:
        """Look closely at faces, or no longer."""
        is_on = not self.controller.settings.reading.face_details
        self.controller.change(reading={"face_details": is_on})
        if is_on:
            self.view.panel.tabs.choose(1)

    def show_timeline(self, mode: str) -> None:
        """Draw the timeline in another way."""
        self.controller.change(window={"timeline": mode})

    def now_s(self) -> float | None:
        """Media time of the newest picture, or None where there is none."""
        latest = self.view.readings.latest
        return latest[0].frame.timestamp_s if latest is not None and self.controller.is_open else None

    def ask_for_stream(self) -> None:
        """Ask for the address of a stream, and open it."""
        last = self.controller.settings.camera.source
        address = last if kind_of_source(last) is SourceKind.STREAM else ""
        dialog = NameEditor(
            address, "rtsp://camera.local:554/stream", self._page, title="Network stream", action="Open"
        )
        if dialog.exec() != QDialog.DialogCode.Accepted or not dialog.name:
            return
        if kind_of_source(dialog.name) is SourceKind.STREAM:
            self.stream_named.emit(dialog.name)
        else:
            message = f"{dialog.name}: no address of a stream; it begins with rtsp://, http:// or https://"
            self.failed.emit(SourceError(message))

    def choose_mode(self, width_px: int, height_px: int, fps: float) -> None:
        """Open the camera again in another size."""
        self.controller.change(camera={"size_wh": (width_px, height_px), "fps": fps})
        if self.controller.spec:
            self.reopen_asked.emit(self.controller.spec)

    def try_with(self, **groups: Mapping[str, object]) -> None:
        """Choose something else, and open again what could not be opened."""
        self.controller.change(**groups)
        if self.controller.phase is Phase.IDLE and self.controller.spec:
            self.reopen_asked.emit(self.controller.spec)

    def _note_cover(self) -> None:
        """Keep in mind how faces were hidden last."""
        if self.controller.settings.video.cover != "none":
            self._last_cover = self.controller.settings.video.cover
