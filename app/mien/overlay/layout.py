"""Where tags and stacks go: near their face, in the picture, never on each other, steady from frame to frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mien.overlay.rect import Rect, placed

OTHER_FACE_COST: Final = 3.0
OWN_FACE_COST: Final = 0.6
GAUGE_COST: Final = 0.5
LESS_TEXT_COST: Final = 0.45
LATER_SLOT_COST: Final = 0.03
STAY_BONUS: Final = 0.35
"""A tag moves only to a place that is better by this much."""
EDGE_PX: Final = 6
"""At most so much room is kept to the picture's edges."""
_TAG_SLOTS: Final = 8
STACK_TO_BOX: Final = 1.45, 1.75
"""How much higher than the face a stack may be to come and to stay; beyond, it would be clutter."""
_FORGET_AFTER: Final = 90
"""Frames without a face after which its place is forgotten."""

Place = tuple[int, int]
"""Form and slot."""


@dataclass(frozen=True, slots=True)
class FaceRoom:
    """What one face needs.

    Attributes:
        track_id: The face's number.
        box: The visible part of its box.
        gap_px: Between the box and what stands beside it.
        below_px: What already stands below the box.
        left_px: What already stands left of the box.
        gauges: Where its gauges are wanted.
        tag_sizes_wh: Of each form of its tag, the best first.
        stack_sizes_wh: Of each form of its stack, the best first.
    """

    track_id: int
    box: Rect
    gap_px: int
    below_px: int
    left_px: int
    gauges: tuple[Rect, ...]
    tag_sizes_wh: tuple[tuple[int, int], ...]
    stack_sizes_wh: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FacePlaces:
    """Where one face's texts go: form and rectangle each, or None where there is no room.

    Attributes:
        tag: The tag.
        stack: The stack of bars.
        gauges: Those of the wanted gauges that cover no text, or None in their stead.
    """

    tag: tuple[int, Rect] | None
    stack: tuple[int, Rect] | None
    gauges: tuple[Rect | None, ...]


class Layout:
    """Finds the places and remembers them by the faces' numbers."""

    def __init__(self) -> None:
        self._tags: dict[int, Place] = {}
        self._stacks: dict[int, Place | None] = {}
        self._seen: dict[int, int] = {}
        self._count = 0

    def arrange(self, rooms: Sequence[FaceRoom], size_wh: tuple[int, int]) -> list[FacePlaces]:
        """Return the places of each face's texts, in the order of ``rooms``.

        Args:
            rooms: What the faces need, the faces that choose first in front.
            size_wh: Of the picture.
        """
        self._forget({room.track_id for room in rooms})
        tags: list[tuple[int, Rect] | None] = []
        for room in rooms:
            others = [other.box for other in rooms if other is not room]
            taken = [tag[1] for tag in tags if tag is not None]
            tags.append(self._tag(room, others, taken, size_wh))
        texts = [tag[1] for tag in tags if tag is not None]
        gauges = [
            tuple(None if any(gauge.common_px(text) for text in texts) else gauge for gauge in room.gauges)
            for room in rooms
        ]
        taken = texts + [gauge for row in gauges for gauge in row if gauge is not None]
        taken += [room.box for room in rooms]
        stacks = []
        for room in rooms:
            stack = self._stack(room, taken, size_wh)
            stacks.append(stack)
            taken += [stack[1]] if stack is not None else []
        return [FacePlaces(*places) for places in zip(tags, stacks, gauges, strict=True)]

    def _forget(self, present: set[int]) -> None:
        self._count += 1
        self._seen.update(dict.fromkeys(present, self._count))
        for track_id in [each for each, last in self._seen.items() if self._count - last > _FORGET_AFTER]:
            del self._seen[track_id]
            self._tags.pop(track_id, None)
            self._stacks.pop(track_id, None)

    def _tag(
        self, room: FaceRoom, others: list[Rect], taken: list[Rect], size_wh: tuple[int, int]
    ) -> tuple[int, Rect] | None:
        last = self._tags.get(room.track_id)
        # A new place needs more room than one to stay at, so that a tag on the verge does not go to and fro.
        for margin_px in (2,) if last is None else (2 + room.gap_px, 2):
            best = _best_tag(room, others, taken, size_wh, last, margin_px)
            if best is not None:
                self._tags[room.track_id] = best[0]
                return best[0][0], best[1]
        return None

    def _stack(self, room: FaceRoom, taken: list[Rect], size_wh: tuple[int, int]) -> tuple[int, Rect] | None:
        last = self._stacks.get(room.track_id)
        highest_px = STACK_TO_BOX[last is not None] * room.box.height
        wanted = [(form, side) for form in range(len(room.stack_sizes_wh)) for side in range(2)]
        # As for tags: what comes needs more room than what stays; a face that is new takes what there is.
        spare_px = 2 * room.gap_px if room.track_id in self._stacks else 0
        for place in sorted(wanted, key=lambda each: each != last):
            rect = _stack_rect(room, place[1], room.stack_sizes_wh[place[0]], size_wh)
            margin_px = 2 if place == last else 2 + spare_px
            # The face's own box and gauges are a gap away from its stack: no margin counts against those.
            own = (room.box, *room.gauges)
            free = all(not _near(rect, each, 0 if each in own else margin_px) for each in taken)
            inside = rect if place == last else _away_from(rect, room.box, spare_px)
            if free and rect.height <= highest_px and inside.within(size_wh):
                self._stacks[room.track_id] = place
                return place[0], rect
        self._stacks[room.track_id] = None
        return None


def _best_tag(
    room: FaceRoom,
    others: list[Rect],
    taken: list[Rect],
    size_wh: tuple[int, int],
    last: Place | None,
    margin_px: int,
) -> tuple[Place, Rect] | None:
    """Return the place of a tag that costs least, at least ``margin_px`` away from what is taken."""
    least_costs = {
        (form, slot): LESS_TEXT_COST * form + LATER_SLOT_COST * slot - STAY_BONUS * ((form, slot) == last)
        for form in range(len(room.tag_sizes_wh))
        for slot in range(_TAG_SLOTS)
    }
    best: tuple[float, Place, Rect] | None = None
    for place in sorted(least_costs, key=least_costs.__getitem__):
        if best is not None and least_costs[place] >= best[0]:
            break
        rect = _tag_rect(room, place[1], room.tag_sizes_wh[place[0]], size_wh)
        apart = rect.grown(2 if place == last else margin_px)
        if not rect.within(size_wh) or any(apart.common_px(each) for each in taken):
            continue
        cost = least_costs[place] + _covered(rect, room, others)
        if best is None or cost < best[0]:
            best = cost, place, rect
    return None if best is None else best[1:]


def _near(rect: Rect, other: Rect, margin_px: int) -> bool:
    return rect.grown(margin_px).common_px(other) > 0


def _away_from(rect: Rect, box: Rect, spare_px: int) -> Rect:
    """Return the rectangle, longer by ``spare_px`` on the side that is turned away from the box."""
    if rect.left >= box.right:
        return rect._replace(right=rect.right + spare_px)
    return rect._replace(left=rect.left - spare_px)


def _covered(rect: Rect, room: FaceRoom, others: list[Rect]) -> float:
    """Return the cost of what a tag hides: faces first, its own least."""
    hidden = OTHER_FACE_COST * sum(rect.common_px(box) for box in others)
    hidden += OWN_FACE_COST * rect.common_px(room.box)
    hidden += GAUGE_COST * sum(rect.common_px(gauge) for gauge in room.gauges)
    return hidden / (rect.width * rect.height)


def _tag_rect(room: FaceRoom, slot: int, tag_wh: tuple[int, int], size_wh: tuple[int, int]) -> Rect:
    """Return where a tag goes: above, below, beside, inside, moved into the picture."""
    box, gap, (width, height) = room.box, room.gap_px, tag_wh
    above, below = box.top - gap - height, box.bottom + gap + room.below_px
    x, y = (
        (box.left, above),
        (box.right - width, above),
        (box.left, below),
        (box.right - width, below),
        (box.right + gap, box.top),
        (box.left - gap - room.left_px - width, box.top),
        (box.left + gap, box.top + gap),
        (box.left + gap, box.bottom - gap - height),
    )[slot]
    return placed(x, y, tag_wh, size_wh, min(gap, EDGE_PX))


def _stack_rect(room: FaceRoom, side: int, stack_wh: tuple[int, int], size_wh: tuple[int, int]) -> Rect:
    """Return where a stack goes: right (0) or left (1) of the box, its top at the box's."""
    width, height = stack_wh
    x = room.box.right + room.gap_px if side == 0 else room.box.left - room.gap_px - room.left_px - width
    y = placed(0, room.box.top, stack_wh, size_wh, min(room.gap_px, EDGE_PX)).top
    return Rect(x, y, x + width, y + height)
