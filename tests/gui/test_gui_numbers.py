"""What moves, what is held, what is remembered: the window's arithmetic."""

import numpy as np
import pytest
from fake_engine import make_emotion, make_reading
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from mien.core.face_selection import FORGET_S, FaceSelection
from mien.core.wording import signed
from mien.gui.parts.easing import SETTLE_S, Animator, Eased


def test_eased_numbers_arrive_without_passing_their_target() -> None:
    eased = Eased(2)
    eased.aim([1.0, -1.0])
    path = []
    for _ in range(60):
        eased.step(1 / 60)
        path.append(eased.values.copy())
    assert path[0][0] < 0.5
    assert (np.diff([values[0] for values in path]) >= 0).all()
    assert path[-1].tolist() == [1.0, -1.0]
    assert eased.step(1 / 60) is False


def test_easing_does_not_depend_on_the_rate_of_the_steps() -> None:
    slow, fast = Eased(1), Eased(1)
    slow.aim([1.0])
    fast.aim([1.0])
    slow.step(0.05)
    for _ in range(5):
        fast.step(0.01)
    assert slow.values[0] == pytest.approx(fast.values[0])


def test_after_the_settling_time_a_number_has_gone_95_per_cent() -> None:
    eased = Eased(1)
    eased.aim([1.0])
    eased.step(SETTLE_S)
    assert eased.values[0] == pytest.approx(0.95, abs=0.005)


def test_the_animator_rests_once_all_has_arrived(qtbot: QtBot, qapp: QObject) -> None:
    eased = Eased(1)
    eased.aim([1.0])
    animator = Animator([eased.step], qapp)
    animator.wake()
    assert animator.is_moving
    qtbot.waitUntil(lambda: not animator.is_moving)
    assert eased.values[0] == 1.0


def test_the_largest_face_is_selected_until_another_is_chosen() -> None:
    selection = FaceSelection()
    small = make_reading(1, box=(0, 0, 40, 40))
    large = make_reading(2, box=(100, 0, 180, 80))
    assert selection.pick((small, large), 0.0) is large
    selection.choose(1)
    assert selection.pick((small, large), 0.1) is small
    assert selection.is_chosen


def test_faces_of_nearly_one_size_do_not_take_turns() -> None:
    selection = FaceSelection()
    selection.pick((make_reading(1, box=(0, 0, 40, 40)), make_reading(2, box=(50, 0, 88, 38))), 0.0)
    assert selection.current == 1
    selection.pick((make_reading(1, box=(0, 0, 40, 40)), make_reading(2, box=(50, 0, 96, 46))), 0.1)
    assert selection.current == 1


def test_a_chosen_face_is_waited_for_a_moment_and_then_forgotten() -> None:
    selection = FaceSelection()
    first, second = make_reading(1, box=(0, 0, 40, 40)), make_reading(2, box=(100, 0, 180, 80))
    selection.choose(1)
    selection.pick((first, second), 0.0)
    assert selection.pick((second,), 0.5) is second
    assert selection.pick((first, second), 1.0) is first
    selection.pick((second,), 1.0 + FORGET_S + 0.1)
    assert selection.pick((first, second), 1.0 + FORGET_S + 0.2) is second


def test_nobody_in_view_selects_nobody() -> None:
    selection = FaceSelection()
    selection.pick((make_reading(1),), 0.0)
    assert selection.pick((), 0.1) is None
    assert selection.current is None


def test_signed_numbers_have_a_real_minus_and_no_negative_zero() -> None:
    assert [signed(value) for value in (0.5, -0.5, -0.001)] == ["+0.50", "−0.50", "0.00"]


def _close_call(top: str, second: str) -> object:
    from dataclasses import replace

    from mien.core.emotion import EXPRESSIONS, Emotion

    values = np.full(len(EXPRESSIONS), 0.02, np.float32)
    values[EXPRESSIONS.index(top)] = 0.46
    values[EXPRESSIONS.index(second)] = 0.42
    return replace(make_reading(), emotion=Emotion(make_emotion().labels, values))
