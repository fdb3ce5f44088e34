"""The engine that the window really runs on. Imports are late: the window stands before they are needed."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from app.capture.source import FrameSource
from app.core.arrays import Image
from app.core.face import FrameResult
from app.errors import AppError
from app.pipeline.pipeline import Pipeline, Reader
from app.settings import Settings, save_settings
from app.sinks.sink import Sink


class ProgramEngine:
    """See ``app.gui.engine.Engine``."""

    def list_cameras(self) -> list[tuple[str, str]]:
        """Return each camera's name and what to open."""
        from app.capture.camera_list import list_cameras

        cameras = list_cameras()
        names = [camera.name for camera in cameras]
        # By name, since numbers change with plugging; twins by their paths.
        return [
            (camera.name, f"camera:{camera.name}")
            if names.count(camera.name) == 1
            else (camera.title, f"camera:{camera.path or camera.index}")
            for camera in cameras
        ]

    def list_models(self) -> list[tuple[str, str]]:
        """Return each network's name and one sentence on it."""
        from app.inference.catalog import list_models

        return [(entry.name, entry.summary) for entry in list_models()]

    def warm_up(self, settings: Settings) -> None:
        """Load what the first picture will need, so that it comes sooner. Failures wait until then."""
        from app.composition import open_classifier, open_detector

        with contextlib.suppress(AppError):
            open_detector(settings).close()
            open_classifier(settings)

    def open_source(self, spec: str, settings: Settings) -> FrameSource:
        """Open a camera or a file."""
        from app.capture.open import open_source

        return open_source(spec, size_wh=settings.camera_size_wh, fps=settings.camera_fps)

    def build_pipeline(self, settings: Settings, source: FrameSource, sinks: Sequence[Sink]) -> Pipeline:
        """Wire a pipeline that plays files at their own pace; not started yet."""
        from app.composition import build_pipeline

        return build_pipeline(settings, source, sinks, paced=True)

    def load_reader(self, settings: Settings) -> Reader:
        """Load the network that the settings name."""
        from app.composition import build_reader

        return build_reader(settings)

    def painter(self, settings: Settings, *, is_live: bool) -> Callable[[FrameResult], Image]:
        """Return what paints pictures under these settings. Quick."""
        from app.composition import build_painter

        return build_painter(settings, is_live=is_live)

    def recording_outputs(self, path: Path, pipeline: Pipeline) -> list[Sink]:
        """Return what a recording consists of: the video at ``path`` and the readings beside it."""
        from app.sinks.readings import open_readings
        from app.sinks.recorder import Recorder

        info = pipeline.source.info
        recorder = Recorder(path, fps=info.fps)
        readings = open_readings(
            path.with_suffix(".csv"), pipeline.reader.labels, model=pipeline.reader.model_name
        )
        return [recorder, readings]

    def save_snapshot(self, folder: Path, name: str, result: FrameResult, picture: Image) -> Path:
        """Save a picture with and without overlay, and the readings; return where the first lies."""
        from app.sinks.snapshot import save_snapshot

        return save_snapshot(folder, name, result, picture).picture

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings."""
        save_settings(settings)
