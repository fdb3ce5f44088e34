"""Cameras, pipelines and recordings for Live. Imports are late: the window stands before they are needed."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

from mien.capture.source import FrameSource
from mien.core.arrays import Image
from mien.core.baseline import Baseline
from mien.core.face import FrameResult
from mien.core.frame import SourceKind
from mien.core.shown import ShownChoices
from mien.errors import AppError
from mien.overlay.screen_size import ScreenSize
from mien.pipeline.contracts import CloserLook, Paint, Reader
from mien.pipeline.pipeline import Pipeline
from mien.session.recording import SessionSink
from mien.settings import Settings
from mien.sinks.sink import Sink


class ProgramLiveEngine:
    """See ``mien.engine.contracts.LiveEngine``."""

    def list_cameras(self) -> list[tuple[str, str]]:
        """Return each camera's name and what to open."""
        from mien.capture.camera_list import list_cameras

        cameras = list_cameras()
        names = [camera.name for camera in cameras]
        # By name, since numbers change with plugging; twins by their paths.
        return [
            (camera.name, f"camera:{camera.name}")
            if names.count(camera.name) == 1
            else (camera.title, f"camera:{camera.path or camera.index}")
            for camera in cameras
        ]

    def list_modes(self, spec: str) -> list[tuple[int, int, float]]:
        """Return width, height and rate of what a camera offers, the largest first; nothing for other sources."""
        from mien.capture.camera_list import find_camera, list_cameras
        from mien.capture.camera_modes import list_modes
        from mien.capture.source_spec import parse_source

        try:
            source = parse_source(spec)
            if source.kind is not SourceKind.CAMERA:
                return []
            device = find_camera(source.camera or None, list_cameras())
        except AppError:
            return []
        return [(mode.width_px, mode.height_px, mode.fps) for mode in list_modes(device)]

    def warm_up(self, settings: Settings) -> None:
        """Load what the first picture will need, so that it comes sooner. Failures wait until then."""
        from mien.composition import open_classifier, open_detector

        with contextlib.suppress(AppError):
            open_detector(settings).close()
            open_classifier(settings)

    def open_source(self, spec: str, settings: Settings) -> FrameSource:
        """Open a camera or a file, turned as the settings say of a camera."""
        from mien.capture.excerpt import Part
        from mien.capture.open import open_source
        from mien.capture.source_spec import parse_source

        camera, part = settings.camera, Part(rotate_deg=settings.camera.rotate_deg)
        return open_source(parse_source(spec), size_wh=camera.size_wh, fps=camera.fps, part=part)

    def find_turn(self, pictures: Sequence[Image], settings: Settings) -> int:
        """Return by how much pictures must be turned clockwise for their heads to be upright."""
        from mien.composition import find_turn

        return find_turn(pictures, settings)

    def build_pipeline(self, settings: Settings, source: FrameSource, sinks: Sequence[Sink]) -> Pipeline:
        """Wire a pipeline that plays files at their own pace; not started yet."""
        from mien.composition import build_pipeline

        mirror = settings.camera.mirror and source.info.is_live
        return build_pipeline(settings, source, sinks, paced=True, mirror=mirror)

    def load_reader(self, settings: Settings) -> Reader:
        """Load the network that the settings name."""
        from mien.composition import build_reader

        return build_reader(settings)

    def load_closer(self, settings: Settings, *, is_live: bool) -> CloserLook | None:
        """Load what looks closely at faces, None where the settings leave it out."""
        from mien.composition import build_closer

        return build_closer(settings, is_live=is_live)

    def painters(self, settings: Settings, screen: ScreenSize, *, is_live: bool) -> tuple[Paint, Paint]:
        """Return what paints pictures under these settings, and what paints them for the window. Quick."""
        from mien.composition import build_painter

        mirror = settings.camera.mirror and is_live
        return build_painter(settings), build_painter(settings, mirror=mirror, screen=screen)

    def shown_choices(self, settings: Settings, baselines: Sequence[Baseline]) -> ShownChoices:
        """Return how readings are shown under these settings, with these neutral faces. Quick."""
        from mien.pipeline.shown_choices import shown_choices

        return shown_choices(settings, baselines)

    def open_recording(self, folder: Path, pipeline: Pipeline, settings: Settings) -> SessionSink:
        """Open the session that a recording is written to; its folder does not exist yet."""
        from mien.session.origin import networks_in_use
        from mien.session.writer import Contents, SessionWriter
        from mien.sinks.video.video_writer import VideoSettings

        return SessionWriter(
            folder,
            pipeline.source.info,
            networks_in_use(settings, pipeline.reader),
            settings,
            contents=Contents(overlay_video=settings.video.record_overlay),
            encoding=VideoSettings.of(settings),
        )

    def save_snapshot(self, folder: Path, name: str, result: FrameResult, settings: Settings) -> Path:
        """Save a picture with and without overlay, and the readings; return where the first lies."""
        from mien.composition import build_clean, build_painter
        from mien.sinks.snapshot import save_snapshot

        painted, clean = build_painter(settings)(result), build_clean(settings)(result)
        return save_snapshot(folder, name, result, painted, clean).picture
