"""A series of two faces, and their lanes."""

import numpy as np
import pytest
from made_series import LABELS, add_rows

from mien.core.series import ReadingSeries
from mien.session.notes.annotations import Annotations
from mien.session.notes.persons import apply_persons
from mien.timeline.lanes import Lanes


@pytest.fixture
def series() -> ReadingSeries:
    """Face 1 from 0 to 10 s: neutral, from 5 s happy, from 8 s uncertain; face 2 from 12 to 20 s."""
    found = ReadingSeries(LABELS)
    times_s = np.arange(100) / 10
    add_rows(found, 1, times_s, (times_s >= 5) * 0.9, times_s < 8)
    later_s = 12 + np.arange(80) / 10
    add_rows(found, 2, later_s, np.zeros(80))
    return found


@pytest.fixture
def lanes(series: ReadingSeries) -> Lanes:
    found = Lanes()
    assert found.follow(series, apply_persons(series, Annotations()))
    return found
