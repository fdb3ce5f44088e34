import numpy as np
import pytest

from mien.core.geometry import align_box, align_eyes, eyes_of_box, iou, iou_matrix, shrinkage, source_bounds


def apply(transform: np.ndarray, points: np.ndarray) -> np.ndarray:
    return points @ transform[:, :2].T + transform[:, 2]


def test_overlap_of_each_box_with_each() -> None:
    first = np.array([[0, 0, 10, 10], [20, 20, 30, 30]], dtype=float)
    second = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [100, 0, 101, 1]], dtype=float)
    assert np.allclose(iou_matrix(first, second), [[1, 50 / 150, 0], [0, 0, 0]])


def test_the_eyes_come_where_the_crop_wants_them() -> None:
    eyes = np.array([[100.0, 50.0], [130.0, 80.0]])
    transform = align_eyes(eyes, (64, 80), eye_y=0.4, eye_distance=0.5)
    assert np.allclose(apply(transform, eyes), [[16, 32], [48, 32]])


def test_alignment_keeps_shapes_and_does_not_mirror() -> None:
    transform = align_eyes(np.array([[10.0, 20.0], [30.0, 25.0]]), (48, 48), 0.4, 0.4)
    linear = transform[:, :2]
    assert np.linalg.det(linear) > 0
    assert np.allclose(linear @ linear.T, np.eye(2) * np.linalg.det(linear))


def test_eyes_in_one_place_are_refused() -> None:
    with pytest.raises(ValueError, match="apart"):
        align_eyes(np.array([[5.0, 5.0], [5.0, 5.0]]), (48, 48), 0.4, 0.4)


def test_a_box_fills_the_crop_with_its_margin() -> None:
    transform = align_box((10, 10, 30, 20), (40, 40), margin=0.5)
    # The square around it is 20 wide, with margins 40: from (0, -5) to (40, 35).
    assert np.allclose(apply(transform, np.array([[0.0, -5.0], [40.0, 35.0]])), [[0, 0], [40, 40]])


def test_eyes_of_a_box_lie_level_in_its_upper_half() -> None:
    (left_x, left_y), (right_x, right_y) = eyes_of_box((100, 100, 200, 200))
    assert left_y == right_y == pytest.approx(137)
    assert (left_x + right_x) / 2 == 150
    assert right_x - left_x == pytest.approx(46)


def test_shrinkage_and_bounds_tell_what_a_crop_is_drawn_from() -> None:
    transform = align_box((100, 200, 300, 400), (50, 50), margin=0.0)
    assert shrinkage(transform) == pytest.approx(4)
    assert source_bounds(transform, (50, 50)) == pytest.approx((100, 200, 300, 400))


def test_the_overlap_of_two_boxes_is_that_of_the_matrix() -> None:
    boxes = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 40], [-3, -3, 4, 4]])
    wanted = iou_matrix(boxes, boxes)
    got = [[iou(first, second) for second in boxes.tolist()] for first in boxes.tolist()]
    assert np.allclose(got, wanted)
    assert wanted[0, 1] == pytest.approx(1 / 3)


def test_the_bounds_of_a_turned_crop_hold_its_corners() -> None:
    transform = align_eyes(np.array([[300.0, 200], [340, 230]]), (80, 80), 0.35, 0.4)
    corners = np.array([[0.0, 80, 0, 80], [0, 0, 80, 80]])
    places = np.linalg.solve(transform[:, :2], corners - transform[:, 2:])
    assert source_bounds(transform, (80, 80)) == pytest.approx((*places.min(axis=1), *places.max(axis=1)))
