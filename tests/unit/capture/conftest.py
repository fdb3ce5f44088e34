from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from clips_to_encode import encode

from mien.core.arrays import Image


@pytest.fixture
def clip(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a clip into the test's folder: ``clip("a.mp4", images, …)``."""

    def write(name: str, images: Iterable[Image], **choices: Any) -> Path:
        return encode(tmp_path / name, images, **choices)

    return write
