"""The readings of the last minute, kept whole."""

from dataclasses import replace

import numpy as np
import pytest

from mien.core.face_details import details_of
from mien.inference.landmark_session import face_model
from mien.timeline.history import SPAN_S
from mien.timeline.recent import RecentReadings
from tests.made_meshes import made_mesh
from tests.makers import make_reading, make_result


def test_a_minute_is_kept_with_details_and_own_expressions() -> None:
    recent = RecentReadings()
    assert recent.series() is None
    details = details_of(made_mesh(mouthSmileLeft=0.8), face_model())
    for at in range(200):
        plain = make_reading()
        reading = replace(plain, raw=replace(plain.raw, details=details), own={"glad": at % 2})
        recent.take(make_result(at, [reading] if at else [], at / 2))
    series = recent.series()
    assert series is not None
    face = series.face(1)
    assert (face.times_s[0], face.times_s[-1]) == (99.5 - SPAN_S, 99.5)
    assert face.detail("au12_left")[-1] == pytest.approx(details["au12_left"])
    assert face.detail("x_glad")[-2:].tolist() == [0.0, 1.0]
    kept = recent._frames[-1][2][0].raw.details
    assert kept is not None
    assert kept.mesh is None


def test_a_clock_that_runs_back_starts_anew() -> None:
    recent = RecentReadings()
    recent.take(make_result(0, [make_reading()], 5.0))
    recent.take(make_result(1, [make_reading()], 1.0))
    series = recent.series()
    assert series is not None
    assert np.array_equal(series.face(1).times_s, [1.0])
