"""From results to widgets: who is selected, what is written, and how often each widget is told."""

from collections.abc import Callable
from math import inf
from typing import Final

from PySide6.QtGui import QImage

from mien.core.arrays import Image
from mien.core.blink_counts import BlinkCounts
from mien.core.face import FaceBox, FrameResult, ShownReading
from mien.core.face_selection import FaceSelection
from mien.gui.live.face_list import FaceEntry, thumbnail_of
from mien.gui.live.face_panel import FacePanel
from mien.gui.live.live_timeline import LiveTimeline
from mien.gui.parts.picture_view import PictureView
from mien.timeline.history import History
from mien.timeline.recent import RecentReadings

LIST_STEP_S: Final = 0.2
"""Figures in the list that change more often cannot be read."""
THUMBNAIL_STEP_S: Final = 0.6
TIMELINE_STEP_S: Final = 0.1
_OVERDUE: Final = 2.0
"""What is late by so many of its steps waits no longer."""
NOBODY_AFTER_S: Final = 0.7
"""Only after this long without a face the panel says so; one missed for a moment does not make it blink."""


class ReadingsPresenter:
    """Feeds picture, panel, and timeline with the results of one source after the other.

    Attributes:
        selection: Which face the panel is about.
        hides_faces: No face may be shown, not even as a thumbnail.
        is_mirrored: The pictures that come are mirrored; the boxes are not.
        see: Gives a face as the network gets it, from the frame's image and the box; None shows none.
        latest: The newest result with its picture.
        recent: The readings of the last minute.
    """

    def __init__(self, picture: PictureView, panel: FacePanel, timeline: LiveTimeline, history: History) -> None:
        self._picture = picture
        self._panel = panel
        self._timeline = timeline
        self._history = history
        self._blinks = BlinkCounts()
        self.recent = RecentReadings()
        self.selection = FaceSelection()
        self.hides_faces = False
        self.is_mirrored = False
        self.see: Callable[[Image, FaceBox], Image | None] | None = None
        self.latest: tuple[FrameResult, Image] | None = None
        self._shown: dict[int, ShownReading] = {}
        self._listed: dict[int, str] = {}
        self._thumbnails: dict[int, QImage | None] = {}
        self._time_s = self._seen_s = -1.0
        # When each of the slow parts was told last.
        self._list_s = self._thumbnails_s = self._timeline_s = -inf

    def reset(self) -> None:
        """Forget all; for another source."""
        self._forget()
        self.selection.reset()
        self._history.clear()
        self.recent.clear()
        self._timeline.refresh(None)

    def show(self, result: FrameResult, picture: Image) -> None:
        """Show the next result."""
        time_s = result.frame.timestamp_s
        if time_s < self._time_s:
            self._forget()
        self.latest = (result, picture)
        self._time_s = time_s
        self._begin_anew_where_related_otherwise(result.readings)
        self._shown = {reading.track.face_id: reading for reading in result.readings}
        reading = self.selection.pick(result.readings, time_s)
        size_wh, selected = result.frame.size_wh, self.selection.current
        self._picture.show_picture(picture, size_wh, result.readings, selected, is_mirrored=self.is_mirrored)
        is_busy = False
        if reading is not None:
            self._seen_s = time_s
            is_busy = self._show_reading(reading, result)
        elif time_s - self._seen_s >= NOBODY_AFTER_S:
            self._panel.show_empty("Nobody in view", "Readings appear with the first face.")
        self._keep(result)
        self._refresh_slow_parts(result, time_s, is_busy=is_busy)

    def choose(self, track_id: int | None) -> None:
        """Select a face; None goes back to the largest."""
        self.selection.choose(track_id)
        if self.latest is None:
            return
        result = self.latest[0]
        reading = self.selection.pick(result.readings, result.frame.timestamp_s)
        self._picture.mark(self.selection.current)
        if reading is not None:
            self._show_reading(reading, result)
        self._list_s = self._timeline_s = -inf
        self._refresh_slow_parts(result, result.frame.timestamp_s)

    def choose_neighbour(self, step: int) -> None:
        """Select the next face, or with −1 the one before, in the order of their ids."""
        ids = sorted(reading.track.face_id for reading in self.latest[0].readings) if self.latest else []
        if not ids:
            return
        current = self.selection.current
        place = ids.index(current) if current in ids else -step
        self.choose(ids[(place + step) % len(ids)])

    def _begin_anew_where_related_otherwise(self, readings: tuple[ShownReading, ...]) -> None:
        """Clear the curves when a face is shown relative instead of absolute, or the other way round."""
        for reading in readings:
            before = self._shown.get(reading.track.face_id)
            if before is not None and before.is_relative is not reading.is_relative:
                self._history.clear()
                return

    def _show_reading(self, reading: ShownReading, result: FrameResult) -> bool:
        """Show a reading in the panel; say whether it wrote new figures."""
        models = (result.model, result.other_model)
        self._panel.detail.is_mirrored = self.is_mirrored
        rate = self._blinks.rate(reading.track.face_id)
        tells = self._panel.show_reading(reading, result.frame.timestamp_s, models, rate)
        if self.see is not None:
            crop = None if self.hides_faces else self.see(result.frame.image, reading.track.box)
            self._panel.show_seen(crop, reading, is_hidden=self.hides_faces)
        return tells

    def _forget(self) -> None:
        self.latest = None
        self._shown.clear()
        self._thumbnails.clear()
        self._blinks.forget()
        self._time_s = self._seen_s = -1.0
        self._list_s = self._thumbnails_s = self._timeline_s = -inf

    def _keep(self, result: FrameResult) -> None:
        time_s = result.frame.timestamp_s
        self._blinks.take(result)
        self.recent.take(result)
        self._history.move_on(time_s)
        for reading in result.readings:
            self._history.add(
                reading.track.face_id,
                result.frame.index,
                time_s,
                reading.label,
                reading.emotion,
                reading.affect,
                reading.own,
            )

    def _refresh_slow_parts(self, result: FrameResult, time_s: float, *, is_busy: bool = False) -> None:
        """Tell timeline and list, with one frame each where both are just due: together they hold the next one up.

        Args:
            result: The newest.
            time_s: Its media time.
            is_busy: The panel writes new figures with this frame, so that what is hardly due can wait.
        """
        timeline_late = (time_s - self._timeline_s) / TIMELINE_STEP_S
        list_late = (time_s - self._list_s) / LIST_STEP_S
        if self._listed != {track_id: shown.label for track_id, shown in self._shown.items()}:
            list_late = _OVERDUE  # what is named changes everywhere with the same picture
        least = _OVERDUE if is_busy else 1.0
        if timeline_late >= _OVERDUE or timeline_late >= max(least, list_late):
            self._timeline_s = time_s
            self._timeline.refresh(self.selection.current)
        if list_late >= _OVERDUE or (list_late >= least and list_late > timeline_late):
            self._list_s = time_s
            self._refresh_list(result, time_s)

    def _refresh_list(self, result: FrameResult, time_s: float) -> None:
        self._refresh_thumbnails(result, time_s)
        entries = tuple(
            FaceEntry(track_id, shown, self._thumbnails.get(track_id))
            for track_id, shown in sorted(self._shown.items())
        )
        self._listed = {track_id: shown.label for track_id, shown in self._shown.items()}
        self._panel.show_faces(entries, self.selection.current)

    def _refresh_thumbnails(self, result: FrameResult, time_s: float) -> None:
        if self.hides_faces or len(result.readings) < 2:
            self._thumbnails.clear()
            self._thumbnails_s = -inf
            return
        is_due = time_s - self._thumbnails_s >= THUMBNAIL_STEP_S
        if is_due:
            self._thumbnails_s = time_s
        old = self._thumbnails
        self._thumbnails = {}
        for reading in result.readings:
            track_id = reading.track.face_id
            kept = None if is_due else old.get(track_id)
            self._thumbnails[track_id] = kept or thumbnail_of(result.frame.image, reading.track.box)
