"""What R writes, with the real engine behind the window: a session."""

from pathlib import Path

from fake_engine import FakeEngine
from pytestqt.qtbot import QtBot

from mien.engine.live_engine import ProgramLiveEngine
from mien.session.recording import Recording
from mien.session.stored import open_session
from mien.settings import Settings
from tests.patience import PATIENCE_S


def test_a_recording_is_a_session(qtbot: QtBot, tmp_path: Path) -> None:
    engine = FakeEngine([], frames=45)
    settings = Settings().changed(video={"record_overlay": True, "cover": "plate"}, shown={"smoothing_s": 0.7})
    pipeline = engine.build_pipeline(settings, engine.open_source("camera:0", settings), [])
    ended: list[Recording] = []
    session = ProgramLiveEngine().open_recording(tmp_path / "Mien now", pipeline, settings)
    recording = Recording(tmp_path / "Mien now", session, ended.append)
    pipeline.add_sink(recording)
    pipeline.start()
    qtbot.waitUntil(lambda: recording.duration_s > 0.5)
    session.add_marker("event", 0.25, text="here")
    pipeline.remove_sink(recording)
    qtbot.waitUntil(lambda: bool(ended))
    pipeline.stop()
    assert pipeline.join(PATIENCE_S)
    assert recording.is_complete
    stored = open_session(tmp_path / "Mien now")
    assert stored.document.state == "complete"
    assert stored.video is not None
    assert stored.overlay_video is not None
    assert stored.document.settings["smoothing_s"] == 0.7
    assert stored.series.face_ids() == (1, 2)
    assert [marker.text for marker in stored.annotations.markers] == ["here"]
