"""Places of texts: apart, inside, steady."""

from itertools import combinations

import numpy as np
import pytest

from mien.overlay.layout import FacePlaces, FaceRoom, Layout
from mien.overlay.rect import Rect

SIZE_WH = 640, 480


def room(track_id: int, box: Rect) -> FaceRoom:
    gauges = (
        Rect(box.left, min(box.bottom + 5, 472), box.right, min(box.bottom + 5, 472) + 7),
        Rect(max(box.left - 12, 1), box.top, max(box.left - 12, 1) + 7, box.bottom),
    )
    return FaceRoom(track_id, box, 5, 12, 12, gauges, ((130, 17), (80, 17), (18, 17)), ((110, 125), (75, 125)))


def texts(places: list[FacePlaces]) -> list[Rect]:
    return [spot[1] for each in places for spot in (each.tag, each.stack) if spot is not None]


@pytest.mark.parametrize("seed", range(12))
def test_texts_never_touch_and_never_leave_the_picture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    layout = Layout()
    for _ in range(20):
        rooms = []
        for track_id in range(1, int(rng.integers(2, 10))):
            width, height = (int(each) for each in rng.integers(20, 260, 2))
            left, top = int(rng.integers(0, 640 - width)), int(rng.integers(0, 480 - height))
            rooms.append(room(track_id, Rect(left, top, left + width, top + height)))
        places = layout.arrange(rooms, SIZE_WH)
        plates = texts(places)
        assert all(plate.within(SIZE_WH) for plate in plates)
        assert not any(a.common_px(b) for a, b in combinations(plates, 2))
        gauges = [gauge for each in places for gauge in each.gauges if gauge is not None]
        assert not any(gauge.common_px(plate) for gauge in gauges for plate in plates)
        stacks = [each.stack[1] for each in places if each.stack is not None]
        assert not any(stack.common_px(each.box) for stack in stacks for each in rooms)


def test_a_lone_face_has_its_tag_above_and_its_stack_at_the_right() -> None:
    box = Rect(250, 150, 370, 300)
    (places,) = Layout().arrange([room(1, box)], SIZE_WH)
    assert places.tag == (0, Rect(250, 128, 380, 145))
    assert places.stack == (0, Rect(375, 150, 485, 275))


def test_at_the_right_edge_the_stack_stands_left_and_the_tag_moves_in() -> None:
    (places,) = Layout().arrange([room(1, Rect(540, 150, 635, 280))], SIZE_WH)
    assert places.stack is not None
    assert places.stack[1].right < 540
    assert places.tag is not None
    assert places.tag[1].right <= 640


def test_no_stack_where_there_is_no_room() -> None:
    (places,) = Layout().arrange([room(1, Rect(10, 10, 630, 470))], SIZE_WH)
    assert places.stack is None
    assert places.tag is not None


def test_a_small_face_gets_no_stack() -> None:
    (places,) = Layout().arrange([room(1, Rect(300, 200, 340, 250))], SIZE_WH)
    assert places.stack is None


def test_trembling_boxes_do_not_move_texts_to_other_places() -> None:
    rng = np.random.default_rng(7)
    # Each case stands on a verge: the picture's edge, a neighbour's tag, the least height for a stack.
    start = [Rect(20, 20, 110, 130), Rect(118, 24, 210, 140), Rect(400, 200, 480, 286), Rect(525, 300, 630, 420)]
    layout = Layout()
    changes, last = 0, None
    for _ in range(200):
        rooms = [
            room(index + 1, Rect(*(np.array(box) + rng.integers(-2, 3, 4)).tolist()).clipped(SIZE_WH))
            for index, box in enumerate(start)
        ]
        places = layout.arrange(rooms, SIZE_WH)
        # Where texts stand relative to their boxes tells form and slot.
        now = [
            (
                each.tag and (each.tag[0], each.tag[1].top < one.box.top, each.tag[1].left < one.box.left - 60),
                each.stack and (each.stack[0], each.stack[1].left > one.box.left),
            )
            for each, one in zip(places, rooms, strict=True)
        ]
        changes += last is not None and now != last
        last = now
    assert changes == 0


def test_a_face_that_comes_back_finds_its_place_again() -> None:
    layout = Layout()
    neighbour, box = room(1, Rect(300, 100, 400, 220)), Rect(300, 240, 400, 360)
    first = layout.arrange([neighbour, room(2, box)], SIZE_WH)[1].tag
    layout.arrange([neighbour], SIZE_WH)
    assert layout.arrange([neighbour, room(2, box)], SIZE_WH)[1].tag == first


def test_a_stack_that_the_tag_comes_upon_moves_to_the_other_side() -> None:
    layout = Layout()
    (before,) = layout.arrange([room(1, Rect(250, 24, 370, 150))], SIZE_WH)
    assert before.stack == (0, Rect(375, 24, 485, 149))
    # At the upper edge the tag goes no higher, and the face comes up to it.
    (after,) = layout.arrange([room(1, Rect(250, 22, 370, 150))], SIZE_WH)
    assert after.stack == (0, Rect(123, 22, 233, 147))
