import time

import numpy as np
import pytest

from mien.capture.synthetic import SyntheticSource


def test_as_many_frames_as_ordered() -> None:
    source = SyntheticSource((160, 90), fps=25, frame_count=10)
    frames = list(source.frames())
    assert [frame.index for frame in frames] == list(range(10))
    assert [frame.timestamp_s for frame in frames] == pytest.approx([n / 25 for n in range(10)])
    assert all(frame.size_wh == (160, 90) for frame in frames)
    assert not np.array_equal(frames[0].image, frames[1].image)
    assert source.info.frame_count == 10
    again = list(SyntheticSource((160, 90), fps=25, frame_count=10).frames())
    np.testing.assert_array_equal(frames[7].image, again[7].image)


def test_live_keeps_to_the_clock_and_skips() -> None:
    source = SyntheticSource((64, 48), fps=100, is_live=True)
    frames = source.frames()
    started_s = time.monotonic()
    first = next(frames)
    time.sleep(0.2)
    second = next(frames)
    third = next(frames)
    assert time.monotonic() - started_s >= third.timestamp_s - 0.001
    assert first.index == 0
    assert second.index >= 20
    assert third.index > second.index
    source.close()
    assert list(frames) == []


@pytest.mark.parametrize("size_wh", [(1, 1), (7, 5), (2000, 3)])
def test_odd_sizes(size_wh: tuple[int, int]) -> None:
    frames = list(SyntheticSource(size_wh, frame_count=2).frames())
    assert [frame.size_wh for frame in frames] == [size_wh] * 2


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        SyntheticSource((0, 5))
    with pytest.raises(ValueError, match="positive"):
        SyntheticSource(fps=0)
