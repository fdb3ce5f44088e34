"""Runs of labels."""

import numpy as np
import pytest
from made_series import LABELS, add_rows

from mien.core.face_series import FaceSeries
from mien.core.series import ReadingSeries
from mien.timeline.runs import Run, label_runs, without_flicker


def face_of(*parts: tuple[float, bool, int], fps: float = 30.0, starts: tuple[int, ...] = ()) -> FaceSeries:
    """A face by stretches of frames: the probability of happiness, whether it is usable, and how many frames."""
    happy = np.concatenate([np.full(count, value) for value, _, count in parts])
    usable = np.concatenate([np.full(count, ok) for _, ok, count in parts])
    starts = starts or tuple(np.cumsum([0, *(count for _, _, count in parts[:-1])]).tolist())
    frames = np.concatenate([start + np.arange(part[2]) for start, part in zip(starts, parts, strict=True)])
    series = ReadingSeries(LABELS)
    add_rows(series, 1, frames / fps, happy, usable, frames)
    return series.face(1)


def test_runs_follow_each_other_without_gap_or_overlap() -> None:
    assert label_runs(face_of((0.9, True, 30), (0.1, True, 15), (0.1, False, 15))) == [
        Run(0.0, 1.0, "happiness"),
        Run(1.0, 1.5, "neutral"),
        Run(1.5, pytest.approx(2.0), "uncertain"),
    ]


def test_a_face_that_was_away_ends_its_run() -> None:
    runs = label_runs(face_of((0.9, True, 10), (0.9, True, 10), (0.9, True, 10), starts=(0, 20, 60)))
    assert [(run.start_s, run.end_s) for run in runs] == [
        (0.0, pytest.approx(1.0)),
        (2.0, pytest.approx(70 / 30)),
    ]


def test_a_single_reading_is_a_run_and_no_reading_is_none() -> None:
    (run,) = label_runs(face_of((0.9, True, 1), starts=(3,)))
    assert run.end_s > run.start_s == pytest.approx(0.1)
    assert label_runs(run_less()) == []


def run_less() -> FaceSeries:
    return face_of((0.9, True, 1)).between(5.0, 6.0)


def test_flicker_goes_to_the_run_before() -> None:
    runs = [Run(0.0, 1.0, "a"), Run(1.0, 1.1, "b"), Run(1.1, 2.0, "a"), Run(3.0, 3.1, "c")]
    assert without_flicker(runs, 0.4) == [Run(0.0, 2.0, "a"), Run(3.0, 3.1, "c")]
