"""The program without camera, detector and network: real pipelines over made-up frames and readings."""

import dataclasses
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from fake_queue import FakeQueue

from mien.batch.item import Item
from mien.core.arrays import Image
from mien.core.baseline import Baseline
from mien.core.emotion import EXPRESSIONS, Affect, Emotion
from mien.core.face import FaceReading, FaceTrack, FrameResult, Quality, ShownReading
from mien.core.face_details import details_of
from mien.core.frame import Frame, SourceInfo
from mien.core.shown import ShownChoices
from mien.engine.contracts import ReviewEngine
from mien.engine.review_engine import ProgramReviewEngine
from mien.errors import CameraUnavailable, VideoUnreadable
from mien.faults import Fault
from mien.inference.landmark_session import face_model
from mien.overlay.screen_size import ScreenSize
from mien.pipeline.contracts import CloserLook, Paint, Reader
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.shown_choices import shown_choices
from mien.runs.task import Task
from mien.settings import Settings
from mien.sinks.sink import Sink
from tests import makers
from tests.fakes import MadeFinder, MadeReader, MadeSource
from tests.made_meshes import made_mesh

FRAME_WH = (320, 180)
BOXES = ((40.0, 40.0, 120.0, 140.0), (200.0, 60.0, 250.0, 120.0), (270.0, 60.0, 300.0, 100.0))


def make_emotion(phase: float = 0.0, top: str | None = None) -> Emotion:
    if top is not None:
        return makers.make_emotion(top, rest=0.02)
    logits = 2.2 * np.sin(phase * np.linspace(0.5, 1.3, len(EXPRESSIONS)) + np.arange(len(EXPRESSIONS)) * 1.7)
    return makers.emotion_of(EXPRESSIONS, np.exp(logits) / np.exp(logits).sum())


def make_quality(reason: str | None = None) -> Quality:
    return makers.make_quality(reason, 0.3 if reason else 0.9, height_px=182.0, turn_deg=(-8.0, 2.0))


def make_reading(
    track_id: int = 1,
    *,
    box: tuple[float, float, float, float] = BOXES[0],
    phase: float = 0.0,
    top: str | None = None,
    reason: str | None = None,
    has_affect: bool = True,
) -> ShownReading:
    affect = Affect(float(0.7 * np.sin(phase)), float(0.6 * np.cos(phase * 0.8))) if has_affect else None
    quality = make_quality(reason)
    return makers.make_reading(
        track_id, emotion=make_emotion(phase, top), box=box, affect=affect, quality=quality, min_confidence=0.2
    )


def make_result(readings: Sequence[ShownReading] = (), index: int = 0, time_s: float | None = None) -> FrameResult:
    return makers.make_result(index, readings, time_s, size_wh=FRAME_WH, level=90, model="fake-s")


class FakeSource(MadeSource):
    """Gives gray frames; live ones never end by themselves."""

    def __init__(
        self, name: str, spec: str, *, is_live: bool, frames: int, fps: float = 30.0, images: Sequence[Image] = ()
    ) -> None:
        count, path = (None, None) if is_live else (frames, spec)
        super().__init__(
            SourceInfo(name, *FRAME_WH, fps, is_live, count, path=path),
            count,
            picture_of=(lambda index: images[index % len(images)]) if images else None,
            interval_s=1 / fps if is_live else 0.0,
        )


class FakeCloser:
    """Sees a smile on the left side in every face."""

    def look(self, frame: Frame, readings: Sequence[FaceReading]) -> tuple[FaceReading, ...]:
        details = details_of(made_mesh(mouthSmileLeft=0.7), face_model(), 0.0, 0.0)
        return tuple(dataclasses.replace(reading, details=details) for reading in readings)


class FakeReader(MadeReader):
    """Sees expressions that come and go."""

    def read_face(self, frame: Frame, track: FaceTrack) -> FaceReading:
        phase = frame.timestamp_s + 2 * track.track_id
        return make_reading(track.track_id, box=track.box.xyxy, phase=phase).raw


class FakeSink(Sink):
    wants_picture = True
    size_bytes = 12_345_678
    notice: str | None = None

    def __init__(self, cover: str = "none") -> None:
        self.written = 0
        self.finished = threading.Event()
        self.cover = cover
        self.markers: list[tuple[object, ...]] = []
        self.typed: list[tuple[object, ...]] = []
        self.ended: list[tuple[str, float, float]] = []
        self.baselines: list[object] = []

    def add_marker(
        self,
        kind: str,
        at_s: float,
        end_s: float | None = None,
        text: str = "",
        origin: str = "key",
        event_type: str = "",
        code: str = "",
    ) -> None:
        self.markers.append((kind, at_s, end_s, text, origin))
        self.typed.append((event_type, code, at_s))

    def end_marker(self, event_type: str, at_s: float, end_s: float) -> None:
        self.ended.append((event_type, at_s, end_s))

    def add_baseline(self, baseline: object) -> None:
        self.baselines.append(baseline)

    def cover_from_now(self, cover: str) -> None:
        self.cover = cover

    def write(self, result: FrameResult, picture: Image | None) -> None:
        self.written += 1

    def finish(self) -> None:
        self.finished.set()

    def abort(self) -> None:
        pass


class FakeEngine:
    """Knows cameras by ``cameras``; "missing" in a name means that it cannot be opened."""

    def __init__(
        self, cameras: Sequence[tuple[str, str]] = (), *, frames: int = 30, opening_s: float = 0.0
    ) -> None:
        self.cameras = list(cameras)
        self.turns: list[int] = []
        self.turn_found = 0
        self.frames = frames
        self.opening_s = opening_s
        self.boxes: Callable[[float], Sequence[tuple[float, float, float, float]]] = lambda _: BOXES[:2]
        self.images: Sequence[Image] = ()
        self.sources: list[FakeSource] = []
        self.sinks: list[FakeSink] = []
        self.snapshots: list[tuple[FrameResult, Settings]] = []
        self.saved: list[Settings] = []
        self.painted_with: list[Settings] = []
        self.thread_names: set[str] = set()
        self.left: Sequence[str] = ()
        self.unfinished: list[Path] = []
        self.fault: Fault | None = None
        self.recovered: list[Path] = []
        self.queue: FakeQueue | None = None
        self.kept_bytes = 312_000_000
        self.held_bytes = 0
        self.live = self.batch = self.settings = self.unfinished_work = self
        self.review: ReviewEngine = ProgramReviewEngine()

    def list_cameras(self) -> list[tuple[str, str]]:
        self._note_thread()
        return self.cameras

    def list_modes(self, spec: str) -> list[tuple[int, int, float]]:
        self._note_thread()
        return [(1280, 720, 30.0), (640, 480, 60.0)]

    def list_providers(self) -> list[str]:
        self._note_thread()
        return ["cuda", "cpu"]

    def list_models(self) -> list[tuple[str, str]]:
        self._note_thread()
        return [("fake-s", "Small."), ("fake-m", "Middle.")]

    def warm_up(self, settings: Settings) -> None:
        self._note_thread()

    def open_source(self, spec: str, settings: Settings) -> FakeSource:
        self._note_thread()
        time.sleep(self.opening_s)
        is_live = spec.startswith("camera")
        if "missing" in spec:
            if is_live:
                raise CameraUnavailable("camera 7: there is no such camera; `mien cameras` lists those there are")
            raise VideoUnreadable(f"{spec}: no such file; check the name")
        name = {spec: name for name, spec in self.cameras}.get(spec, Path(spec).name)
        source = FakeSource(name, spec, is_live=is_live, frames=self.frames, images=self.images)
        self.turns.append(settings.camera.rotate_deg)
        self.sources.append(source)
        return source

    def find_turn(self, pictures: Sequence[Image], settings: Settings) -> int:
        self._note_thread()
        return self.turn_found

    def build_pipeline(self, settings: Settings, source: FakeSource, sinks: Sequence[Sink]) -> Pipeline:
        reader = FakeReader(settings.reading.model or "fake-s")
        paint, paint_screen = self.painters(settings, ScreenSize(), is_live=source.info.is_live)
        return Pipeline(
            source,
            MadeFinder(lambda frame: self.boxes(frame.timestamp_s)),
            reader,
            paint,
            sinks,
            paced=True,
            paint_screen=paint_screen,
        )

    def load_reader(self, settings: Settings) -> Reader:
        self._note_thread()
        return FakeReader(settings.reading.model or "fake-s")

    def load_closer(self, settings: Settings, *, is_live: bool) -> CloserLook | None:
        self._note_thread()
        return FakeCloser() if settings.reading.face_details else None

    def painters(self, settings: Settings, screen: ScreenSize, *, is_live: bool) -> tuple[Paint, Paint]:
        self.painted_with.append(settings)
        return (lambda result: result.frame.image.copy(),) * 2

    def shown_choices(self, settings: Settings, baselines: Sequence[Baseline]) -> ShownChoices:
        return shown_choices(settings, baselines)

    def open_recording(self, folder: Path, pipeline: Pipeline, settings: Settings) -> "FakeSink":
        self._note_thread()
        self.sinks.append(FakeSink(settings.video.cover))
        return self.sinks[-1]

    def save_snapshot(self, folder: Path, name: str, result: FrameResult, settings: Settings) -> Path:
        self._note_thread()
        self.snapshots.append((result, settings))
        return folder / f"{name}.png"

    def save_settings(self, settings: Settings) -> None:
        self.saved.append(settings)

    def open_queue(self, settings: Settings, on_change: Callable[[Item], None]) -> FakeQueue:
        self._note_thread()
        self.queue = FakeQueue(settings, on_change, self.left)
        return self.queue

    def limit_queue(self, settings: Settings) -> int:
        self._note_thread()
        assert self.queue is not None
        self.queue.capacity = settings.batch.jobs or 2
        return self.queue.capacity

    def count_waiting(self) -> int:
        return len(self.left)

    def find_dead(self) -> Fault | None:
        return self.fault

    def clear_cut_off(self) -> None:
        """Nothing was."""

    def find_unfinished(self, settings: Settings) -> list[Path]:
        return self.unfinished

    def recover(self, paths: Sequence[Path]) -> list[Path]:
        self._note_thread()
        self.recovered += paths
        return list(paths)

    def plan_batch(self, paths: Sequence[Path], settings: Settings) -> list[Task]:
        self._note_thread()
        return [Task(source=str(path), readings=path.with_suffix(settings.batch.readings)) for path in paths]

    def replan_batch(self, tasks: Sequence[Task], settings: Settings) -> list[Task]:
        return self.plan_batch([Path(task.source) for task in tasks], settings)

    def measure_kept(self) -> int:
        self._note_thread()
        return self.kept_bytes

    def clear_kept(self) -> int:
        self._note_thread()
        freed, self.kept_bytes = self.kept_bytes - self.held_bytes, self.held_bytes
        return freed

    def _note_thread(self) -> None:
        self.thread_names.add(threading.current_thread().name)
