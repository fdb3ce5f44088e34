"""Details of a face: what is made of a mesh, and what has changed since the neutral face."""

import numpy as np
import pytest

from mien.core import eyes
from mien.core.action_units import COLUMNS, UNITS, intensities, letter
from mien.core.face_details import CHANGES, DETAILS, POSITIONS, change_name, changes_of, details_of
from mien.core.face_mesh import FaceMesh
from mien.core.head_pose import HeadPose
from mien.core.landmarks import BLENDSHAPES, COUNT
from mien.inference.landmark_session import face_model
from tests.made_meshes import made_mesh


def test_names_are_unique_and_every_blendshape_of_a_unit_exists() -> None:
    assert len(set(DETAILS)) == len(DETAILS)
    known = set(BLENDSHAPES)
    for unit in UNITS:
        for shape in unit.shapes:
            assert {f"{shape}{side}" for side in (("Left", "Right") if unit.has_sides else ("",))} <= known


def test_a_smile_on_one_side_is_the_unit_of_that_side() -> None:
    units = dict(zip(COLUMNS, intensities(made_mesh(mouthSmileLeft=0.8)).tolist(), strict=True))
    assert units["au12_left"] == pytest.approx(0.8)
    assert units["au12_right"] == 0.0
    assert units["au06_left"] == 0.0  # no raised lower lid, no cheek raiser
    both = dict(
        zip(COLUMNS, intensities(made_mesh(mouthSmileLeft=0.64, eyeSquintLeft=0.25)).tolist(), strict=True)
    )
    assert both["au06_left"] == pytest.approx(0.4)


def test_weak_blendshapes_are_stretched_and_never_exceed_one() -> None:
    units = dict(zip(COLUMNS, intensities(made_mesh(eyeWideRight=0.2, mouthFrownLeft=0.9)).tolist(), strict=True))
    assert units["au05_right"] == pytest.approx(0.5)
    assert units["au15_left"] == 1.0


@pytest.mark.parametrize(
    ("intensity", "expected"), [(0.05, ""), (0.1, "A"), (0.39, "B"), (0.4, "C"), (0.65, "D"), (1.0, "E")]
)
def test_letters(intensity: float, expected: str) -> None:
    assert letter(intensity) == expected


def test_pose_stands_in_the_details() -> None:
    details = details_of(made_mesh(pose=HeadPose(20.0, -10.0, 5.0)), face_model())
    assert [details[name] for name in ("yaw_deg", "pitch_deg", "roll_deg")] == pytest.approx(
        [20, -10, 5], abs=0.01
    )


@pytest.mark.parametrize("head", [(0.0, 0.0, 0.0), (20.0, 0.0, 0.0), (0.0, 12.0, 30.0)])
def test_eyes_that_look_aside_are_told_apart_from_a_head_that_turns(head: tuple[float, float, float]) -> None:
    ahead, aside = (
        details_of(made_mesh(pose=HeadPose(*head), look_cm=look), face_model())
        for look in ((0.0, 0.0), (0.3, 0.0))
    )
    assert ahead["gaze_in_head_yaw_deg"] == pytest.approx(0.0, abs=0.5)
    assert aside["gaze_in_head_yaw_deg"] == pytest.approx(
        np.degrees(np.arcsin(0.3 / eyes.IRIS_RADIUS_CM)), abs=0.5
    )
    assert ahead["gaze_yaw_deg"] == pytest.approx(head[0], abs=1.0)


def test_closed_eyes_look_nowhere() -> None:
    details = details_of(made_mesh(lids=0.02), face_model())
    assert details["eye_open_left"] == 0.0
    assert np.isnan(details["gaze_yaw_deg"])
    assert details_of(made_mesh(lids=0.3), face_model())["eye_open_right"] == pytest.approx(1.0)


def test_changes_since_the_neutral_face() -> None:
    neutral = details_of(made_mesh(browInnerUp=0.3, pose=HeadPose(0.0, 0.0, 175.0)), face_model())
    now = details_of(made_mesh(browInnerUp=0.5, pose=HeadPose(0.0, 0.0, -175.0)), face_model())
    changes = dict(zip(CHANGES, changes_of(now.values, neutral.values).tolist(), strict=True))
    assert changes[change_name("au01")] == pytest.approx(0.2, abs=1e-6)
    assert changes[change_name("roll_deg")] == pytest.approx(10.0, abs=0.01)
    many = changes_of(np.stack([now.values, neutral.values]), neutral.values)
    assert many.shape == (2, len(CHANGES))
    assert np.allclose(many[1], 0.0, atol=1e-5)


def test_a_mesh_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="expected points"):
        FaceMesh(np.zeros((COUNT - 1, 3), np.float32), 1.0, np.zeros(len(BLENDSHAPES), np.float32))
    assert POSITIONS["pitch_deg"] == 2
