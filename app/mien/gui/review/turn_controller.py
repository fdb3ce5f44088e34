"""Turning a video in Review: by a button, or where its heads are upside down, by a click on the notice."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from mien.core.face import Reason
from mien.core.quality import looks_turned
from mien.core.wording import turned_by
from mien.engine.contracts import ReviewEngine
from mien.gui.background import Background
from mien.gui.choices import Choices
from mien.gui.review.review_controller import ReviewController
from mien.gui.tab_page import Notice
from mien.session.open_media import OpenMedia


class TurnController(QObject):
    """Emits ``notified`` with an offer to turn the video, once for each video that is opened."""

    notified = Signal(object)

    def __init__(self, engine: ReviewEngine, review: ReviewController, choices: Choices) -> None:
        super().__init__(review)
        self._engine = engine
        self._review = review
        self._choices = choices
        self._background = Background(self)
        self._asked: OpenMedia | None = None
        review.readings_changed.connect(self._look)

    def turn_on(self) -> None:
        """Turn the video clockwise by 90 degrees more."""
        self._review.turn((self._review.rotate_deg + 90) % 360)

    def shut_down(self, timeout_s: float) -> bool:
        """End what runs; say whether it ended in time."""
        return self._background.join(timeout_s)

    def _look(self) -> None:
        """Ask how the video lies where most heads in it are upside down."""
        subject = self._review.subject
        if subject is None or subject is self._asked or not self._review.can_turn or self._review.rotate_deg:
            return
        video = subject.video_file
        reasons = [lane.readings.raw_reasons for lane in self._review.lanes.lanes]
        upside_down = sum(int((of_lane == Reason.UPSIDE_DOWN).sum()) for of_lane in reasons)
        if video is not None and looks_turned(upside_down, sum(map(len, reasons))):
            self._asked = subject
            work = partial(self._engine.find_turn, video, self._choices.settings)
            self._background.run(work, partial(self._offer, subject), self._review.failed.emit)

    def _offer(self, subject: OpenMedia, turn_deg: int) -> None:
        if turn_deg and self._review.subject is subject and not self._review.rotate_deg:
            act = partial(self._turn, subject, turn_deg)
            self.notified.emit(Notice(turned_by(turn_deg), "Turn it", act, stays=True))

    def _turn(self, subject: OpenMedia, turn_deg: int) -> None:
        """Turn what was offered, unless something else is open by now."""
        if self._review.subject is subject:
            self._review.turn(turn_deg)
