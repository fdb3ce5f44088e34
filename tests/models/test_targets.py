import numpy as np
import pytest

from mien_models.data.targets import (
    AFFECT_OF_LABEL,
    LABELS,
    affect_targets,
    vote_distribution,
    vote_plurality,
)

NEUTRAL, HAPPINESS, ANGER, DISGUST = (LABELS.index(name) for name in ("neutral", "happiness", "anger", "disgust"))
NEVER_ASKED = [-1] * 10


def votes(*rows: list[int]) -> np.ndarray:
    return np.array(rows, dtype=np.int16)


def test_a_lone_vote_is_dropped_and_the_rest_sums_to_one() -> None:
    distribution, usable = vote_distribution(votes([6, 0, 1, 0, 3, 0, 0, 0, 0, 0]))
    assert usable.tolist() == [True]
    assert distribution[0, [NEUTRAL, 2, ANGER]] == pytest.approx([6 / 9, 0.0, 3 / 9])
    assert distribution.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    "row",
    [
        NEVER_ASKED,
        [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],  # lone votes only
        [2, 0, 0, 0, 0, 0, 0, 0, 0, 8],  # most saw no face
        [3, 0, 0, 0, 0, 0, 0, 0, 7, 0],  # most could not tell
    ],
)
def test_a_face_that_nobody_can_name_is_not_usable(row: list[int]) -> None:
    distribution, usable = vote_distribution(votes(row))
    assert not usable[0]
    assert not distribution.any()


def test_plurality_leaves_ties_and_unasked_rows_out() -> None:
    rows = votes([5, 5, 0, 0, 0, 0, 0, 0, 0, 0], [2, 7, 1, 0, 0, 0, 0, 0, 0, 0], NEVER_ASKED, [0] * 9 + [10])
    assert vote_plurality(rows).tolist() == [-1, HAPPINESS, -1, -1]


def test_affect_is_the_expected_position_of_the_votes() -> None:
    affect, known = affect_targets(votes([5, 5, 0, 0, 0, 0, 0, 0, 0, 0], NEVER_ASKED))
    assert known.tolist() == [True, False]
    assert affect[0] == pytest.approx([0.405, 0.255])


def test_the_table_of_positions_fits_the_labels() -> None:
    assert AFFECT_OF_LABEL.shape == (len(LABELS), 2)
    assert np.abs(AFFECT_OF_LABEL).max() <= 1.0
    assert AFFECT_OF_LABEL[HAPPINESS, 0] > 0 > AFFECT_OF_LABEL[ANGER, 0]
