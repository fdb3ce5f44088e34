"""The head's turn: known turns of the face of known shape come out as they went in."""

import numpy as np
import pytest

from mien.core.head_pose import HeadPose, place_of, pose_of_turn
from mien.inference.landmark_session import face_model


@pytest.mark.parametrize("yaw", [-50.0, -10.0, 0.0, 35.0])
@pytest.mark.parametrize("pitch", [-30.0, 0.0, 25.0])
@pytest.mark.parametrize("roll", [-100.0, 0.0, 40.0, 170.0])
def test_a_turned_face_has_the_angles_that_it_was_turned_by(yaw: float, pitch: float, roll: float) -> None:
    model = face_model()
    seen = 31.0 * model @ HeadPose(yaw, pitch, roll).matrix.T + np.array([320.0, 200.0, -4.0])
    place = place_of(seen, model)
    found = place.pose
    assert (found.yaw_deg, found.pitch_deg, found.roll_deg) == pytest.approx((yaw, pitch, roll), abs=1e-3)
    assert place.scale == pytest.approx(31.0, rel=1e-5)
    assert place.to_head(seen[:3]) == pytest.approx(model[:3], abs=1e-3)


def test_the_signs_are_those_of_the_picture() -> None:
    # The nose is the point with the smallest depth: where it goes, the face looks.
    model = face_model()
    nose = int(model[:, 2].argmin())
    forward = model[nose]
    right, up = (HeadPose(*angles, 0.0).matrix @ forward for angles in ((30.0, 0.0), (0.0, 30.0)))
    assert right[0] > forward[0] + 2.0
    assert up[1] < forward[1] - 2.0
    clockwise = HeadPose(0.0, 0.0, 30.0).matrix @ model[10]  # the top of the forehead goes to the right
    assert clockwise[0] > model[10][0] + 2.0


def test_a_mouth_that_opens_turns_no_head() -> None:
    model = face_model()
    moved = model.copy()
    moved[[13, 14, 17, 152, 148, 377, 61, 291]] += np.array([0.0, 2.0, 0.5], np.float32)
    pose = place_of(moved, model).pose
    assert abs(pose.yaw_deg) + abs(pose.pitch_deg) + abs(pose.roll_deg) < 1e-3


def test_a_turn_without_angles_is_the_identity() -> None:
    assert pose_of_turn(np.eye(3)) == HeadPose(0.0, 0.0, 0.0)
    assert HeadPose(0.0, 0.0, 0.0).matrix == pytest.approx(np.eye(3))
