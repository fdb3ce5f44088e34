"""Made-up results, and sessions of them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from mien.core.emotion import EXPRESSIONS
from mien.core.face import FrameResult, ShownReading
from mien.core.frame import SourceInfo
from mien.session.origin import NetworkInUse
from mien.session.writer import Contents, SessionWriter
from mien.settings import Settings
from tests import makers
from tests.makers import FPS

MakeReading = Callable[..., ShownReading]
MakeResult = Callable[..., FrameResult]
MakeWriter = Callable[..., SessionWriter]


@pytest.fixture
def make_reading() -> MakeReading:
    return makers.make_reading


@pytest.fixture
def make_result() -> MakeResult:
    def make(
        index: int = 0, readings: Sequence[ShownReading] = (), time_s: float | None = None, level: int = 90
    ) -> FrameResult:
        return makers.make_result(index, readings, time_s, size_wh=(320, 180), level=level)

    return make


@pytest.fixture
def make_writer(tmp_path: Path) -> MakeWriter:
    def make(
        folder: Path | None = None,
        *,
        info: SourceInfo | None = None,
        contents: Contents | None = None,
        settings: Settings | None = None,
        networks: Sequence[NetworkInUse] = (NetworkInUse("net", EXPRESSIONS, "cpu"),),
    ) -> SessionWriter:
        camera = SourceInfo("Camera 1", 320, 180, FPS, is_live=True)
        return SessionWriter(
            folder or tmp_path / "s",
            info or camera,
            networks,
            settings or Settings(),
            contents=contents or Contents(),
        )

    return make


@pytest.fixture
def record(make_writer: MakeWriter, make_result: MakeResult, make_reading: MakeReading) -> Callable[..., Path]:
    """Record a session of two faces; the second leaves halfway."""

    def run(frames: int = 60, *, finish: bool = True, **choices: object) -> Path:
        writer = make_writer(**choices)
        for index in range(frames):
            readings = [make_reading(1)] if index >= frames // 2 else [make_reading(1), make_reading(2, "sadness")]
            result = make_result(index, readings)
            writer.write(result, result.frame.image)
        if finish:
            writer.finish()
        else:
            writer.abort()
        return writer.folder

    return run


@pytest.fixture(autouse=True)
def _small_outputs_are_welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.sinks.output_path.MIN_FREE_BYTES", 1000)
