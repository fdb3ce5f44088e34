"""The window on the program's own engine: real detector, network, recording, analysis and queue."""

import csv
from pathlib import Path

import cv2
import pytest
from clips import write_short_clip
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.batch.item import State
from mien.batch.item_text import describe_item
from mien.engine.program import ProgramEngine
from mien.engine.review_engine import ProgramReviewEngine
from mien.gui.live.live_controller import Phase
from mien.gui.review.review_page import ReviewPage
from mien.places import demo_clip
from mien.session.analyses.analysis import AnalysisStage
from mien.session.layout import is_session
from mien.session.stored import open_session

FRAMES = 45


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second and a half of the demo clip, of a woman who smiles."""
    return write_short_clip(tmp_path_factory.mktemp("clips") / "smile.mp4", FRAMES)


@pytest.fixture
def program(tmp_path: Path) -> ProgramEngine:
    engine = ProgramEngine(tmp_path / "queue.jsonl")
    engine.review = ProgramReviewEngine(tmp_path / "kept")
    return engine


def _wait_until_read(page: ReviewPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.controller.subject is not None)
    qtbot.waitUntil(lambda: page.controller.progress.stage is AnalysisStage.DONE)
    qtbot.waitUntil(lambda: not page.controller._poll.isActive())


def test_live_reads_draws_and_records(
    program: ProgramEngine, make_window: MakeWindow, tmp_path: Path, wait_for: WaitFor, qtbot: QtBot
) -> None:
    window = make_window(program, "synthetic:", video={"session_folder": str(tmp_path)})
    live = window.live
    live.open(str(demo_clip()))
    wait_for(window, Phase.PLAYING)
    window.run("record")
    qtbot.waitUntil(lambda: (live.controller.recorder.duration_s or 0.0) > 0.5)
    window.run("record")
    with qtbot.waitSignal(live.controller.recorder.saved):
        pass
    (face,) = live.view.timeline._history.faces.values()
    assert "happiness" in {run.label for run in face.runs()}
    assert live.view.panel.face_id == 1
    (folder,) = (path for path in tmp_path.glob("Mien*") if is_session(path))
    stored = open_session(folder)
    assert stored.document.state == "complete"
    assert stored.video is not None
    assert "happiness" in stored.series.face(1).top_labels()


def test_review_reads_a_video_keeps_the_readings_and_exports_them(
    program: ProgramEngine, make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = make_window(program, str(clip))
    page = window.review
    _wait_until_read(page, qtbot)
    (lane,) = page.controller.lanes.lanes
    assert len(lane.readings) > FRAMES - 5  # a face is a face once it was found twice
    assert page.controller.lanes.labels[int(lane.columns.totals_s.argmax())] == "happiness"
    with qtbot.waitSignal(page.notified):
        page.exports.write(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == FRAMES
    assert [row["label"] for row in rows if row["face_id"] == "1"] == lane.readings.top_labels()
    window.run("live")
    again = make_window(program, str(clip)).review
    _wait_until_read(again, qtbot)
    assert again.controller.lanes.lanes[0].readings.top_labels() == lane.readings.top_labels()


def test_batch_reads_a_file_that_review_opens(
    program: ProgramEngine, make_window: MakeWindow, clip: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    out = tmp_path / "out"
    window = make_window(program, batch={"folder": str(out), "kind": "session", "jobs": 1})
    window.run("batch")
    controller = window.batch.controller
    window.batch.add([str(clip)])
    qtbot.waitUntil(lambda: len(controller.items) == 1)
    controller.start()
    qtbot.waitUntil(lambda: controller.items[0].state is State.DONE)
    (folder,) = (path for path in out.iterdir() if path.is_dir())  # beside the summary
    window.open(str(folder))
    qtbot.waitUntil(lambda: bool(window.review.controller.lanes.lanes))
    (lane,) = window.review.controller.lanes.lanes
    assert "happiness" in lane.readings.top_labels()


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_batch_reads_a_picture_that_review_opens(
    ending: str, program: ProgramEngine, make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    photo = tmp_path / f"photo.{ending}"
    cv2.imwrite(str(photo), cv2.imread(str(demo_clip().with_name("portrait.png"))))
    window = make_window(program, batch={"jobs": 1})
    window.run("batch")
    controller = window.batch.controller
    window.batch.add([str(photo), str(tmp_path)])
    qtbot.waitUntil(lambda: len(controller.items) == 1)
    controller.start()
    qtbot.waitUntil(lambda: controller.items[0].state is State.DONE)
    words = describe_item(controller.items[0]).detail
    assert words.startswith("Happiness")
    assert words.endswith("% · 1 face")
    qtbot.waitUntil((tmp_path / "pictures.mien.csv").exists)
    window.batch._open(controller.items[0])
    _wait_until_read(window.review, qtbot)
    assert window.review.isVisible()
    qtbot.waitUntil(lambda: bool(window.review.controller.lanes.lanes))
    (lane,) = window.review.controller.lanes.lanes
    assert "happiness" in lane.readings.top_labels()


def test_the_settings_know_this_machine(program: ProgramEngine) -> None:
    assert "mien-s" in {name for name, _ in program.settings.list_models()}
    assert "cpu" in program.settings.list_providers()
