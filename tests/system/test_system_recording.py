"""From a file into a recording: every picture once, at its time, with its sound, whatever the file is like.

The clips are made here. Each picture carries its number as a bar code of 14 bits, which is read back from the
decoded recording.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mien.capture.video_file import VideoFile
from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.core.frame import Frame, SourceInfo
from mien.errors import RecordingError
from mien.pipeline.pipeline import Pipeline
from mien.sinks.video.recorder import Recorder
from mien.sinks.video.video_writer import VideoSettings
from tests.fakes import MadeFinder, MadeReader
from tests.makers import make_frame

BITS, BAR_PX = 14, 8
RATE_HZ = 48_000
ANY_MACHINE_TICK_S = 0.0011
"""Matroska's clock, and the millisecond that the capture keeps between two frames."""


def numbered(number: int, size_wh: tuple[int, int] = (BITS * BAR_PX, 32)) -> Image:
    """A picture whose upper half is the number, the highest bit at the left."""
    image = np.full((size_wh[1], size_wh[0], 3), 90, np.uint8)
    for bit in range(BITS):
        level = 235 if number >> (BITS - 1 - bit) & 1 else 16
        image[: size_wh[1] // 2, bit * BAR_PX : (bit + 1) * BAR_PX] = level
    return image


def number_of(image: Image) -> int:
    row = image[image.shape[0] // 4, : BITS * BAR_PX].mean(axis=-1)
    number = 0
    for level in row.reshape(BITS, BAR_PX)[:, 2:6].mean(axis=1):
        number = number * 2 + int(level > 127)
    return number


def write_clip(
    path: Path,
    times_s: Sequence[float],
    *,
    rate: Fraction = Fraction(30),
    size_wh: tuple[int, int] = (BITS * BAR_PX, 32),
    rotation_deg: int = 0,
    sound: tuple[str, float, float] | None = None,
    codec: str = "libx264",
) -> Path:
    """Write a clip whose n-th picture is numbered n and stands at ``times_s[n]``.

    ``sound`` is a codec with begin and end of a tone, seconds.
    """
    tick_s = Fraction(1, 90_000) if path.suffix in (".mp4", ".mov") else Fraction(1, 1000)
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream(codec, rate=rate, options={"preset": "ultrafast", "crf": "12"})
        video.width, video.height = size_wh
        video.pix_fmt = "yuv444p" if size_wh[0] % 2 or size_wh[1] % 2 else "yuv420p"
        video.codec_context.time_base = tick_s
        if rotation_deg:
            video.set_display_rotation(rotation_deg)
        audio: Any = None
        packets: list[Any] = []
        if sound is not None:
            audio = container.add_stream(sound[0], rate=RATE_HZ)
            audio.codec_context.layout = "mono"
        for number, time_s in enumerate(times_s):
            frame = av.VideoFrame.from_ndarray(numbered(number, size_wh), format="bgr24")
            frame.pts, frame.time_base = round(time_s / tick_s), tick_s
            packets += video.encode(frame)
        packets += video.encode(None)
        if sound is not None:
            packets += [packet for frame in tone(*sound[1:]) for packet in audio.encode(frame)] + audio.encode(
                None
            )
        for packet in sorted(packets, key=lambda one: one.dts * one.time_base):
            container.mux(packet)
    return path


def tone(begin_s: float, end_s: float) -> Iterator[av.AudioFrame]:
    for start in range(round(begin_s * RATE_HZ), round(end_s * RATE_HZ), 1024):
        wave = 0.4 * np.sin((start + np.arange(1024)) / RATE_HZ * 2 * np.pi * 440)
        frame = av.AudioFrame.from_ndarray(wave[None].astype(np.float32), format="fltp", layout="mono")
        frame.pts, frame.sample_rate, frame.time_base = start, RATE_HZ, Fraction(1, RATE_HZ)
        yield frame


def record(source: Path, target: Path, **settings: Any) -> Recorder:
    """Do what the pipeline does, without faces: read every frame and record it as it is."""
    video = VideoFile(source)
    recorder = Recorder(
        target,
        fps=video.info.fps,
        audio_from=source if video.info.has_audio else None,
        settings=VideoSettings(**settings),
        picture_of=lambda result: result.frame.image,
    )
    for frame in video.frames():
        recorder.write(FrameResult(frame, (), "none"), None)
    recorder.finish()
    return recorder


def pictures_of(path: Path) -> list[tuple[int, float]]:
    with av.open(str(path)) as container:
        return [
            (number_of(frame.to_ndarray(format="bgr24")), float(frame.time or 0.0))
            for frame in container.decode(video=0)
        ]


def probed(path: Path, entries: str, *more: str) -> list[str]:
    if shutil.which("ffprobe") is None:
        pytest.skip("ffprobe is not here")
    command = ["ffprobe", "-v", "error", *more, "-show_entries", entries, "-of", "default=nk=1:nw=1", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def check(target: Path, times_s: Sequence[float], frame_s: float) -> None:
    """Every picture once, in order, at its time, and the length within a frame, by PyAV and by ffprobe."""
    pictures = pictures_of(target)
    assert [number for number, _ in pictures] == list(range(len(times_s)))
    assert [time_s for _, time_s in pictures] == pytest.approx(
        [time_s - times_s[0] for time_s in times_s], abs=ANY_MACHINE_TICK_S
    )
    (length_s,) = probed(target, "format=duration")
    assert float(length_s) == pytest.approx(times_s[-1] - times_s[0] + frame_s, abs=frame_s)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
@pytest.mark.parametrize(
    "rate", [Fraction(24_000, 1001), Fraction(30_000, 1001), Fraction(60)], ids=["23.976", "29.97", "60"]
)
def test_three_seconds_last_three_seconds_at_any_rate(rate: Fraction, suffix: str, tmp_path: Path) -> None:
    times_s = [float(index / rate) for index in range(round(3 * rate))]
    source = write_clip(tmp_path / "in.mp4", times_s, rate=rate)
    record(source, tmp_path / f"out{suffix}")
    check(tmp_path / f"out{suffix}", times_s, float(1 / rate))
    (length_s,) = probed(tmp_path / f"out{suffix}", "format=duration")
    assert float(length_s) == pytest.approx(3.0, abs=float(1 / rate))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_variable_rate_keeps_every_time(suffix: str, tmp_path: Path) -> None:
    """As phones record: 30 a second in the light, 15 in the dark, and a hole of more than a second."""
    steps = [1 / 30] * 40 + [1 / 15] * 30 + [1.3] + [1 / 24, 1 / 31, 1 / 29] * 10
    times_s = np.concatenate([[0.0], np.cumsum(steps)]).round(5).tolist()
    source = write_clip(tmp_path / "in.mp4", times_s)
    record(source, tmp_path / f"out{suffix}")
    check(tmp_path / f"out{suffix}", times_s, 1 / 24)


def test_frames_that_a_camera_dropped_leave_a_gap_and_no_drift(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    times_s = np.sort(rng.choice(np.arange(1, 900), 500, replace=False)) / 30
    times_s = [0.0, *times_s.tolist()]
    source = write_clip(tmp_path / "in.mkv", times_s)
    record(source, tmp_path / "out.mp4")
    check(tmp_path / "out.mp4", times_s, 1 / 15)


class NumberedCamera:
    """A live source of 100 pictures a second, for two seconds."""

    info = SourceInfo("camera", BITS * BAR_PX, 32, 100.0, is_live=True)
    notice = None

    def frames(self) -> Iterator[Frame]:
        started_s = time.monotonic()
        for number in range(200):
            time.sleep(max(started_s + number / 100 - time.monotonic(), 0.0))
            yield make_frame(number, image=numbered(number), fps=100)

    def close(self) -> None:
        pass


class SlowRecorder(Recorder):
    """As on a machine that encodes 40 pictures a second."""

    def write(self, result: FrameResult, picture: Image | None) -> None:
        time.sleep(0.025)
        super().write(result, picture)


def test_a_camera_that_is_faster_than_the_encoder_plays_at_its_true_pace(tmp_path: Path) -> None:
    recorder = SlowRecorder(tmp_path / "out.mp4", fps=100.0, picture_of=lambda result: result.frame.image)
    pipeline = Pipeline(
        NumberedCamera(), MadeFinder(lambda _: ()), MadeReader(), lambda result: result.frame.image, [recorder]
    )
    pipeline.start()
    while not pipeline.join(0.1):
        pass
    pictures = pictures_of(tmp_path / "out.mp4")
    numbers = [number for number, _ in pictures]
    assert numbers == sorted(set(numbers))
    assert len(numbers) + pipeline.stats().left_out + pipeline.stats().dropped == 200
    assert pipeline.stats().left_out > 20
    first = numbers[0]
    assert [time_s for _, time_s in pictures] == pytest.approx(
        [(number - first) / 100 for number in numbers], abs=2e-5
    )
    assert numbers[-1] == 199


@pytest.mark.parametrize("rotation_deg", [90, -90, 180])
def test_a_phone_held_upright_is_recorded_upright(rotation_deg: int, tmp_path: Path) -> None:
    """What is recorded stands as it was shown, and no player may turn it once more."""
    times_s = [index / 30 for index in range(30)]
    source = write_clip(tmp_path / "in.mp4", times_s, rotation_deg=rotation_deg)
    record(source, tmp_path / "out.mp4")
    width, height = (int(side) for side in probed(tmp_path / "out.mp4", "stream=width,height"))
    stored_wh = (BITS * BAR_PX, 32)
    assert (width, height) == (stored_wh if rotation_deg == 180 else stored_wh[::-1])
    with av.open(str(tmp_path / "out.mp4")) as container:
        frames = list(container.decode(video=0))
    assert [frame.rotation for frame in frames] == [0] * 30
    turns = {90: 3, -90: 1, 180: 2}[rotation_deg]  # back to how the camera stored it
    assert [number_of(np.rot90(frame.to_ndarray(format="bgr24"), turns)) for frame in frames] == list(range(30))


@pytest.mark.parametrize("size_wh", [(BITS * BAR_PX + 1, 33), (BITS * BAR_PX, 35), (BITS * BAR_PX + 7, 32)])
def test_odd_sizes(size_wh: tuple[int, int], tmp_path: Path) -> None:
    times_s = [index / 30 for index in range(20)]
    record(write_clip(tmp_path / "in.mp4", times_s, size_wh=size_wh), tmp_path / "out.mp4")
    check(tmp_path / "out.mp4", times_s, 1 / 30)
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (size_wh[0] + size_wh[0] % 2, size_wh[1] + size_wh[1] % 2)


def packets_of_sound(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(container.streams.audio[0]) if packet.size]


def sounding_s(path: Path) -> tuple[float, float]:
    """When the tone begins and ends, by its loudness."""
    with av.open(str(path)) as container:
        loud = [
            (float(frame.time or 0.0), float(frame.time or 0.0) + frame.samples / frame.sample_rate)
            for frame in container.decode(audio=0)
            if np.abs(frame.to_ndarray()).max() > 0.1
        ]
    return loud[0][0], loud[-1][1]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize(("begin_s", "end_s"), [(0.0, 4.0), (1.5, 2.5), (0.0, 1.0), (3.0, 4.0)])
def test_sound_in_part_of_the_file_stays_where_it_was_bit_for_bit(
    begin_s: float, end_s: float, suffix: str, tmp_path: Path
) -> None:
    times_s = [index / 30 for index in range(120)]
    source = write_clip(tmp_path / "in.mp4", times_s, sound=("aac", begin_s, end_s))
    recorder = record(source, tmp_path / f"out{suffix}")
    assert recorder.notice is None
    assert sounding_s(tmp_path / f"out{suffix}") == pytest.approx((begin_s, end_s), abs=0.045)
    copied = packets_of_sound(tmp_path / f"out{suffix}")
    assert b"".join(copied) in b"".join(packets_of_sound(source))
    assert len(copied) >= len(packets_of_sound(source)) - 2
    check(tmp_path / f"out{suffix}", times_s, 1 / 30)


@pytest.mark.parametrize(
    ("codec", "source_suffix", "suffix", "expected", "note"),
    [
        ("aac", ".mp4", ".webm", "opus", "(aac) does not belong in this kind of file and was encoded as Opus"),
        ("pcm_s16le", ".mkv", ".mp4", "aac", "(pcm_s16le) does not belong in this kind of file"),
        ("pcm_s16le", ".mkv", ".mkv", "pcm_s16le", None),
        ("libopus", ".mkv", ".webm", "opus", None),
        ("libopus", ".mkv", ".mp4", "opus", None),
        ("flac", ".mkv", ".mp4", "flac", None),
    ],
)
def test_sound_that_does_not_fit_is_encoded_anew_and_that_is_said(
    codec: str, source_suffix: str, suffix: str, expected: str, note: str | None, tmp_path: Path
) -> None:
    times_s = [index / 30 for index in range(90)]
    source = write_clip(tmp_path / f"in{source_suffix}", times_s, sound=(codec, 0.5, 2.5))
    target = tmp_path / f"out{suffix}"
    recorder = record(source, target)
    assert probed(target, "stream=codec_name", "-select_streams", "a") == [expected]
    assert sounding_s(target) == pytest.approx((0.5, 2.5), abs=0.045)
    if note is None:
        assert "sound" not in str(recorder.notice)
    else:
        assert note in str(recorder.notice)
    check(target, times_s, 1 / 30)


def test_minutes_later_nothing_has_drifted(tmp_path: Path) -> None:
    """Three minutes at 9.99 pictures a second: any rounding that adds up would show."""
    rate = Fraction(10_000, 1001)
    times_s = [float(index / rate) for index in range(round(180 * rate))]
    source = write_clip(tmp_path / "in.mp4", times_s, rate=rate, sound=("aac", 0.0, 180.0))
    record(source, tmp_path / "out.mp4")
    pictures = pictures_of(tmp_path / "out.mp4")
    assert [number for number, _ in pictures] == list(range(len(times_s)))
    assert max(abs(got - want) for (_, got), want in zip(pictures, times_s, strict=True)) < 2e-5
    assert all(0.1 < after - before < 0.1002 for (_, before), (_, after) in pairwise(pictures))
    video_s, audio_s = (float(text) for text in probed(tmp_path / "out.mp4", "stream=duration"))
    assert video_s == pytest.approx(len(times_s) / rate, abs=1e-3)
    assert audio_s == pytest.approx(180.0, abs=0.05)


@pytest.fixture
def read_only_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder that takes no file from anybody; root, who ignores modes, gets a disk mounted for reading only."""
    folder = tmp_path / "locked"
    folder.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        folder.chmod(0o500)
        yield folder
        folder.chmod(0o700)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_folder_is_named_and_nothing_is_begun(read_only_folder: Path) -> None:
    with pytest.raises(RecordingError, match="is not writable; choose another") as caught:
        Recorder(read_only_folder / "x.mp4")
    assert str(read_only_folder) in str(caught.value)
    assert list(read_only_folder.iterdir()) == []
