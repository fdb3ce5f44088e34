from pathlib import Path

import numpy as np
import pytest
from clips_to_encode import encode

from mien.capture.excerpt import Part
from mien.capture.open import open_source
from mien.capture.source_spec import parse_source
from mien.core.arrays import Image


@pytest.fixture
def corner() -> Image:
    """White in the upper left corner."""
    image = np.zeros((48, 64, 3), np.uint8)
    image[:16, :16] = 255
    return image


@pytest.mark.parametrize(
    ("degrees", "size_wh", "row", "column"),
    [(90, (48, 64), slice(0, 12), slice(36, 48)), (180, (64, 48), slice(36, 48), slice(52, 64)),
     (270, (48, 64), slice(52, 64), slice(0, 12))],
)  # fmt: skip
def test_pictures_are_turned_clockwise(
    tmp_path: Path, corner: Image, degrees: int, size_wh: tuple[int, int], row: slice, column: slice
) -> None:
    source = open_source(
        parse_source(str(encode(tmp_path / "a.mp4", [corner] * 3))), part=Part(rotate_deg=degrees)
    )
    frames = list(source.frames())
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert (source.info.width_px, source.info.height_px) == frames[0].size_wh == size_wh
    assert frames[1].image[row, column].mean() > 200
    assert frames[1].image.mean() < 60
    assert f"turned by {degrees}° clockwise" in source.info.remarks


def test_other_turns_are_none(tmp_path: Path, corner: Image) -> None:
    with pytest.raises(ValueError, match="90, 180 or 270"):
        open_source(parse_source(str(encode(tmp_path / "a.mp4", [corner]))), part=Part(rotate_deg=45))
