import numpy as np

from mien.core.emotion import Certainty, distinct_labels


def test_labels_that_mean_the_same_keep_apart() -> None:
    assert distinct_labels(["Calm", "Happy", "neutral"]) == ("calm", "happiness", "neutral")
    assert distinct_labels(["Joy", "Happy", "calm"]) == ("happiness", "happy", "neutral")


def test_what_is_expected_makes_no_label_certain() -> None:
    everyday = Certainty((0.6, 0.3, 0.1), 0.7)
    as_expected = np.array([0.6, 0.3, 0.1], np.float32)
    assert not everyday.holds(as_expected, 0)  # the face itself says nothing
    evidence = np.array([0.05, 0.05, 0.9], np.float32)
    told = evidence * [0.6, 0.3, 0.1]
    told = (told / told.sum()).astype(np.float32)
    assert told[2] < 0.7 < evidence[2]
    assert everyday.holds(told, 2)
    assert not Certainty(everyday.prior, 0.91).holds(told, 2)
