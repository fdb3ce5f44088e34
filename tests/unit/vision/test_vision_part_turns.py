import numpy as np
import pytest

from mien.core.face import FaceBox
from mien.vision.part_turns import ANYWAY_S, PartTurns
from mien.vision.scales import close_part, fine_parts

SIZE_WH = (1280, 720)


def turns_of(image: np.ndarray) -> PartTurns:
    return PartTurns([[close_part(SIZE_WH)], *fine_parts(SIZE_WH, is_still=False)], image, 0.0)


def gray(level: int = 90) -> np.ndarray:
    return np.full((720, 1280, 3), level, np.uint8)


def test_every_part_has_its_turn_while_all_is_new() -> None:
    turns = turns_of(gray())
    chosen = [turns.choose(gray(30 * (index % 2)), index / 10, []) for index in range(1, 31)]
    fine = {part for size in fine_parts(SIZE_WH, is_still=False) for part in size}
    assert None not in chosen
    assert fine < set(chosen)


def test_where_nothing_is_new_nothing_is_looked_at_before_long() -> None:
    turns = turns_of(gray())
    assert turns.choose(gray(), 1.0, []) is None
    assert turns.choose(gray(), ANYWAY_S, []) is not None


def test_only_parts_that_show_something_new_are_looked_at_and_each_once() -> None:
    turns, changed = turns_of(gray()), gray()
    changed[650:700, 1200:1250] = 200
    chosen = [turns.choose(changed, 1.0 + index / 2, []) for index in range(5)]
    parts = [part for part in chosen if part is not None]
    assert parts
    assert len(set(parts)) == len(parts)
    assert all(part.right > 1200 - 20 and part.bottom > 650 - 20 for part in parts)  # a cell has 20 px
    assert chosen[-1] is None


def test_a_known_face_that_moves_is_nothing_new() -> None:
    turns, changed = turns_of(gray()), gray()
    changed[300:400, 600:700] = 200
    assert turns.choose(changed, 1.0, [FaceBox(600, 300, 700, 400, 0.9)]) is None
    assert turns.choose(changed, 1.0, []) is not None


@pytest.mark.parametrize("size_wh", [(1, 1), (5, 900), (320, 180)])
def test_no_size_is_too_odd(size_wh: tuple[int, int]) -> None:
    image = np.zeros((size_wh[1], size_wh[0], 3), np.uint8)
    turns = PartTurns([[close_part(size_wh)], *fine_parts(size_wh, is_still=False)], image, 0.0)
    assert turns.choose(image + 200, 0.5, []) is not None
