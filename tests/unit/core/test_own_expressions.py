"""Own expressions: what formulas come to, what they refuse, and for how long a condition has to hold."""

import numpy as np
import pytest

from mien.core.emotion import Affect
from mien.core.face import FaceReading, ShownReading
from mien.core.face_details import details_of
from mien.core.formula import parse_formula
from mien.core.own_expressions import SHIPPED, parse_own
from mien.core.shown import ShownChoices, ShownStage
from mien.inference.landmark_session import face_model
from tests.made_meshes import made_mesh
from tests.makers import emotion_of, make_raw

LABELS = ("neutral", "happiness")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("-a + 2", 1.5),
        ("a - b - 1", -0.75),
        ("8 / 4 / 2", 1.0),
        ("max(a, b, 0.1)", 0.5),
        ("mean(a, b)", 0.375),
        ("abs(b - a)", 0.25),
        ("a > 0.4", 1.0),
        ("a > 0.4 and b > 0.4", 0.0),
        ("a > 0.4 or b > 0.4", 1.0),
        ("not a > 0.4", 0.0),
        ("not (a > 0.4 and b > 0.4)", 1.0),
        ("a <= .5", 1.0),
        ("a >= 0.5 and b < 0.5 or a > 9", 1.0),
    ],
)
def test_what_a_formula_comes_to(formula: str, expected: float) -> None:
    assert float(parse_formula(formula).value({"a": 0.5, "b": 0.25})) == expected


def test_of_arrays_a_formula_makes_an_array_and_of_what_is_not_known_nothing() -> None:
    values = {"a": np.array([0.1, np.nan, 0.9]), "b": np.array([0.0, 0.0, np.nan])}
    assert parse_formula("a > 0.5").value(values).tolist() == pytest.approx([0.0, np.nan, 1.0], nan_ok=True)
    assert np.isnan(parse_formula("a > 0.5 or b > 0.5").value(values)[1:]).all()
    assert np.isnan(parse_formula("not a > 0.5").value(values)[1])
    assert np.isinf(parse_formula("1 / b").value(values)[0])


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("", "too early"),
        ("a +", "too early"),
        ("a > 0.5 and", "too early"),
        ("(a", "is missing"),
        ("a b", "one too many"),
        ("a > b > c", "one too many"),
        ("a and b", "joins comparisons"),
        ("(a > 1) + 2", "no number"),
        ("max()", "should"),
        ("__import__('os')", "no part of a formula"),
        ("a.b", "no part of a formula"),
        ("abs(a, b)", "one number"),
        ("(" * 60 + "a" + ")" * 60, "too many brackets"),
        ("1 + " * 200 + "1", "more than"),
    ],
)
def test_what_is_no_formula_is_refused(formula: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_formula(formula)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("squint", "write it as"),
        ("1x = au12", "write it as"),
        ("x = au12 for 1 s", "only a comparison"),
        ("x = au12 > ", "x: it ends too early"),
        ("x = nonsense > 1", "nonsense is nothing that is known"),
    ],
)
def test_what_is_no_own_expression_is_refused_by_its_name(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_own([text], LABELS)


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two expressions"):
        parse_own(["x = au12 > 1", "x = au06 > 1"])


def _reading(**shapes: float) -> FaceReading:
    details = details_of(made_mesh(**shapes), face_model(), 0.0, 0.0) if shapes else None  # type: ignore[arg-type]
    return make_raw(emotion=emotion_of(LABELS, (0.25, 0.75)), affect=Affect(0.5, 0.25), details=details)


def _shown(stage: ShownStage, time_s: float, **shapes: float) -> ShownReading:
    return stage.show(time_s, [_reading(**shapes)], "net")[0]


def test_a_condition_counts_once_it_has_held_long_enough() -> None:
    stage = ShownStage(ShownChoices(own=("smile = au12 > 0.4 for 0.2 s",)))
    strong = {"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9}
    course = [
        _shown(stage, at / 10, **(strong if at < 5 else {"mouthSmileLeft": 0.1})).own["smile"] for at in range(7)
    ]
    assert course == [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0]
    assert _shown(stage, 1.0, **strong).own["smile"] == 0.0
    assert _shown(stage, 3.0, **strong).own["smile"] == 0.0  # after a gap it begins anew


def test_a_formula_asks_for_expressions_means_of_sides_and_single_sides() -> None:
    own = (
        "glad = happiness > 0.7 and valence > 0.4",
        "left = au12_left",
        "mean = au12",
        "missing = au12_left_change",
    )
    shown = _shown(ShownStage(ShownChoices(own=own)), 0.0, mouthSmileLeft=0.8)
    assert shown.own["glad"] == 1.0
    assert (shown.own["left"], shown.own["mean"]) == pytest.approx((0.8, 0.4))
    assert np.isnan(shown.own["missing"])
    assert np.isnan(_shown(ShownStage(ShownChoices(own=own)), 0.0).own["mean"])


def test_the_shipped_one_tells_a_dimple_on_one_side() -> None:
    stage = ShownStage(ShownChoices(own=SHIPPED))
    _shown(stage, 0.0, mouthDimpleLeft=0.3)
    assert _shown(stage, 0.25, mouthDimpleLeft=0.3).own["one_sided_dimple"] == 1.0
    stage = ShownStage(ShownChoices(own=SHIPPED))
    _shown(stage, 0.0, mouthDimpleLeft=0.3, mouthDimpleRight=0.3)
    assert _shown(stage, 0.25, mouthDimpleLeft=0.3, mouthDimpleRight=0.3).own["one_sided_dimple"] == 0.0
