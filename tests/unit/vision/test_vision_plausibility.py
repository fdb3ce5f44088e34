import numpy as np
import pytest

from mien.core.face import FaceBox
from mien.vision.plausibility import is_plausible

FACE = np.array([[0.3, 0.31], [0.69, 0.31], [0.5, 0.52], [0.5, 0.73]])


def box(points: np.ndarray) -> FaceBox:
    return FaceBox(200, 100, 300, 200, 0.6, (points * 100 + [200, 100]).astype(np.float32))


def turned(points: np.ndarray, degrees: float) -> np.ndarray:
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points - 0.5) @ matrix.T + 0.5


@pytest.mark.parametrize("roll_deg", [-60, -20, 0, 30, 90])
def test_an_upright_or_tilted_face_is_plausible(roll_deg: float) -> None:
    assert is_plausible(box(turned(FACE, roll_deg)))


def test_a_face_turned_to_the_side_is_plausible() -> None:
    assert is_plausible(box(np.array([[0.35, 0.33], [0.55, 0.3], [0.3, 0.5], [0.4, 0.72]])))


@pytest.mark.parametrize(
    "points",
    [
        [[0.48, 0.31], [0.52, 0.31], [0.5, 0.52], [0.5, 0.73]],  # eyes in one place
        [[0.3, 0.73], [0.69, 0.73], [0.5, 0.52], [0.5, 0.31]],  # mouth above the eyes
        [[0.3, 0.31], [0.69, 0.31], [0.5, 0.52], [0.9, 0.45]],  # mouth beside the eyes
        [[0.3, 0.31], [0.69, 0.31], [0.5, 0.95], [0.5, 0.73]],  # nose below the mouth
        [[0.3, 0.31], [0.69, 0.31], [0.5, 0.35], [0.5, 0.42]],  # mouth at the eyes
        [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]],
    ],
)
def test_what_is_no_face_is_not(points: list[list[float]]) -> None:
    assert not is_plausible(box(np.array(points)))


def test_without_all_points_nothing_is_held_against_a_face() -> None:
    assert is_plausible(FaceBox(0, 0, 10, 10, 0.5))
    assert is_plausible(FaceBox(0, 0, 10, 10, 0.5, np.zeros((2, 2), np.float32)))
