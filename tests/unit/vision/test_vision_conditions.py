from typing import Any

import numpy as np
import pytest

from mien.core.face import Condition, FaceBox, FaceTrack
from mien.vision.conditions import LOOK_S, LOOKS_PER_S, FaceConditions
from tests.makers import make_frame, make_track


class CountingDescriber:
    """Remembers where the faces were that it was asked about."""

    def __init__(self) -> None:
        self.asked: list[list[float]] = []

    def crops(self, image: Any, boxes: list[FaceBox]) -> list[float]:
        return [box.x1 for box in boxes]

    def condition(self, crops: list[float]) -> list[Condition]:
        self.asked.append(crops)
        return [Condition(mouth_covered=0.5) for _ in crops]


def run(count: int, fps: float, seconds: float) -> tuple[CountingDescriber, list[list[FaceTrack]]]:
    describer = CountingDescriber()
    conditions = FaceConditions(describer)  # type: ignore[arg-type]
    tracks = [make_track(n + 1, (100.0 * n, 0, 100.0 * n + 50, 50)) for n in range(count)]
    image = np.zeros((50, 50, 3), np.uint8)
    marked = [
        conditions.mark(make_frame(index, image=image, fps=fps), tracks) for index in range(round(seconds * fps))
    ]
    return describer, marked


def test_new_faces_are_looked_at_at_once_and_then_take_turns() -> None:
    describer, marked = run(3, 30.0, 4.0)
    assert len(describer.asked[0]) == 3
    assert max(map(len, describer.asked[1:])) == 1
    assert all(track.condition == Condition(mouth_covered=0.5) for tracks in marked for track in tracks)
    for x in (0.0, 100.0, 200.0):
        assert sum(x in asked for asked in describer.asked) == pytest.approx(4.0 / LOOK_S, abs=3)


def test_many_faces_share_what_looks_there_are() -> None:
    describer, _ = run(9, 30.0, 10.0)
    looks = [sum(100.0 * n in asked for asked in describer.asked) for n in range(9)]
    assert max(looks) - min(looks) <= 1
    assert sum(looks) == pytest.approx(10.0 * LOOKS_PER_S, rel=0.15)


def test_pictures_far_apart_are_looked_at_in_full() -> None:
    describer, _ = run(9, 0.5, 10.0)
    assert [len(asked) for asked in describer.asked] == [9] * 5
