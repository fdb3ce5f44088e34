"""What is left of an output when its process is killed or its disk is full."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mien.core.arrays import Image
from mien.errors import RecordingError
from mien.sinks.readings.readings_log import open_readings
from mien.sinks.video.recorder import Recorder

FPS = 30
CHILD = """
import sys, numpy as np
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from mien.core.face import FrameResult
from mien.core.frame import Frame
from mien.sinks.readings.readings_log import open_readings
from mien.sinks.video.recorder import Recorder

target, table, audio = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None
recorder = Recorder(target, fps=30, audio_from=audio)
readings = open_readings(table, ("a", "b"))
rng = np.random.default_rng(0)
for index in range(10**6):
    picture = rng.integers(0, 256, (96, 128, 3), np.uint8)
    result = FrameResult(Frame(picture, index, index / 30, 0.0), (), "net")
    recorder.write(result, picture)
    readings.write(result, None)
    print(index, flush=True)
"""


def times_in(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [frame.time for frame in container.decode(video=0)]


@pytest.mark.parametrize("frames", [35, 47])
def test_a_kill_costs_no_more_while_a_camera_is_slow_in_the_dark(frames: int, tmp_path: Path) -> None:
    child = CHILD.replace("audio_from=audio", "settings=VideoSettings(is_live=True)").replace(
        "index / 30", "index / 8"
    )
    child = f"from mien.sinks.video.video_writer import VideoSettings\n{child}"
    written = kill_after(frames, str(tmp_path / "x.mp4"), str(tmp_path / "x.csv"), code=child)
    assert times_in(tmp_path / "x.part.mp4")[-1] > written / 8 - 1.0


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("frames", [35, 61, 100, 152])
def test_a_kill_costs_less_than_a_second(suffix: str, frames: int, tmp_path: Path) -> None:
    target, table = tmp_path / f"x{suffix}", tmp_path / "x.csv"
    written = kill_after(frames, str(target), str(table))
    times = times_in(tmp_path / f"x.part{suffix}")
    assert times == pytest.approx([index / FPS for index in range(len(times))], abs=6e-4)
    assert times[-1] > written / FPS - 1.0
    rows = (tmp_path / "x.part.csv").read_text().splitlines()
    assert int(rows[-1].split(",")[0]) >= written - 1
    assert not target.exists()
    assert not table.exists()


@pytest.mark.shared
@pytest.mark.parametrize("clip", ["no_face_540p.mp4", "face_then_none_540p.mov"])
def test_a_kill_leaves_sound_and_picture_together(clip: str, tmp_path: Path, shared: Path) -> None:
    source = shared / "media" / clip
    written = kill_after(100, str(tmp_path / "x.mp4"), str(tmp_path / "x.jsonl"), str(source))
    part = tmp_path / "x.part.mp4"
    assert times_in(part)[-1] > written / FPS - 1.0
    before, after = sound_of(source), sound_of(part)
    assert after[-1][0] > min(written / FPS, before[-1][0]) - 1.0
    assert [data for _, data in after] == [data for _, data in before[: len(after)]]
    assert [time_s for time_s, _ in after] == pytest.approx(
        [time_s for time_s, _ in before[: len(after)]], abs=1e-3
    )
    last = json.loads((tmp_path / "x.part.jsonl").read_text().splitlines()[-1])
    assert last["frame"] >= written - 1


def kill_after(frames: int, *arguments: str, code: str = CHILD) -> int:
    """Run the child until it has written so many frames, kill it, and return the number of the last one."""
    child = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for line in child.stdout:
        if int(line) >= frames:
            break
    child.kill()
    rest = [int(line) for line in child.stdout.read().split("\n")[:-1] if line]
    child.stdout.close()
    child.wait()
    return max([frames, *rest])


def sound_of(path: Path) -> list[tuple[float, bytes]]:
    with av.open(str(path)) as container:
        packets = container.demux(container.streams.audio[0])
        return [(float(p.pts * p.time_base), bytes(p)) for p in packets if p.pts is not None]


def fill(disk: Path, leave_bytes: int = 0) -> None:
    """Fill a disk but for so much."""
    with open(disk / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            filler.truncate(filler.tell() - leave_bytes)


def pictures() -> Iterator[Image]:
    """Noise, which takes much space."""
    rng = np.random.default_rng(0)
    while True:
        yield rng.integers(0, 256, (240, 320, 3), np.uint8)


@pytest.fixture(autouse=True)
def _small_outputs_are_welcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mien.sinks.output_path.MIN_FREE_BYTES", 1000)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_full_disk_is_named_and_what_was_recorded_plays(suffix: str, small_disk: Path, make_result: Any) -> None:
    recorder = Recorder(small_disk / f"x{suffix}", fps=FPS)
    part = small_disk / f"x.part{suffix}"
    index, message = -1, ""
    for index, picture in enumerate(islice(pictures(), 300)):
        try:
            recorder.write(make_result(index=index, time_s=index / FPS), picture)
        except RecordingError as error:
            message = str(error)
            break
    assert f"the disk of {small_disk} is full" in message
    assert str(part) in message
    assert re.search(r"\d MB written so far", message)
    assert "\n" not in message
    with pytest.raises(RecordingError, match="is full"):
        recorder.write(make_result(), picture)
    with pytest.raises(RecordingError, match="is full"):
        recorder.finish()
    recorder.abort()
    assert [path.name for path in small_disk.iterdir()] == [part.name]
    assert times_in(part)[-1] > index / FPS - 1.0


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("leave_bytes", [0, 4096, 16_384, 60_000])
def test_a_disk_that_fills_up_at_the_very_end_costs_only_that(
    suffix: str, leave_bytes: int, small_disk: Path, make_result: Any
) -> None:
    recorder = Recorder(small_disk / f"x{suffix}", fps=FPS)
    for index, picture in enumerate(islice(pictures(), 90)):
        recorder.write(make_result(index=index, time_s=index / FPS), picture[:64, :64])
    fill(small_disk, leave_bytes)
    if leave_bytes == 60_000:
        recorder.finish()
        assert times_in(small_disk / f"x{suffix}")[-1] == pytest.approx(89 / FPS, abs=6e-4)
        return
    with pytest.raises(RecordingError, match="is full"):
        recorder.finish()
    assert not (small_disk / f"x{suffix}").exists()
    assert times_in(small_disk / f"x.part{suffix}")[-1] > 89 / FPS - 1.0


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_readings_on_a_full_disk(suffix: str, small_disk: Path, make_result: Any, make_reading: Any) -> None:
    rng = np.random.default_rng(0)
    faces = [make_reading(face_id, rng.normal(size=8)) for face_id in range(1, 20)]
    readings = open_readings(small_disk / f"x{suffix}", faces[0].emotion.labels)
    fill(small_disk, leave_bytes=40_000 if suffix != ".parquet" else 0)
    message = ""
    try:
        for index in range(900):
            readings.write(make_result(index=index, time_s=index / FPS, readings=faces), None)
    except RecordingError as error:
        message = str(error)
    assert "is full; free some space" in message
    assert "\n" not in message
    with pytest.raises(RecordingError, match="is full"):
        readings.finish()
    readings.abort()
    assert not (small_disk / f"x{suffix}").exists()
    if suffix != ".parquet":
        lines = (small_disk / f"x.part{suffix}").read_text().splitlines()
        assert len(lines) > 30
        assert len(lines[-1].split(",")) == len(lines[-2].split(","))
