"""The readings of the last minute, whole, for whoever wants any number of them."""

from collections import deque
from dataclasses import replace

from mien.core.face import FrameResult, ShownReading
from mien.core.face_details import FaceDetails
from mien.core.further_numbers import OWN
from mien.core.series import ReadingSeries
from mien.timeline.history import SPAN_S


class RecentReadings:
    """Keeps what was read, without pictures and meshes, for as long as the timeline of Live shows it."""

    def __init__(self) -> None:
        self._frames: deque[tuple[int, float, tuple[ShownReading, ...]]] = deque()

    def clear(self) -> None:
        """Forget all; for another source."""
        self._frames.clear()

    def take(self, result: FrameResult) -> None:
        """Take the next result. A clock that runs back starts anew."""
        time_s = result.frame.timestamp_s
        if self._frames and time_s <= self._frames[-1][1]:
            self.clear()
        self._frames.append((result.frame.index, time_s, tuple(map(_without_mesh, result.readings))))
        while self._frames[0][1] < time_s - SPAN_S:
            self._frames.popleft()

    def series(self) -> ReadingSeries | None:
        """Return them as columns; None where nobody was seen."""
        readings = [reading for _, _, faces in self._frames for reading in faces]
        if not readings:
            return None
        last = readings[-1]
        labels = last.emotion.labels
        others = () if last.other is None else last.other.emotion.labels
        has_details = any(reading.raw.details is not None for reading in readings)
        series = ReadingSeries(
            labels, others, has_details=has_details, further=[f"{OWN}{name}" for name in last.own]
        )
        for index, time_s, faces in self._frames:
            series.append_readings(index, time_s, faces)
        return series


def _without_mesh(reading: ShownReading) -> ShownReading:
    details = reading.raw.details
    if details is None or details.mesh is None:
        return reading
    return replace(reading, raw=replace(reading.raw, details=FaceDetails(details.values)))
