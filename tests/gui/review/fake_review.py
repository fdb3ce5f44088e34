"""Review without detector and network: a small real video with its frame numbers burnt in, made-up readings."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from fake_engine import FakeReader, make_emotion, make_reading

from mien.capture.sound import Samples
from mien.capture.video_file import VideoFile
from mien.core.alike import Alike
from mien.core.arrays import Image
from mien.core.emotion import EXPRESSIONS, Affect
from mien.core.face import FaceReading, FaceTrack, SecondReading
from mien.core.frame import Frame
from mien.core.shown import ShownStage
from mien.engine.review_engine import ProgramReviewEngine
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.shown_choices import shown_choices
from mien.playback.speaker import Speaker
from mien.session.analyses.analysis import Build
from mien.settings import Settings
from mien.timeline.lanes import Lane
from tests.fakes import MadeFinder
from tests.makers import make_track
from tests.patience import PATIENCE_S

BITS = 10
CELL_PX = 16
WH = (BITS * CELL_PX, 96)
FPS = 25
FIRST_BOX, SECOND_BOX, OTHER_BOX = (10.0, 30.0, 60.0, 90.0), (12.0, 32.0, 62.0, 92.0), (100.0, 40.0, 140.0, 90.0)


def numbered(number: int) -> Image:
    image = np.full((WH[1], WH[0], 3), 90, np.uint8)
    for bit in range(BITS):
        image[:CELL_PX, bit * CELL_PX : (bit + 1) * CELL_PX] = 255 if number >> bit & 1 else 0
    return image


def number_of(image: Image) -> int:
    cells = image[CELL_PX // 2, CELL_PX // 2 :: CELL_PX].mean(axis=1)[:BITS]
    return int(sum(1 << bit for bit, level in enumerate(cells) if level > 128))


def write_video(path: Path, frames: int = 100, *, sound: bool = False) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"g": "20", "bf": "2", "crf": "10"})
        stream.width, stream.height, stream.pix_fmt = WH[0], WH[1], "yuv420p"
        audio = container.add_stream("aac", rate=48000) if sound else None
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if audio is not None:
            wave = (
                np.sin(np.arange(48000 * frames // FPS) * 440 / 48000 * 2 * np.pi).astype(np.float32)[None] * 0.3
            )
            piece = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            piece.sample_rate = 48000
            container.mux(audio.encode(piece))
            container.mux(audio.encode(None))
    return path


class BrokenTracks:
    """One person whose id breaks in the middle (1 becomes 3), and another (2) all the time."""

    def __init__(self, frames: int) -> None:
        self._break = frames // 2

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        own = (1, FIRST_BOX) if frame.index < self._break else (3, SECOND_BOX)
        return [make_track(number, box, age_frames=frame.index) for number, box in (own, (2, OTHER_BOX))]

    def close(self) -> None:
        pass


class HappyThenSad(FakeReader):
    def __init__(self, gate: threading.Event | None = None, other_name: str | None = None) -> None:
        super().__init__("fake-s")
        self.frames_read = 0
        self._gate = gate
        self.other_name = other_name
        self.other_labels = EXPRESSIONS if other_name else ()

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        self.frames_read += 1
        if self._gate is not None and frame.index >= 10:
            self._gate.wait(PATIENCE_S)
        top = "happiness" if frame.index % 50 < 25 else "sadness"
        readings = (
            make_reading(
                track.track_id,
                box=track.box.xyxy,
                phase=frame.timestamp_s,
                top=top,
                reason="blurred" if track.track_id == 2 and frame.index < 10 else None,
            ).raw
            for track in tracks
        )
        if self.other_name is None:
            return tuple(readings)
        second = SecondReading(make_emotion(top="fear"), Affect(-0.5, 0.5))
        return tuple(replace(reading, other=second) for reading in readings)


class FakeBuild:
    """Counts the pipelines that were built, and the frames that they read.

    Args:
        has_faces: Whether there are any.
        gate: Holds the reading after ten frames.
        shows: Make of readings what the settings say, as the program does, instead of showing them as read.
    """

    def __init__(
        self, *, has_faces: bool = True, gate: threading.Event | None = None, shows: bool = False
    ) -> None:
        self.built = 0
        self.readers: list[HappyThenSad] = []
        self._shows = shows
        self.settings: list[Settings] = []
        self._has_faces = has_faces
        self._gate = gate

    def __call__(self, settings: Settings, path: Path) -> Pipeline:
        self.built += 1
        self.settings.append(settings)
        source = VideoFile(path)
        finder = BrokenTracks(source.info.frame_count or 0) if self._has_faces else MadeFinder(lambda _: ())
        reader = HappyThenSad(self._gate, settings.reading.compare or None)
        self.readers.append(reader)
        shown = ShownStage(shown_choices(settings)) if self._shows else None
        return Pipeline(source, finder, reader, lambda result: result.frame.image, shown_maker=shown)

    @property
    def frames_read(self) -> int:
        """How often a network was asked."""
        return sum(reader.frames_read for reader in self.readers)


class FakeReviewEngine(ProgramReviewEngine):
    """The program's own, but for what reads videos and what plays sound."""

    def __init__(self, kept: Path, build: Build, speaker: Callable[[], Speaker]) -> None:
        super().__init__(kept)
        self.build_pipeline = build
        self.open_speaker = speaker
        self.alike: list[Alike] = []
        self.compared = 0

    def find_alike(
        self, video: Path, people: Sequence[Lane], settings: Settings, go_on: Callable[[], bool]
    ) -> list[Alike]:
        self.compared += 1
        return self.alike if settings.reading.recognise_people else []


class FakeDevice:
    """Pulls as a sound card does, in pieces of ten milliseconds; keeps what it got."""

    def __init__(self) -> None:
        self.heard: list[Samples] = []
        self.closed = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, pull: Callable[[int], Samples]) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, args=(pull,), name="mien-test-device", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)

    def close(self) -> None:
        self.stop()
        self.closed = True

    def _run(self, pull: Callable[[int], Samples]) -> None:
        next_s = time.monotonic()
        while not self._stop.is_set():
            self.heard.append(pull(480))
            next_s += 0.01
            self._stop.wait(max(next_s - time.monotonic(), 0.0))
