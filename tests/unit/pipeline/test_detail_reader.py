"""Looking closely at faces before a camera: never so often that the expression loses its frames."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from mien.core.face import FaceReading, FaceTrack
from mien.core.face_mesh import FaceMesh
from mien.core.frame import Frame
from mien.inference.landmark_session import face_model
from mien.pipeline import detail_reader
from mien.pipeline.detail_reader import LIVE_BUDGET_S, LONGEST_PASS_S, LOST_SHARE, DetailReader
from tests.made_meshes import made_mesh
from tests.makers import make_raw

IMAGE = np.zeros((200, 300, 3), np.uint8)
Play = Callable[[float, float, int], list[list[bool]]]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Play:
    """Returns what plays a camera: which faces have details in each frame that the stage takes."""
    clock = [0.0]

    class Finder:
        face_s = 0.0

        def __init__(self, session: object) -> None:
            pass

        def find(self, image: object, tracks: Sequence[FaceTrack], known: object) -> list[FaceMesh]:
            clock[0] += Finder.face_s * len(tracks)
            return [made_mesh() for _ in tracks]

    monkeypatch.setattr(detail_reader, "MeshFinder", Finder)
    monkeypatch.setattr(detail_reader.time, "perf_counter", lambda: clock[0])

    def run(face_s: float, fps: float, faces: int) -> list[list[bool]]:
        Finder.face_s, session = face_s, None
        reader = DetailReader(session, face_model(), LIVE_BUDGET_S)  # type: ignore[arg-type]
        readings: list[FaceReading] = [make_raw(at + 1) for at in range(faces)]
        looked, clock[0], index = [], 0.0, -1
        while clock[0] < 20.0:
            # The newest frame waits; those before it gave way while the stage was busy.
            index = max(int(clock[0] * fps + 1e-9), index + 1)
            clock[0] = max(clock[0], index / fps)
            frame: Any = Frame(IMAGE, index, index / fps, index / fps)
            looked.append([each.details is not None for each in reader.look(frame, readings)])
        return looked

    return run


def test_who_is_fast_enough_looks_at_every_frame(play: Play) -> None:
    looked = play(0.013, 30.0, 1)
    assert len(looked) >= 595
    assert all(faces == [True] for faces in looked)


@pytest.mark.parametrize("face_s", [0.05, 0.1, 0.2])
def test_a_slow_machine_keeps_the_frames_of_the_expression(play: Play, face_s: float) -> None:
    looked = play(face_s, 30.0, 1)
    assert len(looked) / 20.0 >= 25.0
    seen = [at for at, (face,) in enumerate(looked) if face]
    assert len(seen) > 10
    assert max(np.diff(seen)) / 30.0 <= LONGEST_PASS_S + 0.1


def test_a_slower_camera_has_more_time(play: Play) -> None:
    looked = play(0.05, 15.0, 1)
    assert len(looked) >= 290
    assert np.mean([face for (face,) in looked[100:]]) == 1.0


def test_many_faces_take_turns_within_the_budget(play: Play) -> None:
    looked = play(0.013, 30.0, 4)
    assert len(looked) / 20.0 >= 30.0 * (1 - LOST_SHARE)
    assert {sum(faces) for faces in looked[1:50]} <= {0, 2}
    assert np.mean(looked[50:], axis=0) == pytest.approx([0.5] * 4, abs=0.1)
