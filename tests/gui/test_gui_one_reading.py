"""Picture, panel, list, table and integrations name the same expression at every frame, relative or not."""

import csv
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fake_engine import BOXES, FakeEngine, FakeReader, make_quality
from pytestqt.qtbot import QtBot

from mien.core.arrays import Image
from mien.core.baseline import Baseline, baseline_of
from mien.core.emotion import EXPRESSIONS, Affect
from mien.core.face import FaceReading, FaceTrack, FrameResult
from mien.core.frame import Frame
from mien.core.shown import ShownChoices, ShownStage
from mien.core.wording import name_of
from mien.gui.live.face_list import FaceList
from mien.gui.live.face_panel import FacePanel
from mien.gui.live.live_timeline import LiveTimeline
from mien.gui.live.readings_presenter import ReadingsPresenter
from mien.gui.parts.picture_view import PictureView
from mien.outlets.messages import frame_message
from mien.overlay.painter import Painter
from mien.overlay.tag import tag_of
from mien.pipeline.pipeline import Pipeline
from mien.session.origin import NetworkInUse
from mien.session.stored import open_session
from mien.session.writer import Contents, SessionWriter
from mien.settings import Settings
from mien.sinks.readings.readings_log import open_readings
from mien.sinks.sink import Sink
from mien.timeline.history import History
from tests.fakes import MadeFinder
from tests.makers import emotion_of, make_raw
from tests.patience import PATIENCE_S

FRAMES = 150
SULLEN = emotion_of(EXPRESSIONS, (0.3, 0.02, 0.02, 0.55, 0.05, 0.02, 0.02, 0.02))


class Trembling(FakeReader):
    """Raw readings that jump from frame to frame, often close to the threshold, and now and then blurred."""

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        rng = np.random.default_rng(frame.index)
        readings = []
        for track in tracks:
            weights = np.exp(rng.normal(size=8) * 1.2 + 3.0 * (np.arange(8) == frame.index // 25 % 8))
            emotion = emotion_of(EXPRESSIONS, weights / weights.sum())
            affect = Affect(float(rng.uniform(-1, 1)), 0.25)
            quality = make_quality("blurred" if rng.uniform() < 0.2 else None)
            readings.append(make_raw(track=track, emotion=emotion, affect=affect, quality=quality))
        return tuple(readings)


class Kept(Sink):
    """Keeps all results."""

    def __init__(self) -> None:
        self.results: list[FrameResult] = []
        self.is_over = threading.Event()

    def write(self, result: FrameResult, picture: Image | None) -> None:
        self.results.append(result)

    def finish(self) -> None:
        self.is_over.set()


def run(choices: ShownChoices, *sinks: Sink) -> list[FrameResult]:
    """Read made-up frames into sinks, and return the results."""
    engine, kept = FakeEngine([], frames=FRAMES), Kept()
    source = engine.open_source("clip.mp4", Settings())
    finder = MadeFinder(lambda _: BOXES[:2])
    stage = ShownStage(choices)
    pipeline = Pipeline(source, finder, Trembling("net"), Painter().paint, [kept, *sinks], shown_maker=stage)
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    return kept.results


BASELINES: tuple[Baseline, ...] = (baseline_of(1, "net", 1.0, [(SULLEN, Affect(-0.5, 0.0))]),)


@pytest.mark.parametrize("baselines", [(), BASELINES], ids=["absolute", "relative"])
def test_one_expression_everywhere_at_every_frame(
    qtbot: QtBot, tmp_path: Path, baselines: tuple[Baseline, ...]
) -> None:
    table = open_readings(tmp_path / "readings.csv", EXPRESSIONS, model="net")
    results = run(ShownChoices(0.3, 0.42, baselines), table)
    with (tmp_path / "readings.csv").open(newline="") as file:
        rows = {(int(row["frame"]), int(row["face_id"])): row for row in csv.DictReader(file)}
    assert len(results) == FRAMES
    history, panel = History(), FacePanel()
    qtbot.addWidget(panel)
    presenter = ReadingsPresenter(PictureView(), panel, LiveTimeline(history), history)
    seen, smoothed = set(), 0
    for result in results:
        presenter.show(result, result.frame.image)
        sent = frame_message(result)["faces"]
        for reading, message in zip(result.readings, sent, strict=True):
            face_id = reading.track.face_id
            tag = tag_of(reading)
            row = rows[result.frame.index, face_id]
            label = row["label"] if row["usable"] == "true" else "uncertain"
            seen.add(label)
            assert tag.label == label
            assert (message["label"] if message["usable"] else "uncertain") == label
            assert _listed(panel.faces, face_id) == label
            assert history.faces[face_id].label_at(result.frame.timestamp_s) == label
            if panel.face_id == face_id:
                assert panel.header.headline == name_of(label)
            assert (row["relative"] == "true") is reading.is_relative is bool(baselines and face_id == 1)
            assert float(row["valence"]) == pytest.approx(reading.affect.valence if reading.affect else None)
            assert float(row["confidence"]) == pytest.approx(reading.confidence)
            smoothed += row[f"raw_p_{row['label']}"] != row[f"p_{row['label']}"]
    assert len(seen) > 3
    assert "uncertain" in seen
    assert smoothed > FRAMES


def _listed(faces: FaceList, face_id: int) -> str:
    (entry,) = (entry for entry in faces.entries if entry.track_id == face_id)
    return entry.shown.label


def test_a_video_recorded_in_relative_agrees_with_its_own_table(tmp_path: Path) -> None:
    """What the painter drew of each frame is what the session's table says of it."""
    settings = Settings().changed(shown={"relative": True, "smoothing_s": 0.3, "min_confidence": 0.42})
    engine = FakeEngine([], frames=60)
    info = engine.open_source("clip.mp4", settings).info
    folder = tmp_path / "session"
    writer = SessionWriter(
        folder, info, (NetworkInUse("net", EXPRESSIONS),), settings, contents=Contents(video=False)
    )
    results = run(ShownChoices(0.3, 0.42, BASELINES), writer)
    series = open_session(folder).series
    for face_id in (1, 2):
        face = series.face(face_id)
        drawn = [
            tag_of(reading)
            for result in results
            for reading in result.readings
            if reading.track.face_id == face_id
        ]
        assert [tag.label for tag in drawn] == face.top_labels()
        assert (
            face.relative.tolist() == [tag.lines[0].note == "relative" for tag in drawn] == [face_id == 1] * FRAMES
        )
