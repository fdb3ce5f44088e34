"""Which part of a running stream is looked at closely next: in turn, those that show something new."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from mien.core.arrays import Image
from mien.core.face import FaceBox
from mien.vision.scales import Part
from mien.vision.scene_change import Gray, cells_of, new_cells, small_gray

ANYWAY_S: Final = 4.0
"""A part in which nothing new is to be seen is looked at so often all the same: a face may have been missed."""


class PartTurns:
    """Chooses parts of one stream whose first picture was looked at in all of them.

    Args:
        sizes: The parts, a list for each size; of each size in turn the next one is taken.
        image: (H, W, 3) uint8 BGR, the first picture.
        now_s: Its media time.
    """

    def __init__(self, sizes: Sequence[Sequence[Part]], image: Image, now_s: float) -> None:
        gray = small_gray(image)
        self._looked: dict[Part, tuple[float, Gray]] = dict.fromkeys(itertools.chain(*sizes), (now_s, gray))
        self._turns = _in_turns(sizes)
        self._round = len(sizes) * max(map(len, sizes))

    def choose(self, image: Image, now_s: float, known: Sequence[FaceBox]) -> Part | None:
        """Return the part to look at now, or None where no part shows anything new.

        Args:
            image: (H, W, 3) uint8 BGR, of the size of the first.
            now_s: Its media time.
            known: Faces in it.
        """
        gray, size_wh = small_gray(image), (image.shape[1], image.shape[0])
        for part in itertools.islice(self._turns, self._round):
            looked_s, before = self._looked[part]
            is_new = new_cells(before, gray, known, size_wh)
            cells = cells_of((part.left, part.top, part.right, part.bottom), size_wh)
            if is_new[cells].any() or now_s - looked_s >= ANYWAY_S:
                self._looked[part] = now_s, gray
                return part
        return None


def _in_turns(sizes: Sequence[Sequence[Part]]) -> Iterator[Part]:
    """Return parts without end: of each size in turn, each time its next one."""
    endless = [itertools.cycle(parts) for parts in sizes]
    for turn in itertools.cycle(endless):
        yield next(turn)
