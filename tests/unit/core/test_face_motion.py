"""Blinks and speech-like motion, on made courses of lids and mouth."""

import numpy as np
import pytest

from mien.core.face_motion import FaceMotion, blink_rate


def _blinks(lids: list[float], fps: float = 25.0) -> list[float]:
    motion = FaceMotion()
    return [motion.step(at / fps, value, 0.0)[0] for at, value in enumerate(lids)]


@pytest.mark.parametrize("usual", [1.0, 0.5])
def test_a_short_closing_is_a_blink_whatever_the_eyes_are_like(usual: float) -> None:
    course = _blinks([usual] * 40 + [0.1 * usual] * 5 + [usual] * 20)
    assert np.flatnonzero(course).tolist() == [40, 41, 42, 43, 44]


def test_eyes_that_stay_closed_end_the_blink() -> None:
    course = np.array(_blinks([1.0] * 40 + [0.0] * 50))
    assert course[40:52].all()
    assert not course[54:].any()


def test_half_closed_lids_are_no_blink() -> None:
    assert not any(_blinks([1.0] * 30 + [0.6] * 10 + [1.0] * 10))


def test_the_rate_counts_beginnings_and_leaves_out_absences() -> None:
    times = np.concatenate([np.arange(0, 30, 0.04), np.arange(60, 90, 0.04)])
    blinks = np.zeros(len(times))
    for begin in (100, 300, 500, 800, 1200):
        blinks[begin : begin + 4] = 1.0
    assert blink_rate(times, blinks) == pytest.approx(5.0, rel=0.01)
    assert blink_rate(times[:10], blinks[:10]) is None


def test_a_mouth_that_opens_and_closes_speaks_and_a_yawn_does_not() -> None:
    motion = FaceMotion()
    talk = [motion.step(at / 25, 1.0, 0.2 + 0.15 * np.sin(at / 25 * 2 * np.pi * 4))[1] for at in range(50)]
    assert min(talk[25:]) > 0.5
    motion = FaceMotion()
    yawn = [motion.step(at / 25, 1.0, min(at / 30, 1.0))[1] for at in range(50)]
    assert max(yawn) == 0.0


def test_after_an_absence_all_begins_anew() -> None:
    motion = FaceMotion()
    for at in range(30):
        motion.step(at / 25, 1.0, 0.0)
    assert motion.step(10.0, 0.2, 0.0)[0] == 0.0
