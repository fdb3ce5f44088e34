"""What keys and buttons do in Review."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from mien.gui.choices import Choices
from mien.gui.event_menu import EventMenu
from mien.gui.review.export_controller import ExportController
from mien.gui.review.label_controller import LabelController
from mien.gui.review.marker_controller import MarkerController
from mien.gui.review.person_controller import PersonController
from mien.gui.review.review_controller import ReviewController
from mien.gui.review.review_presenter import ReviewPresenter
from mien.gui.review.review_timeline import ZOOM
from mien.gui.review.review_workspace import ReviewWorkspace
from mien.gui.review.selection_controller import SelectionController
from mien.playback.playhead import faster
from mien.session.notes.annotations import Marker

_JUMP_S: Final = 5.0


class ReviewCommands(QObject):
    """Emits ``switched`` when overlay or sound went on or off, ``open_asked`` with a session's folder.

    Attributes:
        is_muted: Whether sound is off.
    """

    switched = Signal()
    open_asked = Signal(str)

    def __init__(
        self,
        control: ReviewController,
        choices: Choices,
        workspace: ReviewWorkspace,
        readings: ReviewPresenter,
        people: PersonController,
        marking: MarkerController,
        selection: SelectionController,
        labelling: LabelController,
        exports: ExportController,
        event_menu: EventMenu,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._control = control
        self._choices = choices
        self._workspace = workspace
        self._readings = readings
        self._people = people
        self._marking = marking
        self._selection = selection
        self._labelling = labelling
        self._exports = exports
        self._event_menu = event_menu
        self._window = window
        self.is_muted = choices.settings.window.muted
        control.player.mute(self.is_muted)

    @property
    def shows_overlay(self) -> bool:
        """Whether readings are painted over the picture."""
        return self._choices.settings.window.overlay

    def table(self) -> dict[str, Callable[[], None]]:
        """Return them by the names of ``mien.gui.shell.shortcuts``."""
        player, readings, timeline = self._control.player, self._readings, self._workspace.timeline
        marking, stack = self._marking, self._control.notes.stack
        return {
            "pause": self.play_or_pause,
            "stop": self.close,
            "next_frame": lambda: player.step(1),
            "previous_frame": lambda: player.step(-1),
            "later": lambda: self._jump(_JUMP_S),
            "earlier": lambda: self._jump(-_JUMP_S),
            "beginning": lambda: player.seek(0.0),
            "end": lambda: player.seek(player.state.duration_s),
            "backwards": lambda: self._shuttle(back=True),
            "halt": player.pause,
            "forwards": lambda: self._shuttle(back=False),
            "loop": self._selection.loop,
            "set_start": self._selection.set_start,
            "set_end": self._selection.set_end,
            "label_by_hand": self._label,
            "save_frame": self._save_frame,
            "mark_event": lambda: self._mark(marking.mark_event),
            **{name: partial(self._mark, mark) for name, mark in self._event_menu.commands().items()},
            "event_types": lambda: self._event_menu.open_above(self._workspace.transport.types),
            "mark_note": lambda: self._mark(marking.mark_note),
            "mark_span": lambda: self._mark(marking.mark_span),
            "delete_marker": marking.delete,
            "next_marker": lambda: self._go_to_marker(1),
            "previous_marker": lambda: self._go_to_marker(-1),
            "undo": stack.undo,
            "redo": stack.redo,
            "rename": self._rename,
            "next_person": lambda: readings.choose_neighbour(1),
            "previous_person": lambda: readings.choose_neighbour(-1),
            "zoom_in": lambda: timeline.zoom(1 / ZOOM),
            "zoom_out": lambda: timeline.zoom(ZOOM),
            "zoom_all": timeline.show_all,
            "curves": self._workspace.timeline_bar.menu.switch_expressions,
            "overlay": self._switch_overlay,
            "mute": self._mute,
            "export": self._export,
            "open_outside": self._control.open_outside,
            "open_session": self.ask_for_session,
        }

    def close(self) -> None:
        """Close what is open."""
        self._control.close()

    def play_or_pause(self) -> None:
        """Play, or pause."""
        player = self._control.player
        if player.state.is_playing:
            player.pause()
        else:
            player.play()

    def choose_marker(self, marker: Marker) -> None:
        """Take a marker in hand and go there."""
        self._marking.select(marker)
        self._control.player.seek(marker.start_s)

    def ask_for_session(self) -> None:
        """Let a session's folder be chosen."""
        start = self._choices.settings.window.open_folder
        folder = QFileDialog.getExistingDirectory(self._window, "Open a session", start)
        if folder:
            self.open_asked.emit(folder)

    def _shuttle(self, *, back: bool) -> None:
        player = self._control.player
        player.play(faster(player.state.speed if player.state.is_playing else 0.0, back=back))

    def _jump(self, by_s: float) -> None:
        self._control.player.seek(max(self._readings.time_s + by_s, 0.0))

    def _mark(self, command: Callable[[], None]) -> None:
        """Mark something, where a video is open."""
        if self._control.player.state.info is not None:
            self._workspace.side.go_to_markers()
            command()
        self._marking.span_changed.emit()  # a button that was pressed in vain goes back

    def _go_to_marker(self, step: int) -> None:
        marker = self._marking.neighbour(step)
        if marker is not None:
            self.choose_marker(marker)

    def _rename(self) -> None:
        if self._readings.person_id is not None:
            self._people.rename(self._readings.person_id)

    def _export(self) -> None:
        self._exports.ask(self._selection.span)

    def _label(self) -> None:
        """Offer labels for the selected person, where its lane is on the timeline."""
        person_id, timeline = self._readings.curves_id, self._workspace.timeline
        self._labelling.show_menu(timeline.place_of(person_id), person_id)

    def _save_frame(self) -> None:
        if self._readings.latest is not None:
            self._control.save_frame(self._readings.latest[0])

    def _switch_overlay(self) -> None:
        self._choices.change(window={"overlay": not self.shows_overlay})
        self._control.show_on_picture()
        self.switched.emit()

    def _mute(self) -> None:
        self.is_muted = not self.is_muted
        self._control.player.mute(self.is_muted)
        self._choices.change(window={"muted": self.is_muted})
        self.switched.emit()
