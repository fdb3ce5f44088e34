"""What is left of a session when its process is killed, at moments that nobody chose.

``MIEN_KILLS`` sets how often: 2 by default, 50 for a thorough look, some three minutes.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import av
import pytest

from mien.session.recovery import find_unfinished, recover
from mien.session.stored import open_session

KILLS = int(os.environ.get("MIEN_KILLS", "2"))
FPS = 30
ROOT = Path(__file__).resolve().parents[3]
CHILD = """
import sys, time
from pathlib import Path
from mien.capture.synthetic import SyntheticSource
from mien.core.emotion import EXPRESSIONS
from mien.session.origin import NetworkInUse
from mien.session.writer import Contents, SessionWriter
from mien.settings import Settings
from tests.makers import make_reading, make_result

folder, is_paced = Path(sys.argv[1]), sys.argv[2] == "paced"
source = SyntheticSource((320, 180), 30.0)
networks = (NetworkInUse("net", EXPRESSIONS, "cpu"),)
writer = SessionWriter(
    folder, source.info, networks, Settings(), contents=Contents(overlay_video=True, csv=True)
)
readings = [make_reading(number, box=(10.0, 10.0, 90.0, 90.0)) for number in (1, 2)]
started_s = time.monotonic()
for frame in source.frames():
    if is_paced:
        time.sleep(max(started_s + frame.timestamp_s - time.monotonic(), 0.0))
    print(frame.timestamp_s, flush=True)
    writer.write(make_result(frame.index, readings, frame.timestamp_s, image=frame.image), frame.image)
    if frame.index % 50 == 40:
        writer.add_marker("event", frame.timestamp_s, text=f"at {frame.timestamp_s}")
"""


def video_times_s(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [frame.time for frame in container.decode(video=0) if frame.time is not None]


def record_until_killed(folder: Path, after_s: float, *, is_paced: bool) -> float:
    """Record, kill, and return the time of the last frame that was handed to the writer."""
    arguments = [sys.executable, "-c", CHILD, str(folder), "paced" if is_paced else "fast"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    child = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)
    assert child.stdout is not None
    first = child.stdout.readline()
    assert first, "the recording did not start"
    time.sleep(after_s)
    child.kill()
    lines = [first, *child.stdout.read().splitlines()]
    child.stdout.close()
    child.wait()
    return float(lines[-1])


@pytest.mark.timeout(30 + 20 * KILLS)
def test_a_kill_at_any_moment_costs_less_than_a_second(tmp_path: Path) -> None:
    rng = random.Random(os.environ.get("MIEN_KILL_SEED", "mien"))
    losses: dict[str, list[float]] = {"video": [], "readings": []}
    for number in range(KILLS):
        folder = tmp_path / f"session-{number}"
        last_s = record_until_killed(folder, rng.uniform(0.0, 3.0), is_paced=number % 2 == 0)
        assert json.loads((folder / "session.json").read_text())["state"] == "recording"
        assert [each.path for each in find_unfinished(tmp_path)] == [folder]

        parts = [folder / "video.part.mp4", folder / "overlay.part.mp4"]
        if last_s >= 1.0:
            assert all(video_times_s(part) for part in parts), "plays before anything is recovered"
        recovered = recover(folder)
        session = open_session(folder)
        assert session.document.state == "recovered"
        assert find_unfinished(tmp_path) == ()
        assert not [path.name for path in folder.iterdir() if path.suffix in (".lock", ".journal")]
        losses["readings"].append(last_s - session.series.end_s)
        assert recovered.duration_s == session.series.end_s == session.document.duration_s
        assert recovered.frames == session.series.frame_count

        face = session.series.face(1) if 1 in session.series.face_ids() else None
        if face is not None:
            assert face.frames.tolist() == list(range(len(face))), "nothing is missing in between"
        for video in (session.video, session.overlay_video):
            times_s = video_times_s(video) if video is not None else []
            losses["video"].append(last_s - (times_s[-1] if times_s else 0.0))
            assert times_s == pytest.approx([index / FPS for index in range(len(times_s))], abs=1e-3)
        for marker in session.annotations.markers:
            assert float(marker.text.removeprefix("at ")) == pytest.approx(marker.start_s, abs=5.1e-4)
    worst = {name: max(values) for name, values in losses.items()}
    print(f"worst loss of {KILLS} kills: {worst}")
    assert max(worst.values()) < 1.0
