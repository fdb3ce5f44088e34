"""Makes the pictures of the window in ``assets/screenshots``: each place, with the real network on the demo clip.

    python assets/make_screenshots.py [FOLDER]

Needs the face detector's weights (``mien models fetch``), no screen and no camera: the demo clip plays as one.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from mien.gui.main import forget_foreign_plugins  # noqa: E402

forget_foreign_plugins()

from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from mien.batch.item import State  # noqa: E402
from mien.capture.replay import ReplaySource  # noqa: E402
from mien.capture.source import FrameSource  # noqa: E402
from mien.capture.video_file import VideoFile  # noqa: E402
from mien.engine.live_engine import ProgramLiveEngine  # noqa: E402
from mien.engine.program import ProgramEngine  # noqa: E402
from mien.gui.look.theme import apply_theme  # noqa: E402
from mien.gui.shell.main_window import MainWindow  # noqa: E402
from mien.places import demo_clip  # noqa: E402
from mien.session.analyses.analysis import AnalysisStage  # noqa: E402
from mien.settings import Settings  # noqa: E402

SIZE_PX = (1280, 800)
LIVE_S = 31.0
"""Long enough for the timeline to show a face that was lost and found; the clip smiles again then."""
PATIENCE_S = 400.0
CAMERA = "camera:demo"


class DemoLive(ProgramLiveEngine):
    """Live with the demo clip for a camera."""

    def list_cameras(self) -> list[tuple[str, str]]:
        """Return the one camera."""
        return [("Integrated camera", CAMERA)]

    def open_source(self, spec: str, settings: Settings) -> FrameSource:
        """Open the demo clip in the camera's place."""
        if spec != CAMERA:
            return super().open_source(spec, settings)
        return ReplaySource(lambda: VideoFile(demo_clip()), 600.0, as_camera=True)

    def save_settings(self, settings: Settings) -> None:
        """Keep nothing."""


class Studio:
    """A window to be photographed.

    Args:
        folder: Where the pictures go.
        scratch: A folder for what the program keeps meanwhile.
    """

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._folder = folder
        self._app = QApplication.instance() or QApplication(["mien"])
        assert isinstance(self._app, QApplication)
        apply_theme(self._app, "dark")
        engine = ProgramEngine(scratch / "batch.jsonl")
        engine.live = DemoLive()
        self.window = MainWindow(engine, Settings().changed(window={"consented": True}), CAMERA)
        self.window.resize(*SIZE_PX)
        self.window.show()

    def wait(self, seconds: float) -> None:
        """Let the window live."""
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            self._app.processEvents()
            time.sleep(0.005)

    def wait_until(self, is_true: Callable[[], bool]) -> None:
        """Let the window live until something has come true."""
        end_s = time.monotonic() + PATIENCE_S
        while not is_true():
            if time.monotonic() > end_s:
                raise SystemExit("it takes too long; are the detector's weights here? `mien doctor` tells")
            self.wait(0.1)

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """Keep a picture."""
        path = self._folder / f"{name}.png"
        (widget or self.window).grab().save(str(path))
        print(path)


def live(studio: Studio) -> None:
    """Live, dark and light."""
    window = studio.window
    studio.wait_until(lambda: window.live.view.readings.latest is not None)
    studio.wait(LIVE_S)
    studio.wait_until(lambda: window.live.view.panel.face_id is not None)
    studio.shoot("live")
    window.choices.change(window={"theme": "light"})
    studio.wait(0.5)
    studio.shoot("live-light")
    window.choices.change(window={"theme": "dark"})


def live_detail(studio: Studio) -> None:
    """Live with the face in detail."""
    window = studio.window
    window.choices.change(reading={"face_details": True})
    window.live.view.panel.tabs.choose(1)
    studio.wait_until(lambda: bool(window.live.view.panel.detail.figures))
    studio.wait(12.0)
    studio.shoot("live-detail")
    window.choices.change(reading={"face_details": False})


def review(studio: Studio) -> None:
    """Review of the demo clip, with a marker."""
    window = studio.window
    window.open(str(demo_clip()))
    control = window.review.controller
    studio.wait_until(lambda: control.recall is not None and control.progress.stage is AnalysisStage.DONE)
    for at_s, command in ((1.2, "mark_event"), (7.9, "mark_event"), (3.9, "")):
        control.player.seek(at_s)
        studio.wait_until(lambda wanted_s=at_s: abs(window.review.readings.time_s - wanted_s) < 0.1)
        if command:
            window.run(command)
    studio.wait(1.0)
    studio.shoot("review")


def batch(studio: Studio, folder: Path) -> None:
    """Batch in the middle of its work."""
    window = studio.window
    clips = [folder / f"P{number:02d} interview.mp4" for number in range(1, 9)]
    for clip in clips:
        clip.symlink_to(demo_clip())
    window.run("batch")
    window.batch.add([str(clip) for clip in clips])
    studio.wait_until(lambda: window.batch.model.count(State.WAITING) == len(clips))
    window.batch.controller.start()
    studio.wait_until(lambda: window.batch.model.count(State.DONE) >= 2)
    studio.wait_until(lambda: any(share > 0.3 for share in shares(window)))
    studio.shoot("batch")


def shares(window: MainWindow) -> list[float]:
    """Return how far the files are that Batch reads now."""
    progress = [item.progress for item in window.batch.model.items if item.state is State.RUNNING]
    return [each.share or 0.0 for each in progress if each is not None]


def settings(studio: Studio) -> None:
    """The settings."""
    studio.window.run("settings")
    dialog = studio.window.side_windows.settings
    assert dialog is not None
    studio.wait(0.5)
    studio.shoot("settings", dialog)


def main(folder: Path) -> None:
    """Make all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mien-") as scratch:
        place = Path(scratch) / "interviews"
        place.mkdir()
        studio = Studio(folder, Path(scratch))
        live(studio)
        live_detail(studio)
        review(studio)
        batch(studio, place)
        settings(studio)
        studio.window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "assets" / "screenshots")
