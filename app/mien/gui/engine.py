"""What the window needs from the rest of the program, in one place; loaded when it is first used."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from mien.api.task import Task
from mien.batch.item import Item
from mien.capture.source import FrameSource
from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.gui.queue import Queue
from mien.pipeline.pipeline import Pipeline, Reader
from mien.session.recording import SessionSink
from mien.settings import Settings
from mien.sinks.sink import Sink


class Engine(Protocol):
    """All of it is slow and runs off the GUI thread, except where it says otherwise."""

    def list_cameras(self) -> list[tuple[str, str]]:
        """Return each camera's name and what to open."""

    def list_modes(self, spec: str) -> list[tuple[int, int, float]]:
        """Return width, height and rate of what a camera offers, the largest first; nothing for other sources."""

    def list_providers(self) -> list[str]:
        """Return the execution providers that can be chosen on this machine, as in the settings."""

    def list_models(self) -> list[tuple[str, str]]:
        """Return each network's name and one sentence on it."""

    def warm_up(self, settings: Settings) -> None:
        """Load what the first picture will need, so that it comes sooner. Failures wait until then."""

    def open_source(self, spec: str, settings: Settings) -> FrameSource:
        """Open a camera or a file."""

    def build_pipeline(self, settings: Settings, source: FrameSource, sinks: Sequence[Sink]) -> Pipeline:
        """Wire a pipeline that plays files at their own pace; not started yet."""

    def load_reader(self, settings: Settings) -> Reader:
        """Load the network that the settings name."""

    def painter(self, settings: Settings, *, is_live: bool) -> Callable[[FrameResult], Image]:
        """Return what paints pictures under these settings. Quick."""

    def open_recording(self, folder: Path, pipeline: Pipeline, settings: Settings) -> SessionSink:
        """Open the session that a recording is written to; its folder does not exist yet."""

    def save_snapshot(self, folder: Path, name: str, result: FrameResult, picture: Image) -> Path:
        """Save a picture with and without overlay, and the readings; return where the first lies."""

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings."""

    def open_queue(self, settings: Settings, on_change: Callable[[Item], None]) -> Queue:
        """Open the queue of files with what was left of it; it stands still.

        Args:
            settings: How to read, and how many at a time.
            on_change: Takes each change of an item, from the queue's own thread.
        """

    def limit_queue(self, settings: Settings) -> int:
        """Let the open queue read as many files at a time as the settings say; return how many these are."""

    def count_waiting(self) -> int:
        """Return how many files of the queue were left unread."""

    def find_unfinished(self, settings: Settings) -> list[Path]:
        """Return the recordings that were cut off."""

    def recover(self, paths: Sequence[Path]) -> list[Path]:
        """Finish recordings that were cut off; return what came of them."""

    def plan_batch(self, paths: Sequence[Path], settings: Settings) -> list[Task]:
        """Return what is to be made of files, and of those in folders."""

    def measure_kept(self) -> int:
        """Return the bytes that the readings of videos take, which Review keeps."""

    def clear_kept(self) -> int:
        """Delete the readings that Review keeps, and no markers; return the bytes that became free."""
