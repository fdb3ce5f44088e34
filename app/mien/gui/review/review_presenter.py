"""From the picture on screen to the widgets beside it: whose details, which moment."""

from mien.core.arrays import Image
from mien.core.face import FrameResult, ShownReading
from mien.core.face_details import BLINK
from mien.core.face_motion import blink_rate
from mien.core.face_selection import FaceSelection
from mien.gui.parts.circumplex import TRAIL_S
from mien.gui.parts.picture_view import PictureView
from mien.gui.review.review_controller import ReviewController
from mien.gui.review.review_timeline import ReviewTimeline
from mien.gui.review.review_transport import ReviewTransport
from mien.gui.review.side_panel import SidePanel
from mien.session.analyses.analysis import AnalysisStage
from mien.timeline.clock import clock
from mien.timeline.lanes import Lane, trail_of
from mien.timeline.quantities import AROUSAL, VALENCE


class ReviewPresenter:
    """Feeds timeline, details and list with what the picture on screen shows.

    Attributes:
        time_s: Media time of the picture on screen.
        latest: The result on screen with its picture, or None.
    """

    def __init__(
        self,
        control: ReviewController,
        picture: PictureView,
        side: SidePanel,
        timeline: ReviewTimeline,
        transport: ReviewTransport,
    ) -> None:
        self.time_s = 0.0
        self.latest: tuple[FrameResult, Image] | None = None
        self._control = control
        self._picture = picture
        self._side = side
        self._timeline = timeline
        self._transport = transport
        self._selection = FaceSelection()
        self._readings: tuple[ShownReading, ...] = ()
        self._last_id: int | None = None

    @property
    def person_id(self) -> int | None:
        """Whom the details are about, or None."""
        return self._selection.current

    def reset(self) -> None:
        """Forget all; for another video."""
        self._selection.reset()
        self._readings, self.time_s, self._last_id, self.latest = (), 0.0, None, None
        self._timeline.show_time(0.0, follow=False)
        self._timeline.show_person(None)

    def show(self, result: FrameResult, picture: Image) -> None:
        """Show the next picture and what was read from it."""
        self.latest = (result, picture)
        self._readings, self.time_s = result.readings, result.frame.timestamp_s
        reading = self._pick()
        self._picture.show_picture(picture, result.frame.size_wh, result.readings, self._selection.current)
        self._transport.show_time(self.time_s, result.frame.index)
        self._timeline.show_time(self.time_s, follow=True)
        self._show_details(reading)

    def choose(self, person_id: int | None) -> None:
        """Select a person; None goes back to the largest face in view."""
        self._selection.choose(person_id)
        reading = self._pick()
        self._picture.mark(self._selection.current)
        self._show_details(reading)

    def choose_neighbour(self, step: int) -> None:
        """Select the next person of the timeline, or with −1 the one before."""
        ids = [lane.person_id for lane in self._control.lanes.lanes]
        if not ids:
            return
        place = ids.index(self.person_id) if self.person_id in ids else -step
        self.choose(ids[(place + step) % len(ids)])

    def refresh(self) -> None:
        """Show persons and readings anew: there are more, or they have other names."""
        lanes = self._control.lanes
        chosen = lanes.lane_of(self.person_id)
        if chosen is not None and chosen.person_id != self.person_id:  # merged into another
            self._selection.choose(chosen.person_id)
        recall = self._control.recall
        self._readings = recall.at(self.time_s) if recall is not None else ()
        self._show_details(self._pick())

    def _pick(self) -> ShownReading | None:
        """Return the reading of the selected person; one that was chosen stays so, in view or not."""
        chosen = self._selection.current if self._selection.is_chosen else None
        if chosen is not None and self._control.lanes.lane(chosen) is not None:
            return next((each for each in self._readings if each.track.face_id == chosen), None)
        return self._selection.pick(self._readings, self.time_s)

    def _show_details(self, reading: ShownReading | None) -> None:
        control, person_id = self._control, self.person_id
        self._timeline.show_person(self.curves_id)
        self._side.show_people(control.lanes, control.player.state.duration_s, person_id)
        if reading is not None:
            lane = control.lanes.lane(reading.track.face_id)
            name = lane.name if lane is not None else f"Face {reading.track.face_id}"
            trail = trail_of(lane, (VALENCE, AROUSAL), self.time_s, TRAIL_S) if lane is not None else []
            self._side.details.show_reading(
                name, reading, self.time_s, trail, control.networks, blinks_a_minute=_blinks_of(lane)
            )
            return
        self._side.details.show_empty(*self._why_nothing())

    @property
    def curves_id(self) -> int | None:
        """Whose curves the timeline draws below all lanes: somebody's, even while nobody is in view."""
        lanes = self._control.lanes
        if lanes.lane(self.person_id) is not None:
            self._last_id = self.person_id
        elif lanes.lane(self._last_id) is None:
            self._last_id = lanes.lanes[0].person_id if lanes.lanes else None
        return self._last_id

    def _why_nothing(self) -> tuple[str, str]:
        """Return why there is no reading to show, and what that means."""
        control = self._control
        lane = control.lanes.lane(self.person_id)
        if control.is_reading and self.time_s > control.read_until_s - 0.1:
            return "Not read yet", f"Analysed up to {clock(control.read_until_s)}."
        if lane is not None and self._selection.is_chosen:
            when = f"in view from {clock(lane.first_s)} to {clock(lane.last_s)}, with gaps"
            return f"{lane.name} is not in view", f"{lane.name} is {when}."
        if not control.lanes.lanes and control.progress.stage is AnalysisStage.DONE and control.subject:
            return "No faces were found", "Nobody is in view, or the faces are too small or turned away."
        return "Nobody in view", "Readings appear where the timeline shows a band."


def _blinks_of(lane: Lane | None) -> float | None:
    """Return a person's blinks a minute so far, None where nobody looked closely or not long enough."""
    if lane is None:
        return None
    return blink_rate(lane.readings.times_s, lane.readings.detail(BLINK))
