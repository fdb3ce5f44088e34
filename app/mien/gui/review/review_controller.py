"""What Review does beside showing: opens videos and sessions, has them read, and keeps notes and readings."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from mien.core.emotion import AffectError
from mien.core.face import FrameResult
from mien.core.series import ReadingSeries
from mien.engine.contracts import ReviewEngine
from mien.engine.remedies import words_of
from mien.errors import AppError, SessionError
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.pictures_folder import pictures_folder
from mien.gui.review.notes import Notes
from mien.gui.review.player import Player
from mien.places import from_home
from mien.session.analyses.analysis import Analysis, AnalysisProgress, AnalysisStage
from mien.session.analyses.recall import Recall
from mien.session.layout import is_session
from mien.session.notes.annotations import HandLabel
from mien.session.notes.hand_labels import labels_of
from mien.session.notes.persons import apply_persons
from mien.session.open_media import OpenMedia
from mien.session.stored import StoredSession, open_session
from mien.settings import Settings
from mien.timeline.lanes import Lanes

POLL_MS: Final = 250
AGAIN_MS: Final = 900
"""After the last change of a setting, a video is read anew; a slider changes many times."""
SHOW_MS: Final = 120
"""After the last change of how readings are shown, they are shown so."""


class ReviewController(QObject):
    """Owns what is open.

    Emits ``changed`` when something else is open or opening, ``opened`` when that could be opened,
    ``readings_changed`` when there are more or other
    readings or other persons, ``progressed`` while a video is read, ``failed`` with an ``AppError``, and
    ``frame_saved`` with the path of a picture.
    """

    changed = Signal()
    opened = Signal()
    readings_changed = Signal()
    progressed = Signal()
    failed = Signal(object)
    frame_saved = Signal(object)

    def __init__(self, engine: ReviewEngine, choices: Choices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.subject: OpenMedia | None = None
        self.opening: Path | None = None
        self.rotate_deg = 0
        self._asked = ""
        self.lanes = Lanes()
        self.notes = Notes(self)
        self.player = Player(engine.open_speaker(), self)
        self._choices = choices
        self._engine = engine
        self._background = Background(self)
        self._analysis: Analysis | None = None
        self._old_analyses: list[Analysis] = []
        self._generation = 0
        self._recall: Recall | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self._look)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.read_again)
        self._show = QTimer(self)
        self._show.setSingleShot(True)
        self._show.setInterval(SHOW_MS)
        self._show.timeout.connect(self._show_again)
        self.notes.changed.connect(self._follow)
        self.notes.failed.connect(self.failed)
        self.player.failed.connect(self._lose_video)
        choices.changed.connect(self._choose)

    @property
    def settings(self) -> Settings:
        """The user's choices, and how far what is open is turned."""
        return self._choices.settings.changed(camera={"rotate_deg": self.rotate_deg})

    @property
    def can_turn(self) -> bool:
        """Whether what is open can be turned: a video is read anew, the readings of a session stand."""
        return self.subject is not None and self.subject.stored is None

    @property
    def series(self) -> ReadingSeries | None:
        """The readings there are, or None."""
        if self.subject is not None and self.subject.stored is not None:
            return self.subject.stored.series
        return self._analysis.series if self._analysis is not None else None

    @property
    def networks(self) -> tuple[str, ...]:
        """The names of the network that made the readings, and of a second one."""
        if self.subject is not None and self.subject.stored is not None:
            return self.subject.stored.networks
        return self._analysis.networks if self._analysis is not None else ()

    @property
    def affect_errors(self) -> tuple[AffectError | None, ...]:
        """How far the valence and arousal of each network lie from a person's rating."""
        if self.subject is not None and self.subject.stored is not None:
            return self.subject.stored.affect_errors
        return self._analysis.affect_errors if self._analysis is not None else ()

    @property
    def recall(self) -> Recall | None:
        """Gives the readings of any moment, by person; None where there are none."""
        return self._recall

    @property
    def progress(self) -> AnalysisProgress:
        """How far the readings are; a session is done."""
        return self._analysis.progress() if self._analysis is not None else AnalysisProgress(AnalysisStage.DONE)

    @property
    def reading_error(self) -> str:
        """Why the video could not be read, or empty."""
        error = self._analysis.error if self._analysis is not None else None
        return words_of(error) if error is not None else ""

    @property
    def is_reading(self) -> bool:
        """Whether a video is being read."""
        return self.progress.stage in (AnalysisStage.LOOKING, AnalysisStage.READING)

    @property
    def read_until_s(self) -> float:
        """Media time up to which there are readings."""
        series = self.series
        return series.end_s if series is not None else 0.0

    def open(self, path: str, *, trusts_outside: bool = False) -> None:
        """Open a video or a session in place of what is open, once it is known that it can be opened.

        Args:
            path: What to open.
            trusts_outside: Also a video that a session names outside its folder.
        """
        self._generation += 1
        self._asked = path
        self.opening = from_home(path)
        self.changed.emit()
        generation = self._generation
        self._background.run(
            partial(
                self._engine.open_media,
                self.opening,
                lambda: generation == self._generation,
                self._choices.settings,
                trusts_outside=trusts_outside,
            ),
            partial(self._opened, generation),
            partial(self._not_opened, generation),
        )

    def open_outside(self) -> None:
        """Open what was asked for last, with its video outside the session."""
        self.open(self._asked, trusts_outside=True)

    def close(self) -> None:
        """Close what is open; notes are saved, an analysis that runs is cancelled."""
        self._generation += 1
        self._let_go()
        self.changed.emit()

    def turn(self, rotate_deg: int) -> None:
        """Turn the video clockwise by 0, 90, 180 or 270 degrees, and have it read so."""
        if self.subject is not None and self.can_turn and rotate_deg != self.rotate_deg:
            self.rotate_deg = rotate_deg
            self.player.open(self.subject.video, rotate_deg)
            self.read_again()
            self.changed.emit()

    def cancel_reading(self) -> None:
        """End the analysis; what was read stays."""
        if self._analysis is not None:
            self._analysis.cancel()

    def read_again(self) -> None:
        """Have the video read from its beginning."""
        video = None if self.subject is None or self.subject.stored is not None else self.subject.video_file
        if video is None:
            return
        self._stop_reading()
        self._analysis = self._engine.start_analysis(video, self.settings)
        self._poll.start()
        self._follow()
        self.progressed.emit()

    def stored(self) -> StoredSession | None:
        """Return the session that everything can be exported from, notes included; None while it is read.

        Raises:
            AppError: It is not kept any more and now read again, or the notes cannot be written into it.
        """
        from mien.session.notes.annotation_file import save_annotations

        self.notes.flush()
        if self.subject is None:
            return None
        if self.subject.stored is not None:
            return open_session(self.subject.stored.folder)
        if self._analysis is None or self._analysis.document is None or self._analysis.folder is None:
            return None
        folder = self._analysis.folder
        if not is_session(folder):
            self.read_again()
            raise SessionError(f"{self.subject.title}: its readings were cleared; export it once it is read again")
        self._analysis.show(self._choices.settings)  # at once: an export must not miss the last change
        self._follow()  # an annotated video is painted from what is on screen
        save_annotations(folder, self.notes.annotations)
        return open_session(folder)

    def by_hand(self) -> dict[int, tuple[HandLabel, ...]]:
        """Return the labels given by hand, by person; persons without any are left out."""
        given = {lane.person_id: labels_of(self.notes.annotations, lane.face_ids) for lane in self.lanes.lanes}
        return {person_id: labels for person_id, labels in given.items() if labels}

    def save_frame(self, result: FrameResult) -> None:
        """Save the picture on screen with its readings, in its own size; ``frame_saved`` follows."""
        if self.subject is None:
            return
        name = f"{self.subject.path.stem} frame {result.frame.index}"
        settings, names = self._choices.settings, self.lanes.given_names()
        work = partial(self._engine.save_frame, pictures_folder(), name, result, settings, names)
        self._background.run(work, self.frame_saved.emit, self.failed.emit)

    def shut_down(self, timeout_s: float) -> bool:
        """End everything; say whether all of it ended in time."""
        self.close()
        ended = [analysis.join(timeout_s) for analysis in self._old_analyses]
        return self.player.join(timeout_s) and self._background.join(timeout_s) and all(ended)

    def show_on_picture(self) -> None:
        """Paint the readings as the choices say."""
        settings = self._choices.settings
        burnt_in = self.subject is not None and self.subject.has_overlay
        cover = "none" if burnt_in else settings.video.cover
        names = self.lanes.given_names()
        parts = settings.overlay if settings.window.overlay and not burnt_in else None
        self.player.show_readings(self._recall, parts, cover, names)

    def _let_go(self) -> None:
        self._poll.stop()
        self._again.stop()
        self._show.stop()
        self._stop_reading()
        self.player.close()
        self.subject = self.opening = self._recall = None
        self.notes.open(None, self.notes.annotations.__class__())

    def _opened(self, generation: int, subject: OpenMedia) -> None:
        if generation != self._generation:
            return
        self._let_go()
        self.subject, self.rotate_deg = subject, 0
        self._choices.remember_file(str(subject.path.absolute()))
        self.notes.open(subject.notes_folder, subject.annotations)
        self.player.open(subject.video)
        if subject.stored is None:
            self.read_again()
        else:
            self._follow()
        self.changed.emit()
        self.opened.emit()

    def _not_opened(self, generation: int, error: AppError) -> None:
        if generation == self._generation:
            self.opening = None
            self.changed.emit()
            self.failed.emit(error)

    def _lose_video(self, error: AppError) -> None:
        self.close()
        self.failed.emit(error)

    def _stop_reading(self) -> None:
        if self._analysis is not None:
            self._analysis.cancel()
            self._old_analyses = [each for each in self._old_analyses if not each.join(0.0)] + [self._analysis]
        self._analysis = None

    def _look(self) -> None:
        """See how far the analysis is."""
        if not self.is_reading:
            self._poll.stop()
        self._follow()
        self.progressed.emit()

    def _follow(self) -> None:
        """Take over readings and persons, and paint them where that changes the picture."""
        series, annotations = self.series, self.notes.annotations
        persons = apply_persons(series, annotations) if series is not None else ()
        if not self.lanes.follow(series, persons):
            return
        if series is None:
            self._recall = None
        else:
            self._recall = Recall(series, self.lanes.names(), self.networks, self.affect_errors)
        self.show_on_picture()
        self.readings_changed.emit()

    def _choose(self, before: Settings, after: Settings) -> None:
        if self.subject is not None and self.subject.stored is None:
            if before.reading != after.reading:
                self._again.start()
            elif (before.shown, before.own.expressions) != (after.shown, after.own.expressions):
                self._show.start()
        if (before.video.cover, before.overlay) != (after.video.cover, after.overlay):
            self.show_on_picture()

    def _show_again(self) -> None:
        """Show what was read as the choices say; nothing is read again."""
        analysis = self._analysis
        if analysis is None:
            return

        def shown(_: None) -> None:
            if analysis is self._analysis:
                self._follow()

        self._background.run(partial(analysis.show, self._choices.settings), shown, self.failed.emit)
