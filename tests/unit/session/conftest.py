"""Made-up results, and sessions of them."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from mien.core.emotion import EXPRESSIONS, Affect, Emotion
from mien.core.face import FaceBox, FaceReading, FaceTrack, FrameResult, Quality, ShownReading
from mien.core.frame import Frame, SourceInfo
from mien.core.shown import as_read
from mien.session.origin import NetworkInUse
from mien.session.writer import Contents, SessionWriter
from mien.settings import Settings

FPS = 30.0
SOME_AFFECT = Affect(0.3, -0.2)
MakeReading = Callable[..., ShownReading]
MakeResult = Callable[..., FrameResult]
MakeWriter = Callable[..., SessionWriter]


@pytest.fixture
def make_reading() -> MakeReading:
    def make(
        face_id: int = 1,
        top: str = "happiness",
        *,
        box: tuple[float, float, float, float] = (100.3, 40.0, 180.0, 140.6),
        affect: Affect | None = SOME_AFFECT,
        reason: str | None = None,
        score: float = 0.8,
    ) -> ShownReading:
        chances = np.full(len(EXPRESSIONS), 0.05, np.float32)
        chances[EXPRESSIONS.index(top)] = 1.0 - 0.05 * (len(EXPRESSIONS) - 1)
        quality = Quality(100.0, 0.8, 0.5, 0.0, 0.0, reason, score)
        track = FaceTrack(face_id, FaceBox(*box, 0.9), 3)
        return as_read(FaceReading(track, Emotion(EXPRESSIONS, chances), affect, quality))

    return make


@pytest.fixture
def make_result() -> MakeResult:
    def make(
        index: int = 0, readings: Sequence[ShownReading] = (), time_s: float | None = None, level: int = 90
    ) -> FrameResult:
        picture = np.full((180, 320, 3), level, np.uint8)
        moment_s = index / FPS if time_s is None else time_s
        return FrameResult(Frame(picture, index, moment_s, time.monotonic()), tuple(readings), "net")

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
