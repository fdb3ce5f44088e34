import numpy as np
import pytest

from mien.sinks.video.picture_fit import even_size, fit_picture


def test_even_sizes() -> None:
    assert [even_size(size) for size in ((1, 1), (7, 5), (640, 480))] == [(2, 2), (8, 6), (640, 480)]


def test_a_picture_that_fits_is_not_copied() -> None:
    image = np.zeros((4, 6, 3), np.uint8)
    assert fit_picture(image, (6, 4)) is image


def test_the_edge_is_repeated_to_even() -> None:
    image = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    fitted = fit_picture(image, (8, 6))
    assert (fitted[:5, :7] == image).all()
    assert (fitted[:5, 7] == image[:, 6]).all()
    assert (fitted[5, :7] == image[4]).all()


@pytest.mark.parametrize(
    ("size_wh", "box"),
    [
        ((200, 100), (0, 25, 100, 75)),
        ((50, 100), (25, 0, 75, 100)),
        ((10, 10), (0, 0, 100, 100)),
        ((10_000, 1), (0, 49, 100, 50)),
    ],
)
def test_other_sizes_are_centred_on_black(size_wh: tuple[int, int], box: tuple[int, int, int, int]) -> None:
    fitted = fit_picture(np.full((size_wh[1], size_wh[0], 3), 255, np.uint8), (100, 100))
    assert fitted.shape == (100, 100, 3)
    x1, y1, x2, y2 = box
    assert (fitted[y1:y2, x1:x2] == 255).all()
    assert int((fitted > 0).any(axis=2).sum()) == (x2 - x1) * (y2 - y1)
