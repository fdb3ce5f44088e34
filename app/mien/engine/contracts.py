"""What each page of the window needs of the rest of the program, which is loaded when it is first used."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mien.batch.item import Item
from mien.capture.source import FrameSource
from mien.core.alike import Alike
from mien.core.arrays import Image
from mien.core.baseline import Baseline
from mien.core.face import FrameResult
from mien.core.shown import ShownChoices
from mien.engine.queue_contract import Queue
from mien.faults import Fault
from mien.overlay.screen_size import ScreenSize
from mien.pipeline.contracts import CloserLook, Paint, Reader
from mien.pipeline.pipeline import Pipeline
from mien.runs.task import Task
from mien.session.recording import SessionSink
from mien.settings import Settings
from mien.sinks.sink import Sink
from mien.timeline.lanes import Lane

if TYPE_CHECKING:
    from mien.playback.speaker import Speaker
    from mien.report.summary import Summary
    from mien.session.analyses.analysis import Analysis
    from mien.session.analyses.recall import Recall
    from mien.session.exports.annotated_video import AnnotatedVideo
    from mien.session.library import Listed
    from mien.session.open_media import OpenMedia
    from mien.session.stored import StoredSession
    from mien.timeline.spans import Span


class LiveEngine(Protocol):
    """What Live needs. All of it is slow and runs off the GUI thread, except where it says otherwise."""

    def list_cameras(self) -> list[tuple[str, str]]:
        """Return each camera's name and what to open."""

    def list_modes(self, spec: str) -> list[tuple[int, int, float]]:
        """Return width, height and rate of what a camera offers, the largest first; nothing for other sources."""

    def warm_up(self, settings: Settings) -> None:
        """Load what the first picture will need, so that it comes sooner. Failures wait until then."""

    def open_source(self, spec: str, settings: Settings) -> FrameSource:
        """Open a camera or a file, turned as the settings say of a camera."""

    def find_turn(self, pictures: Sequence[Image], settings: Settings) -> int:
        """Return by how much pictures must be turned clockwise for their heads to be upright: 0 to 270."""

    def build_pipeline(self, settings: Settings, source: FrameSource, sinks: Sequence[Sink]) -> Pipeline:
        """Wire a pipeline that plays files at their own pace; not started yet."""

    def load_reader(self, settings: Settings) -> Reader:
        """Load the network that the settings name."""

    def load_closer(self, settings: Settings, *, is_live: bool) -> CloserLook | None:
        """Load what looks closely at faces, None where the settings leave it out."""

    def painters(self, settings: Settings, screen: ScreenSize, *, is_live: bool) -> tuple[Paint, Paint]:
        """Return what paints pictures under these settings, and what paints them for the window. Quick.

        Args:
            settings: The user's choices.
            screen: How large the window shows the picture.
            is_live: Whether the source can be mirrored.
        """

    def shown_choices(self, settings: Settings, baselines: Sequence[Baseline]) -> ShownChoices:
        """Return how readings are shown under these settings, with these neutral faces. Quick."""

    def open_recording(self, folder: Path, pipeline: Pipeline, settings: Settings) -> SessionSink:
        """Open the session that a recording is written to; its folder does not exist yet."""

    def save_snapshot(self, folder: Path, name: str, result: FrameResult, settings: Settings) -> Path:
        """Save a picture with and without overlay, not mirrored, faces hidden as the settings say; and readings.

        Returns:
            Where the first lies.
        """


class ReviewEngine(Protocol):
    """What Review needs. All of it is slow and runs off the GUI thread, except where it says otherwise."""

    def list_sessions(self, settings: Settings) -> "list[Listed]":
        """Return what was recorded and analysed, the newest first."""

    def rename_session(self, folder: Path, name: str) -> Path:
        """Give a session's folder another name; return where it lies now."""

    def open_media(
        self, path: Path, go_on: Callable[[], bool], settings: Settings, *, trusts_outside: bool
    ) -> "OpenMedia":
        """Open a video, a session's folder, or another program's table, which becomes a session first.

        Args:
            path: What to open.
            go_on: Asked now and then; False gives up.
            settings: Of which the folder for recordings counts: there the session of a table goes.
            trusts_outside: Open a video that a session names outside its folder.
        """

    def start_analysis(self, video: Path, settings: Settings) -> "Analysis":
        """Begin to read a video in the background, or find what was read before. Quick.

        Pictures are turned as the settings say of a camera, here and in the calls below.
        """

    def find_turn(self, video: Path, settings: Settings) -> int:
        """Return by how much a video must be turned clockwise for its heads to be upright: 0, 90, 180 or 270."""

    def open_speaker(self) -> "Speaker":
        """Return what plays sound; the device is opened at the first sound. Quick."""

    def save_frame(
        self, folder: Path, name: str, result: FrameResult, settings: Settings, names: Mapping[int, str]
    ) -> Path:
        """Save a picture with and without overlay, and the readings; return where the first lies."""

    def find_alike(
        self, video: Path, people: Sequence[Lane], settings: Settings, go_on: Callable[[], bool]
    ) -> list[Alike]:
        """Return who of a video that was read looks like the same person; ``go_on`` gives up with False."""

    def summarise(self, stored: "StoredSession", title: str, span: "Span | None" = None) -> "Summary":
        """Return the summary of a session, or of a part of its time."""

    def export_file(self, stored: "StoredSession", title: str, target: Path, span: "Span | None" = None) -> None:
        """Write a table, subtitles, an ELAN file, a web page or charts; the suffix says which."""

    def export_video(
        self,
        video: Path,
        recall: "Recall",
        settings: Settings,
        target: Path,
        *,
        has_overlay: bool,
        names: Mapping[int, str],
        span: "Span | None" = None,
    ) -> "AnnotatedVideo":
        """Open the export of a video with its readings painted on; it is written by its ``run``."""


class BatchEngine(Protocol):
    """What Batch needs. All of it is slow and runs off the GUI thread."""

    def open_queue(self, settings: Settings, on_change: Callable[[Item], None]) -> Queue:
        """Open the queue of files with what was left of it; it stands still.

        Args:
            settings: How to read, and how many at a time.
            on_change: Takes each change of an item, from the queue's own thread.
        """

    def limit_queue(self, settings: Settings) -> int:
        """Let the open queue read as many files at a time as the settings say; return how many these are."""

    def plan_batch(self, paths: Sequence[Path], settings: Settings) -> list[Task]:
        """Return what is to be made of files, and of those in folders."""

    def replan_batch(self, tasks: Sequence[Task], settings: Settings) -> list[Task]:
        """Return what is to be made of the same files under other settings."""


class SettingsEngine(Protocol):
    """What the settings and the menu of networks need. All of it is slow and runs off the GUI thread."""

    def list_models(self) -> list[tuple[str, str]]:
        """Return each network's name and one sentence on it."""

    def list_providers(self) -> list[str]:
        """Return the execution providers that can be chosen on this machine, as in the settings."""

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings."""

    def measure_kept(self) -> int:
        """Return the bytes that the readings of videos take, which Review keeps."""

    def clear_kept(self) -> int:
        """Delete the readings that Review keeps, and no markers; return the bytes that became free."""


class UnfinishedWork(Protocol):
    """What the window looks for when it starts. All of it is slow and runs off the GUI thread."""

    def count_waiting(self) -> int:
        """Return how many files of the queue were left unread."""

    def find_unfinished(self, settings: Settings) -> list[Path]:
        """Return the recordings that were cut off."""

    def find_dead(self) -> Fault | None:
        """Return the fault of which the program died since the last start, or None."""

    def clear_cut_off(self) -> None:
        """Delete the readings of videos that were cut off half-way: nobody can use them, and they show faces."""

    def recover(self, paths: Sequence[Path]) -> list[Path]:
        """Finish recordings that were cut off; return what came of them."""


class Engine(Protocol):
    """All of them: what a window is given."""

    @property
    def live(self) -> LiveEngine:
        """For Live."""

    @property
    def review(self) -> ReviewEngine:
        """For Review."""

    @property
    def batch(self) -> BatchEngine:
        """For Batch."""

    @property
    def settings(self) -> SettingsEngine:
        """For the settings and the menu of networks."""

    @property
    def unfinished_work(self) -> UnfinishedWork:
        """For what is offered at the start."""
