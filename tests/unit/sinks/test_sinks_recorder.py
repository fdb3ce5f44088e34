import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mien.core.arrays import Image
from mien.errors import RecordingError
from mien.sinks.video.encoding import ENCODERS
from mien.sinks.video.recorder import Recorder
from mien.sinks.video.video_writer import VideoSettings


def decoded(path: Path) -> list[tuple[float, Image]]:
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="bgr24")) for frame in container.decode(video=0)]


def duration_s(path: Path) -> float:
    with av.open(str(path)) as container:
        assert container.duration is not None
        return container.duration / av.time_base


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".m4v"])
def test_every_picture_comes_back_at_its_own_time(
    suffix: str, tmp_path: Path, make_result: Any, numbered: Any, number_of: Any
) -> None:
    rng = np.random.default_rng(1)
    # Irregular times from 7.3 s on, some pictures dropped, 3.0 s in all with the last one's 30 ms.
    times = np.sort(rng.choice(np.arange(1, 297), 80, replace=False)) / 100
    times = [7.3, *(7.3 + times), 7.3 + 2.97]
    recorder = Recorder(tmp_path / f"x{suffix}", fps=30)
    for index, time_s in enumerate(times):
        recorder.write(make_result(index=index, time_s=time_s), numbered(index))
    assert not (tmp_path / f"x{suffix}").exists()
    recorder.finish()

    frames = decoded(tmp_path / f"x{suffix}")
    assert [number_of(image) for _, image in frames] == list(range(len(times)))
    tick_s = 0.0006 if suffix == ".mkv" else 6e-6
    assert [time_s for time_s, _ in frames] == pytest.approx([t - 7.3 for t in times], abs=tick_s)
    assert duration_s(tmp_path / f"x{suffix}") == pytest.approx(3.0, abs=0.034)
    assert [path.name for path in tmp_path.iterdir()] == [f"x{suffix}"]


def test_a_steady_source_plays_exactly_as_long(tmp_path: Path, make_result: Any, numbered: Any) -> None:
    recorder = Recorder(tmp_path / "x.mp4", fps=25)
    for index in range(75):
        recorder.write(make_result(index=index, time_s=index / 25), numbered(index))
    assert recorder.duration_s == pytest.approx(2.96)
    recorder.finish()
    recorder.finish()
    assert duration_s(tmp_path / "x.mp4") == pytest.approx(3.0, abs=1e-4)


def test_a_single_picture_stands_for_one_frame(tmp_path: Path, make_result: Any, numbered: Any) -> None:
    recorder = Recorder(tmp_path / "x.mp4", fps=10)
    recorder.write(make_result(), numbered(1))
    recorder.finish()
    assert duration_s(tmp_path / "x.mp4") == pytest.approx(0.1, abs=1e-3)


def test_the_finished_file_is_a_plain_mp4_with_its_colours_declared(
    tmp_path: Path, make_result: Any, numbered: Any
) -> None:
    recorder = Recorder(tmp_path / "x.mp4", fps=30)
    for index in range(60):
        recorder.write(make_result(index=index, time_s=index / 30), numbered(index))
    recorder.finish()
    data = (tmp_path / "x.mp4").read_bytes()
    boxes, at = [], 0
    while at < len(data):
        boxes.append(data[at + 4 : at + 8])
        at += int.from_bytes(data[at : at + 4])
    assert [box for box in boxes if box != b"free"] == [b"ftyp", b"mdat", b"moov"]
    assert b"colrnclx" in data
    with av.open(str(tmp_path / "x.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.profile, context.pix_fmt, context.color_range, context.colorspace) == (
            "High",
            "yuv420p",
            1,
            1,
        )


def test_colours_survive(tmp_path: Path, make_result: Any) -> None:
    colours = [(0, 0, 255), (0, 255, 0), (255, 0, 0), (255, 255, 255), (0, 0, 0), (60, 120, 200), (200, 30, 160)]
    image = np.repeat(np.array([colours], np.uint8), 64, axis=1).repeat(64, axis=0)
    recorder = Recorder(tmp_path / "x.mp4", fps=30)
    for index in range(3):
        recorder.write(make_result(index=index, time_s=index / 30), image)
    recorder.finish()
    _, back = decoded(tmp_path / "x.mp4")[-1]
    for at, colour in enumerate(colours):
        assert back[32, at * 64 + 32].tolist() == pytest.approx(colour, abs=6)


def test_colour_of_a_fine_line_is_averaged_not_sampled(tmp_path: Path, make_result: Any) -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image[:, 31::2] = (0, 0, 255)
    recorder = Recorder(tmp_path / "x.mp4", settings=VideoSettings(quality="best"))
    recorder.write(make_result(), image)
    recorder.finish()
    _, back = decoded(tmp_path / "x.mp4")[0]
    redness = back[20:44, 40:56, 2].astype(int) - back[20:44, 40:56, 1]
    assert redness.mean() > 60


@pytest.mark.parametrize("size_wh", [(1, 1), (7, 5), (2, 2), (3, 640), (641, 2)])
def test_odd_sizes_are_padded_to_even(size_wh: tuple[int, int], tmp_path: Path, make_result: Any) -> None:
    width, height = size_wh
    image = np.full((height, width, 3), (40, 200, 90), np.uint8)
    recorder = Recorder(tmp_path / "x.mp4", fps=30)
    for index in range(4):
        recorder.write(make_result(image, index=index, time_s=index / 30), image)
    recorder.finish()
    frames = decoded(tmp_path / "x.mp4")
    assert len(frames) == 4
    assert frames[0][1].shape == (height + height % 2, width + width % 2, 3)
    assert frames[-1][1][-1, -1].tolist() == pytest.approx((40, 200, 90), abs=12)


def test_giant_pictures(tmp_path: Path, make_result: Any) -> None:
    image = np.full((4000, 8000, 3), 128, np.uint8)
    recorder = Recorder(tmp_path / "x.mp4", fps=30)
    for index in range(2):
        recorder.write(make_result(image, index=index, time_s=index / 30), image)
    recorder.finish()
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert next(container.decode(video=0)).width == 8000


def test_a_changed_size_is_letterboxed_into_the_first(tmp_path: Path, make_result: Any) -> None:
    recorder = Recorder(tmp_path / "x.mp4", fps=30)
    sizes = [(320, 240), (640, 360), (100, 400), (320, 240)]
    for index, (width, height) in enumerate(sizes):
        image = np.full((height, width, 3), 200, np.uint8)
        recorder.write(make_result(image, index=index, time_s=index / 30), image)
    recorder.finish()
    frames = [image for _, image in decoded(tmp_path / "x.mp4")]
    assert {frame.shape for frame in frames} == {(240, 320, 3)}
    lit = [(frame[:, :, 1] > 100).mean() for frame in frames]
    assert lit == pytest.approx([1.0, 0.75, 60 / 320, 1.0], abs=0.02)


def test_without_overlay_the_frame_itself_is_recorded(tmp_path: Path, make_result: Any, numbered: Any) -> None:
    recorder = Recorder(tmp_path / "x.mp4", picture_of=lambda result: result.frame.image)
    assert not recorder.wants_picture
    recorder.write(make_result(numbered(5)), None)
    recorder.finish()
    assert decoded(tmp_path / "x.mp4")[0][1].shape == (64, 320, 3)


def test_times_that_stand_still_do_not_stop_the_recording(tmp_path: Path, make_result: Any, numbered: Any) -> None:
    recorder = Recorder(tmp_path / "x.mp4")
    for index, time_s in enumerate([0.0, 0.0, 0.000001, 0.1, 0.05, 0.2]):
        recorder.write(make_result(index=index, time_s=time_s), numbered(index))
    recorder.finish()
    times = [time_s for time_s, _ in decoded(tmp_path / "x.mp4")]
    assert len(times) == 6
    assert all(later > earlier for earlier, later in pairwise(times))


def test_abort_keeps_what_was_recorded_under_the_part_name(
    tmp_path: Path, make_result: Any, numbered: Any, number_of: Callable[[Image], int]
) -> None:
    recorder = Recorder(tmp_path / "x.mp4", fps=30)
    for index in range(40):
        recorder.write(make_result(index=index, time_s=index / 30), numbered(index))
    recorder.abort()
    recorder.abort()
    assert [path.name for path in tmp_path.iterdir()] == ["x.part.mp4"]
    assert recorder.part_path == tmp_path / "x.part.mp4"
    assert [number_of(image) for _, image in decoded(recorder.part_path)] == list(range(40))


def test_what_an_earlier_run_left_is_not_touched(tmp_path: Path, make_result: Any, numbered: Any) -> None:
    (tmp_path / "x.part.mp4").write_bytes(b"precious")
    recorder = Recorder(tmp_path / "x.mp4")
    recorder.write(make_result(), numbered(0))
    recorder.finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.mp4", "x.part.mp4"]
    assert (tmp_path / "x.part.mp4").read_bytes() == b"precious"


def test_nothing_recorded_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="not one picture"):
        Recorder(tmp_path / "x.mp4").finish()
    Recorder(tmp_path / "x.mp4").abort()
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_appears_meanwhile_is_not_replaced(tmp_path: Path, make_result: Any, numbered: Any) -> None:
    recorder = Recorder(tmp_path / "x.mp4")
    recorder.write(make_result(), numbered(0))
    (tmp_path / "x.mp4").write_bytes(b"someone else's")
    with pytest.raises(RecordingError, match=r"exists already.*x\.part\.mp4"):
        recorder.finish()
    assert (tmp_path / "x.mp4").read_bytes() == b"someone else's"
    assert len(decoded(tmp_path / "x.part.mp4")) == 1


def test_overwrite_replaces_only_at_the_end(tmp_path: Path, make_result: Any, numbered: Any) -> None:
    (tmp_path / "x.mp4").write_bytes(b"old")
    recorder = Recorder(tmp_path / "x.mp4", overwrite=True)
    recorder.write(make_result(), numbered(0))
    assert (tmp_path / "x.mp4").read_bytes() == b"old"
    recorder.finish()
    assert len(decoded(tmp_path / "x.mp4")) == 1


def test_an_encoder_that_fails_is_one_clear_line(
    tmp_path: Path, make_result: Any, numbered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(ENCODERS[0], options=lambda level, pace: {"preset": "nonsense"})
    monkeypatch.setattr("mien.sinks.video.recorder.choose_encoder", lambda *choice: broken)
    recorder = Recorder(tmp_path / "x.mp4")
    with pytest.raises(RecordingError, match=r"x\.mp4: encoding failed") as caught:
        recorder.write(make_result(), numbered(0))
    assert "\n" not in str(caught.value)
    with pytest.raises(RecordingError):
        recorder.finish()
    recorder.abort()
    assert list(tmp_path.iterdir()) == []


def test_importing_the_recorder_does_not_load_pyav() -> None:
    modules = "mien.sinks.video.recorder, mien.sinks.readings.readings_log"
    code = f"import sys, {modules}; sys.exit(bool({{'av', 'pyarrow'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
