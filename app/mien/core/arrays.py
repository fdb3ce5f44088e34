"""Checks of arrays at the door, so that a wrong shape is named where it enters."""

from typing import Any

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
"""A picture: (H, W, 3) uint8, BGR unless said otherwise."""

Floats = npt.NDArray[np.float32]


def require_bgr(name: str, image: Any) -> None:  # noqa: ANN401 - anything may arrive at a door
    """Check that ``image`` is a picture.

    Args:
        name: What to call it in the message.
        image: Expected (H, W, 3) uint8 with H, W of at least 1.

    Raises:
        TypeError: It is no uint8 array.
        ValueError: Its shape is another.
    """
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        raise TypeError(f"{name}: expected a uint8 array, got {getattr(image, 'dtype', type(image).__name__)}")
    if image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(f"{name}: expected shape (H, W, 3), got {image.shape}")


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a view of ``array`` through which nothing can be written."""
    view = array.view()
    view.flags.writeable = False
    return view
