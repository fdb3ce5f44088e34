"""Asks about people who look like the same person, one pair after the other, once a video was read."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from mien.core.alike import Alike
from mien.engine.contracts import ReviewEngine
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.review.alike_strip import AlikeStrip
from mien.gui.review.person_controller import SAME_TIME_S, PersonController
from mien.gui.review.review_controller import ReviewController
from mien.session.analyses.analysis import AnalysisStage
from mien.session.open_media import OpenMedia
from mien.settings import Settings
from mien.timeline.lanes import Lane, overlap_s


class AlikeController(QObject):
    """Compares the people of what is open in the background, and merges those of whom the user says so.

    What was compared is forgotten when something else is opened. Emits ``changed`` when there is something else
    to ask, and ``failed`` with an ``AppError``.

    Attributes:
        strip: Asks.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, engine: ReviewEngine, review: ReviewController, people: PersonController, choices: Choices
    ) -> None:
        super().__init__(review)
        self.strip = AlikeStrip()
        self._engine = engine
        self._review = review
        self._people = people
        self._choices = choices
        self._background = Background(self)
        self._generation = 0
        self._compared: tuple[OpenMedia, frozenset[int]] | None = None
        self._found: Sequence[Alike] = ()
        self._answered: set[frozenset[int]] = set()
        self._offer: tuple[Alike, Lane, Lane] | None = None
        self.strip.merge_asked.connect(self.merge)
        self.strip.apart_asked.connect(self.keep_apart)
        review.changed.connect(self._follow)
        review.progressed.connect(self._follow)
        review.readings_changed.connect(self._follow)
        choices.changed.connect(self._choose)

    def merge(self) -> None:
        """Make one person of the two that are asked about."""
        if self._offer is not None:
            pair, first, second = self._offer
            self._answered.add(frozenset((pair.first_id, pair.second_id)))
            self._people.merge(first.person_id, second.person_id)
            self._ask()

    def keep_apart(self) -> None:
        """Don't ask about these two again."""
        if self._offer is not None:
            pair = self._offer[0]
            self._answered.add(frozenset((pair.first_id, pair.second_id)))
            self._ask()

    def shut_down(self, timeout_s: float) -> bool:
        """End what runs; say whether it ended in time."""
        self._generation += 1
        return self._background.join(timeout_s)

    def _choose(self, before: Settings, after: Settings) -> None:
        if before.reading.recognise_people != after.reading.recognise_people:
            self._compared = None
            self._follow()
        elif before.video.cover != after.video.cover:
            self._ask()

    def _follow(self) -> None:
        """Compare once all is read, and forget what was about something else."""
        review = self._review
        faces = frozenset(review.lanes.names())
        is_read = review.subject is not None and review.progress.stage is AnalysisStage.DONE
        video = review.subject.video_file if review.subject is not None and is_read else None
        now = (review.subject, faces) if review.subject is not None and video is not None else None
        if now == self._compared and self._compared is not None:
            self._ask()
            return
        self._generation += 1
        self._compared, self._found = now, ()
        self._answered.clear()
        self._ask()
        if video is None or len(review.lanes.lanes) < 2:
            return
        generation = self._generation
        work = partial(
            self._engine.find_alike,
            video,
            review.lanes.lanes,
            review.settings,
            lambda: generation == self._generation,
        )
        self._background.run(work, partial(self._take, generation), self.failed.emit)

    def _take(self, generation: int, found: Sequence[Alike]) -> None:
        if generation == self._generation:
            self._found = found
            self._ask()

    def _ask(self) -> None:
        """Ask about the next pair that are still two people and were never in view together."""
        before = self._offer[0] if self._offer is not None else None
        self._offer = next(filter(None, map(self._as_offer, self._found)), None)
        if self._offer is None:
            self.strip.hide()
        else:
            pair, first, second = self._offer
            is_covered = self._choices.settings.video.cover != "none"
            self.strip.ask(first.name, second.name, () if is_covered else (pair.first, pair.second))
        if (self._offer[0] if self._offer is not None else None) is not before:
            self.changed.emit()

    def _as_offer(self, pair: Alike) -> tuple[Alike, Lane, Lane] | None:
        lanes = self._review.lanes
        first, second = lanes.lane_of(pair.first_id), lanes.lane_of(pair.second_id)
        if frozenset((pair.first_id, pair.second_id)) in self._answered or first is None or second is None:
            return None
        return (pair, first, second) if first is not second and overlap_s(first, second) <= SAME_TIME_S else None
