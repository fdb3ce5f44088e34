from mien.core.emotion import distinct_labels


def test_labels_that_mean_the_same_keep_apart() -> None:
    assert distinct_labels(["Calm", "Happy", "neutral"]) == ("calm", "happiness", "neutral")
    assert distinct_labels(["Joy", "Happy", "calm"]) == ("happiness", "happy", "neutral")
