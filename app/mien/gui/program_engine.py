"""The engine that the window really runs on. Imports are late: the window stands before they are needed."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mien.api.task import Task
from mien.batch.item import Item
from mien.capture.source import FrameSource
from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.errors import AppError
from mien.gui.queue import Queue
from mien.pipeline.pipeline import Pipeline, Reader
from mien.places import data_folder, recordings_folder
from mien.session.recording import SessionSink
from mien.settings import Settings, save_settings
from mien.sinks.sink import Sink

if TYPE_CHECKING:
    from mien.batch.outputs import Outputs
    from mien.batch.processes import LocalWorkers


class ProgramEngine:
    """See ``mien.gui.engine.Engine``.

    Attributes:
        queue_file: Where the queue of files is kept from one start to the next.
    """

    def __init__(self) -> None:
        self.queue_file = data_folder() / "batch.jsonl"
        self._workers: LocalWorkers | None = None

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

        kind, _, which = spec.partition(":")
        if "://" in spec or (kind != "camera" and not spec.isdecimal() and not spec.startswith("/dev/")):
            return []
        try:
            device = find_camera((which if kind == "camera" else spec) or None, list_cameras())
        except AppError:
            return []
        return [(mode.width_px, mode.height_px, mode.fps) for mode in list_modes(device)]

    def list_providers(self) -> list[str]:
        """Return the execution providers that can be chosen on this machine, as in the settings."""
        from mien.inference.session import available_providers

        return available_providers()

    def list_models(self) -> list[tuple[str, str]]:
        """Return each network's name and one sentence on it."""
        from mien.inference.catalog import list_models

        return [(entry.name, entry.summary) for entry in list_models()]

    def warm_up(self, settings: Settings) -> None:
        """Load what the first picture will need, so that it comes sooner. Failures wait until then."""
        from mien.composition import open_classifier, open_detector

        with contextlib.suppress(AppError):
            open_detector(settings).close()
            open_classifier(settings)

    def open_source(self, spec: str, settings: Settings) -> FrameSource:
        """Open a camera or a file."""
        from mien.capture.open import open_source

        return open_source(spec, size_wh=settings.camera_size_wh, fps=settings.camera_fps)

    def build_pipeline(self, settings: Settings, source: FrameSource, sinks: Sequence[Sink]) -> Pipeline:
        """Wire a pipeline that plays files at their own pace; not started yet."""
        from mien.composition import build_pipeline

        return build_pipeline(settings, source, sinks, paced=True)

    def load_reader(self, settings: Settings) -> Reader:
        """Load the network that the settings name."""
        from mien.composition import build_reader

        return build_reader(settings)

    def painter(self, settings: Settings, *, is_live: bool) -> Callable[[FrameResult], Image]:
        """Return what paints pictures under these settings. Quick."""
        from mien.composition import build_painter

        return build_painter(settings, is_live=is_live)

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
            contents=Contents(clean_video=settings.record_clean),
            encoding=VideoSettings.of(settings),
        )

    def save_snapshot(self, folder: Path, name: str, result: FrameResult, picture: Image) -> Path:
        """Save a picture with and without overlay, and the readings; return where the first lies."""
        from mien.sinks.snapshot import save_snapshot

        return save_snapshot(folder, name, result, picture).picture

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings."""
        save_settings(settings)

    def open_queue(self, settings: Settings, on_change: Callable[[Item], None]) -> Queue:
        """Open the queue of files with what was left of it; it stands still."""
        from mien.batch.jobs import choose_jobs
        from mien.batch.processes import LocalWorkers
        from mien.batch.queue import BatchQueue

        self.queue_file.parent.mkdir(parents=True, exist_ok=True)
        self._workers = LocalWorkers(choose_jobs(settings.batch_jobs).count)
        queue = BatchQueue(settings, self.queue_file, self._workers, on_change)
        queue.restore()
        return queue

    def limit_queue(self, settings: Settings) -> int:
        """Let the open queue read as many files at a time as the settings say; return how many these are."""
        from mien.batch.jobs import choose_jobs

        assert self._workers is not None, "the queue is not open"
        self._workers.capacity = choose_jobs(settings.batch_jobs).count
        return self._workers.capacity

    def count_waiting(self) -> int:
        """Return how many files of the queue were left unread."""
        from mien.batch.ledger import count_waiting

        return count_waiting(self.queue_file)

    def find_unfinished(self, settings: Settings) -> list[Path]:
        """Return the recordings that were cut off."""
        folder = recordings_folder(settings.session_folder)
        if not folder.is_dir():
            return []
        from mien.session.recovery import find_unfinished

        return [unfinished.path for unfinished in find_unfinished(folder)]

    def recover(self, paths: Sequence[Path]) -> list[Path]:
        """Finish recordings that were cut off; return what came of them."""
        from mien.session.recovery import recover

        return [recover(path).path for path in paths]

    def plan_batch(self, paths: Sequence[Path], settings: Settings) -> list[Task]:
        """Return what is to be made of files, and of those in folders."""
        from mien.batch.plan import make_plan

        return list(make_plan(paths, _outputs_of(settings), recursive=True).tasks)

    def replan_batch(self, tasks: Sequence[Task], settings: Settings) -> list[Task]:
        """Return what is to be made of the same files under other settings."""
        from mien.batch.plan import replan

        return replan(tasks, _outputs_of(settings))

    def measure_kept(self) -> int:
        """Return the bytes that the readings of videos take, which Review keeps."""
        from mien.session.analyses.analysis_store import AnalysisStore

        return AnalysisStore().size_bytes()

    def clear_kept(self) -> int:
        """Delete the readings that Review keeps, and no markers; return the bytes that became free."""
        from mien.session.analyses.analysis_store import AnalysisStore

        return AnalysisStore().clear()


def _outputs_of(settings: Settings) -> "Outputs":
    """Return what Batch makes of each file."""
    from mien.batch.outputs import Outputs

    return Outputs(
        folder=Path(settings.batch_folder) if settings.batch_folder else None,
        sessions=settings.batch_kind == "session",
        video=".mp4" if settings.batch_video else None,
        readings=settings.batch_readings,
    )
