from pathlib import Path

import pytest

from tests.clips import write_short_clip


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve frames with a face."""
    return write_short_clip(tmp_path_factory.mktemp("clips") / "clip.mp4")
