"""The place of a video or a session: picture, timeline and details, and what the keys do."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.engine.contracts import ReviewEngine
from mien.errors import printable
from mien.gui.choices import Choices
from mien.gui.event_menu import EventMenu
from mien.gui.look.theme import colour, surfaces
from mien.gui.parts.buttons import Button
from mien.gui.parts.empty_state import EmptyState
from mien.gui.parts.file_browser import show_in_files
from mien.gui.parts.key_hint import add_keyed
from mien.gui.review.alike_controller import AlikeController
from mien.gui.review.export_controller import ExportController
from mien.gui.review.label_controller import LabelController
from mien.gui.review.library_controller import LibraryController
from mien.gui.review.marker_controller import MarkerController
from mien.gui.review.person_controller import PersonController
from mien.gui.review.review_commands import ReviewCommands
from mien.gui.review.review_controller import ReviewController
from mien.gui.review.review_presenter import ReviewPresenter
from mien.gui.review.review_workspace import ReviewWorkspace
from mien.gui.review.selection_controller import SelectionController
from mien.gui.review.session_library import SessionLibrary
from mien.gui.review.statistics_controller import StatisticsController
from mien.gui.review.timeline_presenter import TimelinePresenter
from mien.gui.review.turn_controller import TurnController
from mien.gui.review.view_menu import ViewMenu
from mien.gui.review.work_strip import show_analysis
from mien.gui.tab_page import Notice, TabPage
from mien.places import demo_clip
from mien.session.analyses.analysis import AnalysisStage
from mien.session.notes.annotations import Marker
from mien.session.open_media import OpenMedia
from mien.timeline.clock import clock


class ReviewPage(TabPage):
    """Opens one video or session at a time.

    Args:
        engine: Opens, reads and exports.
        choices: The user's.
        parent: As in Qt.
    """

    def __init__(self, engine: ReviewEngine, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.controller = ReviewController(engine, choices, self)
        self.choices = choices
        self._shown: OpenMedia | None = None
        self.exports = ExportController(engine, self.controller, choices, self)
        self.people = PersonController(self.controller.notes, self.controller.lanes, self)
        self.alike = AlikeController(engine, self.controller, self.people, choices)
        self.turning = TurnController(engine, self.controller, choices)
        self.workspace = ReviewWorkspace(self.controller.lanes, (self.alike.strip, self.exports.strip))
        self.stage, self.side, self.strip = self.workspace.stage, self.workspace.side, self.workspace.strip
        self.timeline, self.transport = self.workspace.timeline, self.workspace.transport
        self.timeline_bar = self.workspace.timeline_bar
        self.empty = self._make_empty()
        self.library = LibraryController(engine, choices, self)
        self.sessions = SessionLibrary(self.library)
        self.readings = ReviewPresenter(
            self.controller, self.stage.picture, self.side, self.timeline, self.transport
        )
        self.marking = MarkerController(
            self.controller.notes,
            lambda: self.readings.time_s,
            lambda: self.controller.player.state.duration_s,
            lambda: choices.settings.events.types,
            self,
        )
        self.event_menu = EventMenu(choices, self.marking.mark_type, lambda: self.marking.open_types.keys(), self)
        self.selection = SelectionController(
            self.controller.player, self.marking, lambda: self.readings.time_s, self
        )
        self._marks = TimelinePresenter(
            self.controller, self.workspace, self.readings, self.marking, self.selection, choices
        )
        self.labelling = LabelController(
            self.controller.notes, self.controller.lanes, self.selection, lambda: self.readings.time_s, self
        )
        self._commands = ReviewCommands(
            self.controller,
            choices,
            self.workspace,
            self.readings,
            self.people,
            self.marking,
            self.selection,
            self.labelling,
            self.exports,
            self.event_menu,
            self,
        )
        self.statistics = StatisticsController(self.controller, self.selection, self.marking, choices, self)
        self.views = ViewMenu(choices, self.timeline, self._marks.choose_curves, self)
        self._lay_out()
        self._connect()
        self._show_subject()

    # What the window asks

    @property
    def subject(self) -> str:
        """What is open, for people."""
        return self.controller.subject.title if self.controller.subject is not None else ""

    @property
    def busy(self) -> str:
        """What goes on while another place is in front."""
        if self.exports.is_running:
            return "exporting"
        return "reading faces" if self.controller.is_reading else ""

    @property
    def read_by(self) -> tuple[str, ...]:
        """The networks that made the readings."""
        return self.controller.networks

    @property
    def banner_ground(self) -> QWidget:
        """Messages lie over the picture."""
        return self.stage if self._pages.currentIndex() == 0 else self

    def open(self, path: str) -> None:
        """Open a video or a session's folder."""
        self.controller.open(path)

    def close_current(self) -> None:
        """Close what is open."""
        self._commands.close()

    def enter(self) -> None:
        """See what was recorded meanwhile."""
        self.library.look()

    def leave(self) -> None:
        """Rest while nobody looks."""
        self.controller.player.pause()

    def take_escape(self) -> bool:
        """Put a marker back that is being moved, forget a span that was begun, or drop the selection."""
        return self.timeline.drop_marker() or self.marking.drop_span() or self.selection.drop()

    def show_panels(self, is_shown: bool) -> None:
        """Show or hide all but the picture."""
        self.workspace.show_panels(is_shown)

    def shut_down(self, timeout_s: float) -> bool:
        """End everything."""
        parts = (self.statistics, self.exports, self.alike, self.turning, self.library, self.controller)
        has_ended = [part.shut_down(timeout_s) for part in parts]
        return all(has_ended)

    def commands(self) -> dict[str, Callable[[], None]]:
        """Return what the keys do here."""
        table = {**self._commands.table(), "rotate": self.turning.turn_on, "statistics": self.statistics.show}
        table["views"] = lambda: self.views.open_above(self.timeline_bar.views)
        if self._pages.currentWidget() is self.sessions:
            table["rename"], table["delete_marker"] = self.sessions.rename_selected, self.sessions.delete_selected
        return table

    # The parts

    def _make_empty(self) -> EmptyState:
        empty = EmptyState(
            "film",
            "Review a recording",
            "Drop a video or a recorded session here, or open one. Its faces are analysed while it plays; the "
            "readings are kept, so that reopening is instant.",
        )
        self._buttons = {
            "open": empty.add_button(Button("Open a video", "film", kind="primary")),
            "session": empty.add_button(Button("Open a session", "session", framed=True)),
            "demo": empty.add_button(Button("Demo clip", "sparkle", framed=True)),
        }
        self._buttons["open"].clicked.connect(self.dialog_asked)
        self._buttons["session"].clicked.connect(lambda: self._commands.ask_for_session())
        self._buttons["demo"].clicked.connect(lambda: self.open_asked.emit(str(demo_clip())))
        return empty

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.workspace)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.sessions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)

    def _connect(self) -> None:
        control = self.controller
        control.changed.connect(self._show_subject)
        control.opened.connect(self.arrived)
        control.progressed.connect(self._show_progress)
        control.readings_changed.connect(self._show_readings)
        control.failed.connect(self.failed)
        control.frame_saved.connect(self._tell_saved)
        control.player.changed.connect(self._show_player)
        control.player.result_waits.connect(self._show_result, Qt.ConnectionType.QueuedConnection)
        control.notes.stack.indexChanged.connect(self._show_edits)
        for bar in (self.transport, self.timeline_bar):
            bar.asked.connect(lambda name: self.commands()[name]())
        self._commands.switched.connect(self._show_player)
        self._commands.open_asked.connect(self.open_asked)
        self.transport.speed_chosen.connect(control.player.set_speed)
        self.strip.pressed.connect(
            lambda: control.cancel_reading() if control.is_reading else control.read_again()
        )
        self._connect_library()
        self._connect_controllers()
        self._connect_timeline()
        self._connect_people_and_picture()

    def _connect_library(self) -> None:
        self.library.changed.connect(self._show_library)
        self.library.failed.connect(self.failed)
        self.library.notified.connect(self.notified)
        self.sessions.opened.connect(self.open_asked)
        self.sessions.video_asked.connect(self.dialog_asked)
        self.sessions.session_asked.connect(lambda: self._commands.ask_for_session())
        self.sessions.demo_asked.connect(lambda: self.open_asked.emit(str(demo_clip())))

    def _connect_controllers(self) -> None:
        """Follow what is done with people, markers, selection and exports."""
        self.people.refused.connect(lambda reason: self.notified.emit(Notice(reason)))
        self.labelling.refused.connect(lambda reason: self.notified.emit(Notice(reason)))
        self.alike.failed.connect(self.failed)
        self.alike.changed.connect(self.workspace.fit_timeline)
        self.turning.notified.connect(self.notified)
        for writer in (self.exports, self.statistics):
            writer.failed.connect(self.failed)
            writer.notified.connect(self.notified)
        self.exports.changed.connect(self._show_progress)

    def _connect_timeline(self) -> None:
        timeline, player = self.timeline, self.controller.player
        timeline.view_changed.connect(lambda: self.timeline_bar.overview.show_view(timeline.view))
        timeline.heights_changed.connect(self.workspace.fit_timeline)
        self.timeline_bar.overview.moved.connect(timeline.look_at)
        timeline.person_chosen.connect(self.readings.choose)
        timeline.sought.connect(player.seek)
        timeline.rename_asked.connect(self.people.rename)
        timeline.merge_asked.connect(self.people.merge)
        timeline.menu_asked.connect(self._show_menu)
        timeline.marker_chosen.connect(self.marking.select)
        timeline.marker_opened.connect(self.marking.edit)
        timeline.marker_moved.connect(self.marking.move)
        timeline.span_chosen.connect(self.selection.choose)
        timeline.nearest_frame = lambda time_s: player.state.nearest_frame(time_s)

    def _connect_people_and_picture(self) -> None:
        side, picture = self.side, self.stage.picture
        side.close_button.clicked.connect(self.close_current)
        side.people.chosen.connect(self.readings.choose)
        side.people.opened.connect(self.people.rename)
        side.people.menu_asked.connect(self.people.show_menu)
        side.markers.opened.connect(self.marking.edit)
        side.markers.chosen.connect(self._commands.choose_marker)
        side.markers.deleted.connect(self.marking.remove)
        picture.room_changed.connect(self.controller.player.show_at)
        picture.face_chosen.connect(self.readings.choose)
        picture.emptiness_clicked.connect(self._commands.play_or_pause)
        picture.double_clicked.connect(self.full_screen_asked)

    # What the control tells

    def _show_subject(self) -> None:
        control = self.controller
        if control.subject is not self._shown:
            self._shown = control.subject
            self._forget_last()
        is_open = control.subject is not None or control.opening is not None
        if is_open:
            self._pages.setCurrentWidget(self.workspace)
        else:
            self._show_library()
            self.library.look()
        self._show_opening()
        self._show_player()
        self._show_readings()
        self._marks.show_markers()
        self._show_edits()
        self._show_progress()
        self.subject_changed.emit()

    def _show_library(self) -> None:
        """Show all sessions where nothing is open, or, where there is none, what to do."""
        if self.controller.subject is None and self.controller.opening is None:
            has_sessions = bool(self.library.sessions)
            self._pages.setCurrentWidget(self.sessions if has_sessions else self.empty)
            self.ground_changed.emit()

    def _forget_last(self) -> None:
        """Clear what was about something else."""
        self.readings.reset()
        self.stage.picture.clear()
        self.marking.drop_span()
        self.selection.forget()
        self.side.details.show_empty("No readings yet", "They appear with the first face.")

    def _show_opening(self) -> None:
        """Say what is being opened: in the picture's place, or in its corner while something else is open."""
        control = self.controller
        name = printable(control.opening.name) if control.opening is not None else ""
        if name and control.subject is None:
            self.stage.say("film", "Opening…", name)
        else:
            self.stage.clear_message()
        burnt_in = "The overlay is part of this recording" if self._is_burnt_in() else ""
        self.stage.show_pill(f"Opening {name}…" if name and control.subject is not None else burnt_in)

    def _show_player(self) -> None:
        state = self.controller.player.state
        self.transport.show_playing(state)
        self.transport.show_turn(can_turn=self.controller.can_turn)
        self.transport.overlay.setChecked(self._commands.shows_overlay)
        self.transport.overlay.setEnabled(state.info is not None and not self._is_burnt_in())
        has_sound = state.info is not None and state.info.has_audio
        self.transport.show_sound(is_muted=self._commands.is_muted, hint=state.hint, has_sound=has_sound)
        if state.info is not None and state.duration_s != self.timeline.view.duration_s:
            self.timeline.set_duration(state.duration_s)
            self.controller.show_on_picture()

    def _show_result(self) -> None:
        taken: tuple[FrameResult, Image] | None = self.controller.player.take()
        if taken is not None and self.controller.subject is not None:
            self.readings.show(*taken)
            self.timeline_bar.overview.show_time(self.readings.time_s)

    def _show_readings(self) -> None:
        self.subject_changed.emit()
        self.timeline.refresh(self.controller.read_until_s)
        self.timeline.show_by_hand(self.controller.by_hand())
        self._marks.show_curves()
        self.workspace.fit_timeline()
        self.readings.refresh()
        self._marks.show_overview()
        self.exports.refresh(self.transport.export)

    def _show_progress(self) -> None:
        control = self.controller
        progress = control.progress
        show_analysis(self.strip, progress, clock(control.read_until_s), control.reading_error)
        self.workspace.fit_timeline()
        self.exports.refresh(self.transport.export)
        if progress.stage is AnalysisStage.READING:
            self.timeline.refresh(control.read_until_s)
        else:
            self.readings.refresh()
            self.subject_changed.emit()

    def _show_edits(self) -> None:
        stack = self.controller.notes.stack
        self.transport.show_edits(stack.undoText(), stack.redoText())

    def _tell_saved(self, path: Path) -> None:
        self.notified.emit(Notice(f"Saved {printable(path.name)}", "Show", partial(show_in_files, path.parent)))

    def _is_burnt_in(self) -> bool:
        return self.controller.subject is not None and self.controller.subject.has_overlay

    # What the user asks for

    def _show_menu(self, place: QPoint, person_id: int | None, marker: Marker | None) -> None:
        at_s = self.timeline.moment_at(place)

        def add_actions(menu: QMenu) -> None:
            if marker is not None:
                menu.addAction("Change the marker…").triggered.connect(lambda: self.marking.edit(marker))
                add_keyed(menu, "Delete the marker", "review.delete_marker").triggered.connect(
                    lambda: self.marking.remove(marker)
                )
            elif at_s is not None:
                labels = menu.addMenu("Label by hand")
                labels.setEnabled(self.labelling.fill(labels, person_id, at_s))

        if person_id is not None:
            self.people.show_menu(place, person_id, add_actions)
        elif marker is not None:
            menu = QMenu(self)
            add_actions(menu)
            menu.popup(place)

    # What Qt tells

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.fillRect(QRectF(self.rect()), colour(surfaces().window))
        painter.end()
