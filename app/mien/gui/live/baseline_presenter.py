"""What the user does with neutral faces: takes one, shows readings relative to it or absolute, keeps it."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from mien.core.baseline import Baseline
from mien.gui.live.baseline_controller import BaselineController, record_of
from mien.gui.live.live_controller import LiveController, Phase
from mien.gui.live.live_transport import LiveTransport
from mien.gui.live.readings_presenter import ReadingsPresenter
from mien.gui.tab_page import Notice
from mien.session.recording import SessionSink


class BaselinePresenter(QObject):
    """Joins the taking of baselines with picture, panel and session; emits ``notified`` with a ``Notice``."""

    notified = Signal(object)

    def __init__(
        self, control: BaselineController, controller: LiveController, readings: ReadingsPresenter, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._control = control
        self._controller = controller
        self._readings = readings
        self._networks: tuple[str, ...] = ()
        self._session: SessionSink | None = None
        control.taken.connect(self._keep)
        control.doubted.connect(self._ask)
        control.given_up.connect(self._tell_why_not)
        controller.recorder.changed.connect(self._keep_earlier)

    def take(self) -> None:
        """Begin to take the selected person's neutral face, or stop taking it."""
        if self._control.cancel():
            return
        face_id = self._readings.selection.current
        if self._controller.phase is not Phase.PLAYING:
            return
        if face_id is None:
            self.notified.emit(Notice("Nobody is in view whose neutral face could be taken"))
        else:
            self._control.start(face_id)

    def switch(self) -> None:
        """Show readings absolute instead of relative, or the other way round."""
        is_relative = self._controller.settings.shown.relative
        if self._control.held_for(self._networks) or is_relative:
            self._controller.change(shown={"relative": not is_relative})
        else:
            text = f"No neutral face was taken yet{' with this network' if self._control.baselines else ''}"
            self.notified.emit(Notice(text, "Take one", self.take))

    def refresh(self, transport: LiveTransport, networks: Sequence[str]) -> None:
        """Bring picture, panel and button in line with what was taken and what is asked for.

        Args:
            transport: Holds the button.
            networks: What makes the readings.
        """
        self._networks = tuple(networks)
        is_relative = self._controller.settings.shown.relative
        face_id = self._readings.selection.current
        transport.show_baseline(
            can_take=self._controller.phase is Phase.PLAYING,
            is_taking=self._control.is_taking,
            is_used=is_relative and any(each.face_id == face_id for each in self._control.held_for(networks)),
        )
        self._controller.use_baselines(self._control.baselines)

    def _keep(self, taken: list[Baseline]) -> None:
        """Show readings relative to what was taken, and keep it with the session."""
        session = self._controller.recorder.session
        if session is not None:
            for baseline in taken:
                session.add_baseline(record_of(baseline))
        self._controller.change(shown={"relative": True})
        text = f"Readings of face {taken[0].face_id} are now relative to its neutral face"
        self.notified.emit(
            Notice(text, "Show absolute", lambda: self._controller.change(shown={"relative": False}))
        )

    def _keep_earlier(self) -> None:
        """Keep with a session that begins what was taken before: its readings are relative to that."""
        session = self._controller.recorder.session
        if session is self._session:
            return
        self._session = session
        if session is not None:
            for baseline in self._control.baselines:
                session.add_baseline(record_of(baseline))

    def _ask(self, taken: list[Baseline], doubt: str) -> None:
        """Ask before a face that hardly looks neutral becomes what readings are relative to."""
        text = f"Baseline not set: the face reads as {doubt}, which is hardly neutral"
        self.notified.emit(Notice(text, "Use it anyway", lambda: self._control.accept(taken), stays=True))

    def _tell_why_not(self, reason: str) -> None:
        self.notified.emit(Notice(f"No neutral face was taken: {reason}", "Try again", self.take, stays=True))
