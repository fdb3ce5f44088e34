"""The program without camera, detector and network: real pipelines over made-up frames and readings."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from fake_queue import FakeQueue

from mien.batch.item import Item
from mien.core.arrays import Image
from mien.core.baseline import Baseline
from mien.core.emotion import EXPRESSIONS, Affect, Emotion
from mien.core.face import FaceBox, FaceReading, FaceTrack, FrameResult, Quality, ShownReading
from mien.core.face_details import details_of
from mien.core.frame import Frame, SourceInfo
from mien.core.shown import ShownChoices, as_read
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
from tests.made_meshes import made_mesh

FRAME_WH = (320, 180)
BOXES = ((40.0, 40.0, 120.0, 140.0), (200.0, 60.0, 250.0, 120.0), (270.0, 60.0, 300.0, 100.0))


def make_emotion(phase: float = 0.0, top: str | None = None) -> Emotion:
    if top is not None:
        values = np.full(len(EXPRESSIONS), 0.02)
        values[EXPRESSIONS.index(top)] = 1.0 - 0.02 * (len(EXPRESSIONS) - 1)
    else:
        logits = 2.2 * np.sin(phase * np.linspace(0.5, 1.3, len(EXPRESSIONS)) + np.arange(len(EXPRESSIONS)) * 1.7)
        values = np.exp(logits) / np.exp(logits).sum()
    return Emotion(EXPRESSIONS, values.astype(np.float32))


def make_quality(reason: str | None = None) -> Quality:
    return Quality(182.0, 0.8, 0.6, -8.0, 2.0, reason, 0.3 if reason else 0.9)


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
    track = FaceTrack(track_id, FaceBox(*box, score=0.9), 10)
    raw = FaceReading(track, make_emotion(phase, top), affect, make_quality(reason))
    return as_read(raw, min_confidence=0.2)


def make_frame(index: int = 0, time_s: float | None = None, image: Image | None = None) -> Frame:
    if image is None:
        image = np.full((FRAME_WH[1], FRAME_WH[0], 3), 90, np.uint8)
    return Frame(image, index, index / 30.0 if time_s is None else time_s, time.monotonic())


def make_result(readings: Sequence[ShownReading] = (), index: int = 0, time_s: float | None = None) -> FrameResult:
    return FrameResult(make_frame(index, time_s), tuple(readings), "fake-s")


class FakeSource:
    """Gives gray frames; live ones never end by themselves."""

    def __init__(
        self, name: str, spec: str, *, is_live: bool, frames: int, fps: float = 30.0, images: Sequence[Image] = ()
    ) -> None:
        self.info = SourceInfo(
            name, *FRAME_WH, fps, is_live, None if is_live else frames, path=None if is_live else spec
        )
        self.notice: str | None = None
        self.is_connected = True
        self.closed = threading.Event()
        self._frames = frames
        self._images = images

    def frames(self) -> Iterator[Frame]:
        index = 0
        while not self.closed.is_set() and (self.info.is_live or index < self._frames):
            if self.info.is_live:
                self.closed.wait(1 / self.info.fps)
            image = self._images[index % len(self._images)] if self._images else None
            yield make_frame(index, index / self.info.fps, image)
            index += 1

    def close(self) -> None:
        self.closed.set()


class FakeFinder:
    def __init__(self, boxes: Callable[[float], Sequence[tuple[float, float, float, float]]]) -> None:
        self._boxes = boxes

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        boxes = self._boxes(frame.timestamp_s)
        return [FaceTrack(i + 1, FaceBox(*box, score=0.9), frame.index) for i, box in enumerate(boxes)]

    def close(self) -> None:
        pass


class FakeCloser:
    """Sees a smile on the left side in every face."""

    def look(self, frame: Frame, readings: Sequence[FaceReading]) -> tuple[FaceReading, ...]:
        details = details_of(made_mesh(mouthSmileLeft=0.7), face_model(), 0.0, 0.0)
        return tuple(dataclasses.replace(reading, details=details) for reading in readings)


class FakeReader:
    fell_back = False
    labels = EXPRESSIONS
    other_name: str | None = None
    priors = other_priors = None
    affect_error = other_affect_error = None
    other_labels: tuple[str, ...] = ()
    provider_name = "cpu"

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def seen(self, image: Image, box: FaceBox) -> Image:
        return np.full((48, 48, 3), 77, np.uint8)

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        return tuple(
            make_reading(track.track_id, box=track.box.xyxy, phase=frame.timestamp_s + 2 * track.track_id).raw
            for track in tracks
        )


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
            source, FakeFinder(self.boxes), reader, paint, sinks, paced=True, paint_screen=paint_screen
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
