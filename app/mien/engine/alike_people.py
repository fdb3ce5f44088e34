"""Who of a video that was read looks like the same person."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien.core.alike import Alike, Sighting
from mien.core.arrays import Image
from mien.core.face_series import FaceSeries
from mien.settings import Settings
from mien.timeline.lanes import Lane

if TYPE_CHECKING:
    from mien.capture.seekable_picture import Seekable


def alike_people(
    video: Path, people: Sequence[Lane], settings: Settings, go_on: Callable[[], bool]
) -> list[Alike]:
    """Look at the best moments of each person, and return who looks like the same one.

    Args:
        video: What was read.
        people: Who is in it, by the readings.
        settings: What reads faces; nobody is compared where people are not to be recognised.
        go_on: Asked before each picture; False gives up.

    Raises:
        SourceError: The video cannot be read.
        ModelError: A network that comes with Mien is missing.
    """
    if not settings.reading.recognise_people or len(people) < 2:
        return []
    from mien.capture.seekable_picture import open_seekable
    from mien.composition import open_closer
    from mien.vision.alike import MOST_PEOPLE, AlikeSearch, find_alike
    from mien.vision.describer import FaceDescriber

    longest = sorted(people, key=lambda lane: len(lane.readings), reverse=True)[:MOST_PEOPLE]
    sightings = [each for lane in longest for each in best_sightings(lane.person_id, lane.readings)]
    shown = open_seekable(video, go_on, settings.camera.rotate_deg)
    try:
        search = AlikeSearch(FaceDescriber(), open_closer(settings))
        return find_alike(sightings, partial(_picture_at, shown), search, go_on)
    finally:
        shown.close()


def best_sightings(person_id: int, readings: FaceSeries) -> list[Sighting]:
    """Return some moments of a person, one of each part of the time in view: the one of the best quality."""
    from mien.vision.alike import MOMENTS

    found = []
    for rows in np.array_split(np.arange(len(readings)), MOMENTS):
        if len(rows):
            row = int(rows[np.nan_to_num(readings.quality[rows], nan=0.0).argmax()])
            x1, y1, x2, y2 = readings.boxes[row].tolist()
            found.append(Sighting(person_id, float(readings.times_s[row]), (x1, y1, x2, y2)))
    return found


def _picture_at(video: "Seekable", time_s: float) -> Image:
    return video.frame(video.index.at(time_s)).image
