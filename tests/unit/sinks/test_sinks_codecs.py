"""Every codec in every container, with real encoders: pictures, times, sound and subtitles come back."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mien.core.arrays import Image
from mien.errors import RecordingError
from mien.sinks.video.containers import CONTAINERS
from mien.sinks.video.encoders import choose_encoder, problem_of
from mien.sinks.video.encoding import ENCODERS
from mien.sinks.video.recorder import Recorder
from mien.sinks.video.video_writer import VideoSettings

FPS = 30
FFMPEG_NAMES = {"h264": "h264", "h265": "hevc", "av1": "libdav1d", "vp9": "vp9"}
PAIRS = [(codec, suffix) for suffix, kind in CONTAINERS.items() if suffix != ".m4v" for codec in kind.codecs]


def noisy(numbered: Callable[[int], Image], index: int) -> Image:
    """A picture with its number above and something to encode below."""
    image = numbered(index).copy()
    image[32:] = np.random.default_rng(index).integers(80, 120, (32, image.shape[1], 1))
    return image


@pytest.mark.parametrize(("codec", "suffix"), PAIRS)
def test_every_picture_comes_back_in_order_and_at_its_time(
    codec: Any, suffix: str, tmp_path: Path, make_result: Any, numbered: Any, number_of: Any
) -> None:
    times = [index / FPS + (0.011 if index % 3 else 0.0) + (0.4 if index > 20 else 0.0) for index in range(60)]
    target = tmp_path / f"x{suffix}"
    recorder = Recorder(target, fps=FPS, settings=VideoSettings(codec=codec))
    for index, time_s in enumerate(times):
        recorder.write(make_result(index=index, time_s=time_s), noisy(numbered, index))
    recorder.finish()

    with av.open(str(target)) as container:
        context = container.streams.video[0].codec_context
        assert context.name == FFMPEG_NAMES[codec]
        frames = [(frame.time, number_of(frame.to_ndarray(format="bgr24"))) for frame in container.decode(video=0)]
        assert container.duration is not None
        length_s = container.duration / av.time_base
    assert [number for _, number in frames] == list(range(60))
    tick_s = 6e-6 if suffix in (".mp4", ".mov") else 6e-4
    assert [time_s for time_s, _ in frames] == pytest.approx(times, abs=tick_s)
    assert length_s == pytest.approx(times[-1] + 1 / FPS, abs=1 / FPS)
    assert (recorder.notice is None) == (codec == "h264")
    if codec != "h264":
        assert f"encoded with {recorder.encoder.name}" in str(recorder.notice)


@pytest.mark.parametrize("codec", ["h264", "h265", "av1", "vp9"])
def test_better_quality_is_truer_and_larger(codec: Any, tmp_path: Path, make_result: Any) -> None:
    base = np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)
    image: Image = np.asarray(np.kron(base[::8, ::8], np.ones((8, 8, 1))), np.uint8) // 2 + base // 3
    sizes, errors = [], []
    for quality in ("small", "good", "best"):
        target = tmp_path / f"{quality}.mkv"
        recorder = Recorder(target, fps=FPS, settings=VideoSettings(codec=codec, quality=quality))
        for index in range(12):
            recorder.write(make_result(time_s=index / FPS), np.roll(image, index, axis=1))
        recorder.finish()
        with av.open(str(target)) as container:
            last = list(container.decode(video=0))[-1].to_ndarray(format="bgr24")
        sizes.append(target.stat().st_size)
        errors.append(np.abs(last.astype(int) - np.roll(image, 11, axis=1)).mean())
    assert sizes[0] < sizes[1] < sizes[2]
    assert errors[0] > errors[1] > errors[2]


def test_what_plays_nowhere_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"H\.264 does not belong in \.webm; choose VP9 or AV1"):
        Recorder(tmp_path / "x.webm", settings=VideoSettings(codec="h264"))
    with pytest.raises(RecordingError, match=r"AV1 does not belong in \.mov"):
        Recorder(tmp_path / "x.mov", settings=VideoSettings(codec="av1"))
    assert list(tmp_path.iterdir()) == []


def test_hardware_that_is_not_there_is_never_replaced_in_silence(tmp_path: Path) -> None:
    absent = [one for one in ENCODERS if one.hardware and problem_of(one) is not None]
    for encoder in absent:
        with pytest.raises(RecordingError, match=r"no encoder for .* in hardware .* choose software"):
            choose_encoder(encoder.codec, encoder.hardware, tmp_path / "x.mkv")  # type: ignore[arg-type]
    assert absent, "a machine with every kind of hardware?"


def test_hardware_that_works_is_used_and_named(
    tmp_path: Path, make_result: Any, numbered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A software encoder under the flag of a graphics card passes the trial for real."""
    pretender = replace(ENCODERS[0], hardware="nvenc", about="H.264, NVIDIA", pixel_format="nv12")
    monkeypatch.setattr("mien.sinks.video.encoders.ENCODERS", (*ENCODERS[:4], pretender))
    for wanted in ("nvenc", "any"):
        assert choose_encoder("h264", wanted, tmp_path / "x.mp4") is pretender  # type: ignore[arg-type]
    assert choose_encoder("h264", "", tmp_path / "x.mp4") is ENCODERS[0]
    recorder = Recorder(tmp_path / "x.mp4", settings=VideoSettings(hardware="any"))
    for index in range(5):
        recorder.write(make_result(time_s=index / FPS), numbered(index))
    recorder.finish()
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert len(list(container.decode(video=0))) == 5


def test_an_encoder_that_opens_but_encodes_rubbish_fails_the_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    worst = replace(ENCODERS[0], hardware="nvenc", options=lambda level, pace: {"preset": "ultrafast", "qp": "51"})
    monkeypatch.setattr("mien.sinks.video.encoders._TRIAL_ERROR", 0.6)
    assert problem_of(ENCODERS[0]) is None
    assert problem_of(worst) == "its pictures come back wrong"
    refusing = replace(worst, options=lambda level, pace: {"preset": "nonsense"})
    assert problem_of(refusing) == "no nvenc device or driver"


def test_h265_carries_the_name_that_every_player_takes(tmp_path: Path, make_result: Any, numbered: Any) -> None:
    recorder = Recorder(tmp_path / "x.mp4", settings=VideoSettings(codec="h265"))
    for index in range(3):
        recorder.write(make_result(time_s=index / FPS), numbered(index))
    recorder.finish()
    assert b"hvc1" in (tmp_path / "x.mp4").read_bytes()


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_subtitles_say_when_the_face_had_which_label(
    suffix: str, tmp_path: Path, make_result: Any, make_reading: Any, numbered: Any
) -> None:
    """0 to 0.5 s nobody, to 1.5 s surprise, to 4.5 s sadness (longer than one piece), to 5 s uncertain."""
    labels = {0: None, 15: "happiness", 45: "sadness", 135: "uncertain"}
    target = tmp_path / f"x{suffix}"
    recorder = Recorder(target, fps=FPS, subtitles_of=2)
    readings: list[Any] = []
    for index in range(150):
        if index in labels:
            label = labels[index]
            at = {"happiness": 1, "sadness": 3}.get(str(label), 1)
            logits = [3.0 if number == at else 0.0 for number in range(8)]
            reason = "too small" if label == "uncertain" else None
            readings = [] if label is None else [make_reading(2, logits, reason=reason)]
        recorder.write(
            make_result(index=index, time_s=index / FPS, readings=[make_reading(1), *readings]), numbered(index)
        )
    recorder.finish()
    with av.open(str(target)) as container:
        assert len(list(container.decode(video=0))) == 150
    shown = captions(target)
    assert [(round(start, 2), round(end, 2), text) for start, end, text in joined(shown)] == [
        (0.5, 1.5, "happiness"),
        (1.5, 4.5, "sadness"),
        (4.5, 5.0, "uncertain"),
    ]
    assert max(end - start for start, end, _ in shown) < 2.1


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_with_subtitles_too_a_recording_cut_short_plays(
    suffix: str, tmp_path: Path, make_result: Any, make_reading: Any, numbered: Any
) -> None:
    recorder = Recorder(tmp_path / f"x{suffix}", fps=FPS, subtitles_of=1)
    for index in range(150):
        recorder.write(make_result(time_s=index / FPS, readings=[make_reading(1)]), noisy(numbered, index))
    copy = shutil.copy(recorder.part_path, tmp_path / f"copy{suffix}")
    recorder.abort()
    with av.open(str(copy)) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times[-1] > 4.0
    assert {text for _, _, text in captions(Path(copy))} == {"happiness"}


def captions(path: Path) -> list[tuple[float, float, str]]:
    """Read subtitles back: start, end, text."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[0]
        for packet in container.demux(stream):
            text = bytes(packet)
            if stream.codec_context.name == "mov_text":
                text = text[2:]
            if text and packet.pts is not None and packet.duration:
                start = float(packet.pts * packet.time_base)
                found.append((start, start + float(packet.duration * packet.time_base), text.decode()))
    return found


def joined(pieces: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Put the pieces of one label together again."""
    spans: list[tuple[float, float, str]] = []
    for start, end, text in pieces:
        if spans and spans[-1][2] == text and abs(spans[-1][1] - start) < 0.002:
            spans[-1] = (spans[-1][0], end, text)
        else:
            spans.append((start, end, text))
    return spans


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not here")
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_ffprobe_finds_nothing_to_complain_about(
    suffix: str, tmp_path: Path, make_result: Any, make_reading: Any, numbered: Any
) -> None:
    target = tmp_path / f"x{suffix}"
    recorder = Recorder(target, fps=FPS, subtitles_of=1)
    for index in range(90):
        recorder.write(make_result(time_s=index / FPS, readings=[make_reading(1)]), numbered(index))
    recorder.finish()
    done = subprocess.run(
        [
            *(
                "ffprobe",
                "-v",
                "warning",
                "-count_frames",
                "-show_entries",
                "stream=nb_read_frames:format=duration",
            ),
            *("-of", "default=nokey=1:noprint_wrappers=1", "-select_streams", "v", str(target)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    frames, duration = done.stdout.split()
    assert (int(frames), float(duration)) == (90, pytest.approx(3.0, abs=0.002))


@pytest.mark.parametrize(
    ("codec", "suffix"), [("h265", ".mp4"), ("av1", ".mp4"), ("vp9", ".webm"), ("av1", ".webm")]
)
def test_a_full_disk_leaves_a_recording_that_plays(
    codec: Any, suffix: str, small_disk: Path, make_result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.sinks.output_path.MIN_FREE_BYTES", 1000)
    rng = np.random.default_rng(0)
    recorder = Recorder(small_disk / f"x{suffix}", fps=FPS, settings=VideoSettings(codec=codec, quality="best"))
    written = 0
    message = ""
    for written in range(400):
        picture = rng.integers(0, 256, (240, 320, 3), np.uint8)
        try:
            recorder.write(make_result(time_s=written / FPS), picture)
        except RecordingError as error:
            message = str(error)
            break
    assert f"the disk of {small_disk} is full" in message
    recorder.abort()
    assert [path.name for path in small_disk.iterdir()] == [f"x.part{suffix}"]
    with av.open(str(small_disk / f"x.part{suffix}")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times[-1] > written / FPS - 1.0
