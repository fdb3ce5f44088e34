"""Whether people of one video look like the same person: asked after it was read, of the best moments of each.

While a video is read, a person keeps the number only where a single moment leaves no doubt. Afterwards several
moments of each can be compared, and somebody can be asked: what is alike here is offered, never merged by itself.
The descriptions live as long as the question; nothing of them is kept.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from mien.core.alike import Alike, Sighting
from mien.core.arrays import Floats, Image
from mien.core.face import FaceBox
from mien.core.quality import pose_of, sharpness_of, visible_share
from mien.vision.describer import Describer
from mien.vision.detector import CloserLook
from mien.vision.people import PeopleLimits

ALIKE: Final = 0.4
"""From here on two people may be the same: above it lies one in 100 pairs of different people."""

MOMENTS: Final = 5
"""Of each person, spread over the time in view."""

MOST_PEOPLE: Final = 40
"""Those that are longest in view; of more people chance alone makes some look alike."""

MOST_PAIRS: Final = 12


class AlikeSearch:
    """Looks at one sighting after the other, then says who is alike. Used by one thread at a time.

    Args:
        describer: Describes faces.
        closer: Finds a face's points where its box is known.
        limits: Which faces say enough; as while a video is read by default.
    """

    def __init__(self, describer: Describer, closer: CloserLook, limits: PeopleLimits | None = None) -> None:
        self._describer = describer
        self._closer = closer
        self._limits = limits or PeopleLimits()
        self._seen: dict[int, list[tuple[float, Floats, Image]]] = {}

    def look(self, image: Image, sighting: Sighting) -> None:
        """Describe a face, where it shows enough of itself.

        Args:
            image: (H, W, 3) uint8 BGR, the picture of that time.
            sighting: Who is where in it.
        """
        box = self._closer.look_again(image, [FaceBox(*sighting.xyxy, 1.0)])[0]
        if box is None or not self._is_clear(box, (image.shape[1], image.shape[0])):
            return
        crops = self._describer.crops(image, [box])
        sharpness = sharpness_of(crops[0].mean(axis=2).astype(np.uint8))
        if sharpness >= self._limits.min_sharpness:
            description = self._describer.describe(crops)[0]
            self._seen.setdefault(sighting.person_id, []).append((sharpness, description, crops[0]))

    def pairs(self) -> list[Alike]:
        """Return who looks like the same person, the most alike first."""
        means = {person_id: _mean([each[1] for each in seen]) for person_id, seen in self._seen.items()}
        faces = {person_id: max(seen, key=lambda each: each[0])[2] for person_id, seen in self._seen.items()}
        ids = sorted(means)
        found = [
            Alike(first, second, float(means[first] @ means[second]), faces[first], faces[second])
            for place, first in enumerate(ids)
            for second in ids[place + 1 :]
        ]
        found = [pair for pair in found if pair.likeness >= ALIKE]
        return sorted(found, key=lambda pair: pair.likeness, reverse=True)[:MOST_PAIRS]

    def _is_clear(self, box: FaceBox, size_wh: tuple[int, int]) -> bool:
        yaw_deg, roll_deg = pose_of(box)
        return (
            box.height_px >= self._limits.min_height_px
            and abs(yaw_deg) <= self._limits.max_yaw_deg
            and abs(roll_deg) <= 90.0
            and visible_share(box, size_wh) >= 0.9
        )


def find_alike(
    sightings: Iterable[Sighting],
    picture_at: Callable[[float], Image],
    search: AlikeSearch,
    go_on: Callable[[], bool],
) -> list[Alike]:
    """Return who looks like the same person.

    Args:
        sightings: Where people were seen.
        picture_at: Returns the picture of a media time, (H, W, 3) uint8 BGR.
        search: New.
        go_on: Asked before each picture; False gives up, and nobody is alike.
    """
    for sighting in sorted(sightings, key=lambda each: each.time_s):
        if not go_on():
            return []
        search.look(picture_at(sighting.time_s), sighting)
    return search.pairs()


def _mean(descriptions: Sequence[Floats]) -> Floats:
    """Return the mean of descriptions, of length 1."""
    mean = np.mean(descriptions, axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)
