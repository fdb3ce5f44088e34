"""Sound from any moment, at any speed, in time."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from mien.capture.sound import RATE_HZ, sound_blocks


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of picture; sound from 1 s to 3 s: a tone of 440 Hz, and of 880 Hz from 2 s on."""
    path = tmp_path_factory.mktemp("sound") / "part.mkv"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=44100)
        for _ in range(75):
            container.mux(
                video.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="bgr24"))
            )
        container.mux(video.encode(None))
        time_s = np.arange(2 * 44100) / 44100
        wave = 8000 * np.sin(2 * np.pi * np.where(time_s < 1, 440, 880) * time_s)
        frame = av.AudioFrame.from_ndarray(wave.astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 44100, 44100, Fraction(1, 44100)
        container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
    return path


def sound(clip: Path, start_s: float, speed: float = 1.0) -> np.ndarray:
    return np.concatenate(list(sound_blocks(clip, start_s, 0.0, speed)))


def pitch_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples[:, 0] * np.hanning(len(samples))))
    return float(spectrum.argmax()) * RATE_HZ / len(samples)


def test_silence_stands_where_there_is_no_sound_yet(clip: Path) -> None:
    samples = sound(clip, 0.0)
    assert len(samples) / RATE_HZ == pytest.approx(3.0, abs=0.05)
    assert np.abs(samples[: int(0.95 * RATE_HZ)]).max() == 0
    first = int(np.flatnonzero(np.abs(samples[:, 0]) > 500)[0]) / RATE_HZ
    assert first == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize(("start_s", "expected_hz"), [(1.2, 440), (2.2, 880)])
def test_it_begins_where_it_is_asked_to(clip: Path, start_s: float, expected_hz: float) -> None:
    samples = sound(clip, start_s)
    assert len(samples) / RATE_HZ == pytest.approx(3.0 - start_s, abs=0.05)
    assert pitch_hz(samples[: RATE_HZ // 2]) == pytest.approx(expected_hz, abs=5)


@pytest.mark.parametrize("speed", [0.5, 1.5, 2.0])
def test_speed_changes_the_length_and_not_the_pitch(clip: Path, speed: float) -> None:
    samples = sound(clip, 1.0, speed)
    assert len(samples) / RATE_HZ == pytest.approx(2.0 / speed, abs=0.12)
    middle = int(0.5 / speed * RATE_HZ)
    assert pitch_hz(samples[middle - 9000 : middle + 9000] if speed < 2 else samples[4000:22000]) == pytest.approx(
        440, abs=12
    )


def test_a_video_without_sound_gives_none(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="bgr24")))
        container.mux(video.encode(None))
    assert list(sound_blocks(path, 0.0, 0.0)) == []
