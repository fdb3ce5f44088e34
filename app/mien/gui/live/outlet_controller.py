"""Readings for other programs, as the settings say, for whatever source is open; and markers from them."""

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from mien.errors import AppError, OutletError
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.live.live_controller import LiveController
from mien.gui.tab_page import Notice
from mien.outlets import IncomingMarker, LiveOutlets
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.shown_choices import own_names
from mien.settings import IntegrationSettings, Settings

_ADDRESS: Final = "ws://"


class OutletController(QObject):
    """Opens and closes outlets beside the GUI thread.

    Emits ``failed`` with an ``AppError``, and ``notified`` with a ``Notice``.

    Args:
        choices: The user's.
        controller: Whose sources are sent out, and whose recording gets the markers.
        parent: Qt's.
    """

    failed = Signal(object)
    notified = Signal(object)
    _arrived = Signal(object)

    def __init__(self, choices: Choices, controller: LiveController, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._background = Background(self)
        self._live = LiveOutlets(self._on_failure)
        self._live.inbox.add_listener(self._arrived.emit)
        self._arrived.connect(self._take_marker)
        choices.changed.connect(self._follow)
        controller.started.connect(self._attach)
        self._follow(Settings(), choices.settings)

    def shut_down(self, timeout_s: float) -> bool:
        """End all connections; say whether that ended in time."""
        self._background.run(self._live.close, lambda _: None, self.failed.emit)
        return self._background.join(timeout_s)

    def _follow(self, before: Settings, after: Settings) -> None:
        if before.integrations != after.integrations:
            self._choose(after.integrations)
        if before.own.expressions != after.own.expressions:
            self._background.run(partial(self._live.take_own, own_names(after)), lambda _: None, self.failed.emit)

    def _choose(self, choices: IntegrationSettings) -> None:
        self._background.run(partial(self._live.choose, choices), self._show, self.failed.emit)

    def _attach(self, pipeline: Pipeline) -> None:
        self._background.run(partial(self._live.attach, pipeline), lambda _: None, self.failed.emit)

    def _show(self, notes: tuple[str, ...]) -> None:
        """Say once where other programs find what they were promised; an address can be copied."""
        for note in notes:
            address = note[note.index(_ADDRESS) :] if _ADDRESS in note else ""
            copy = partial(QGuiApplication.clipboard().setText, address) if address else None
            self.notified.emit(Notice(note, "Copy address" if address else "", copy, stays=True))

    def _take_marker(self, marker: IncomingMarker) -> None:
        session = self._controller.recorder.session
        if session is not None:
            session.add_marker(marker.kind, marker.at_s, marker.end_s, marker.text, marker.origin)
        self.notified.emit(Notice(f"Marker: {marker.text}" if marker.text else "Marker"))

    def _on_failure(self, error: BaseException) -> None:
        self.failed.emit(error if isinstance(error, AppError) else OutletError(f"{error}; the source goes on"))
