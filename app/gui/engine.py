"""What the window needs from the rest of the program, in one place; loaded when it is first used."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.capture.source import FrameSource
from app.core.arrays import Image
from app.core.face import FrameResult
from app.pipeline.pipeline import Pipeline, Reader
from app.settings import Settings
from app.sinks.sink import Sink


class Engine(Protocol):
    """All of it is slow and runs off the GUI thread, except where it says otherwise."""

    def list_cameras(self) -> list[tuple[str, str]]:
        """Return each camera's name and what to open."""

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

    def recording_outputs(self, path: Path, pipeline: Pipeline) -> list[Sink]:
        """Return what a recording consists of: the video at ``path`` and the readings beside it."""

    def save_snapshot(self, folder: Path, name: str, result: FrameResult, picture: Image) -> Path:
        """Save a picture with and without overlay, and the readings; return where the first lies."""

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings."""
