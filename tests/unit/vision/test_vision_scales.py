"""The parts in which a picture is looked at."""

import itertools

import pytest

from mien.vision.scales import LIVE_TILE_PX, STILL_TILE_PX, TILE_OVERLAP_PX, Part, fine_parts

SIZES = [(1280, 720), (720, 1280), (1920, 1080), (4000, 3000), (8000, 6000), (3000, 500), (1000, 1000)]


def reach(parts: list[Part], axis: int) -> list[tuple[float, float]]:
    """Return from where to where the parts reach along one side, each span once."""
    edges = [(part.left, part.right) if axis == 0 else (part.top, part.bottom) for part in parts]
    return sorted(set(edges))


@pytest.mark.parametrize("size_wh", SIZES)
@pytest.mark.parametrize("is_still", [True, False])
def test_parts_cover_all_overlap_enough_and_are_never_too_large(size_wh: tuple[int, int], is_still: bool) -> None:
    most_px = STILL_TILE_PX if is_still else LIVE_TILE_PX
    for parts in fine_parts(size_wh, is_still=is_still):
        scale = parts[0].scale
        for axis, length in enumerate(size_wh):
            spans = reach(parts, axis)
            assert spans[0][0] == 0
            assert spans[-1][1] == pytest.approx(length, abs=1)
            assert all((right - left) * scale <= most_px + scale for left, right in spans)
            for (_, end), (start, _) in itertools.pairwise(spans):
                assert (end - start) * scale >= TILE_OVERLAP_PX - 2 * scale
        assert len(parts) == len(reach(parts, 0)) * len(reach(parts, 1))


def test_tiles_are_no_larger_than_they_have_to_be() -> None:
    (whole,), tiles = fine_parts((1280, 720), is_still=False)
    assert (whole.right * whole.scale, whole.bottom * whole.scale) == (640, 360)
    looked_at = sum((part.right - part.left) * (part.bottom - part.top) for part in tiles)
    assert len(tiles) == 6
    assert looked_at < 1.6 * 1280 * 720
