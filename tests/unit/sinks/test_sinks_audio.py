from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from mien.sinks.video.audio_track import AudioTrack
from mien.sinks.video.recorder import Recorder

RATE_HZ = 44_100
Packets = list[tuple[float, bytes]]
MakeClip = Callable[..., Path]


@pytest.fixture
def make_clip(tmp_path: Path) -> MakeClip:
    """Writes a clip of 25 pictures a second with a tone."""

    def make(
        name: str,
        codec: str = "aac",
        video_s: float = 2.0,
        audio_s: float = 2.0,
        audio_from_s: float = 0.0,
        layout: str = "stereo",
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as container:
            video = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
            video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
            audio = container.add_stream(codec, rate=RATE_HZ)
            audio.codec_context.layout = layout
            packets = []
            for index in range(round(video_s * 25)):
                picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="bgr24")
                picture.pts, picture.time_base = index, Fraction(1, 25)
                packets += video.encode(picture)
            packets += video.encode(None)
            channels = 1 if layout == "mono" else 2
            for start in range(0, round(audio_s * RATE_HZ), 1024):
                clock = (start + np.arange(1024)) / RATE_HZ
                tone = (0.5 * np.sin(clock * 440 * 2 * np.pi)).astype(np.float32)
                sound = av.AudioFrame.from_ndarray(np.tile(tone, (channels, 1)), format="fltp", layout=layout)
                sound.pts, sound.time_base = round(audio_from_s * RATE_HZ) + start, Fraction(1, RATE_HZ)
                sound.sample_rate = RATE_HZ
                packets += audio.encode(sound)
            packets += audio.encode(None)
            for packet in sorted(packets, key=lambda packet: packet.dts * packet.time_base):
                container.mux(packet)
        return path

    return make


@pytest.fixture
def record(make_result: Any) -> Callable[..., Recorder]:
    def run(target: Path, source: Path, seconds: float = 2.0, start_s: float = 0.0) -> Recorder:
        recorder = Recorder(target, fps=25, audio_from=source)
        image = np.full((64, 64, 3), 60, np.uint8)
        for index in range(round(seconds * 25)):
            recorder.write(make_result(image, index=index, time_s=start_s + index / 25), image)
        recorder.finish()
        return recorder

    return run


def sound_of(path: Path) -> Packets:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        return [(float(p.pts * p.time_base), bytes(p)) for p in container.demux(stream) if p.pts is not None]


def times_of(packets: Packets) -> list[float]:
    return [time_s for time_s, _ in packets]


def data_of(packets: Packets) -> list[bytes]:
    return [data for _, data in packets]


@pytest.mark.parametrize("codec", ["aac", "libmp3lame", "ac3", "flac", "alac"])
def test_packets_are_copied_bit_for_bit_at_their_times(
    codec: str, tmp_path: Path, make_clip: MakeClip, record: Any
) -> None:
    source = make_clip("source.mp4", codec)
    recorder = record(tmp_path / "x.mp4", source)
    before, after = sound_of(source), sound_of(tmp_path / "x.mp4")
    assert recorder.notice is None
    assert data_of(after) == data_of(before)
    assert times_of(after) == pytest.approx(times_of(before), abs=1e-3)


def test_matroska_takes_everything_but_the_encoder_s_priming(
    tmp_path: Path, make_clip: MakeClip, record: Any
) -> None:
    source = make_clip("source.mp4")
    record(tmp_path / "x.mkv", source)
    before, after = sound_of(source), sound_of(tmp_path / "x.mkv")
    assert before[0][0] < 0
    assert data_of(after) == data_of(before)[1:]
    assert times_of(after) == pytest.approx(times_of(before)[1:], abs=2e-3)
    with av.open(str(tmp_path / "x.mkv")) as container:
        assert container.streams.video[0].start_time == 0


@pytest.mark.parametrize(("codec", "layout"), [("pcm_s16le", "stereo"), ("mp2", "stereo"), ("pcm_s16le", "mono")])
def test_codecs_that_players_do_not_expect_become_aac(
    codec: str, layout: str, tmp_path: Path, make_clip: MakeClip, record: Any
) -> None:
    source = make_clip("source.mkv", codec, layout=layout)
    record(tmp_path / "x.mp4", source)
    with av.open(str(tmp_path / "x.mp4")) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.codec_context.layout.name) == ("aac", layout)
        frames = list(container.decode(audio=0))
    sound = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    assert len(sound) / RATE_HZ == pytest.approx(2.0, abs=0.06)
    spectrum = np.abs(np.fft.rfft(sound[RATE_HZ // 2 : RATE_HZ // 2 + RATE_HZ]))
    assert int(spectrum.argmax()) == 440


def test_pcm_stays_pcm_in_matroska(tmp_path: Path, make_clip: MakeClip, record: Any) -> None:
    source = make_clip("source.mkv", "pcm_s16le")
    record(tmp_path / "x.mkv", source)
    assert b"".join(data_of(sound_of(tmp_path / "x.mkv"))) == b"".join(data_of(sound_of(source)))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_sound_that_starts_later_starts_later(
    suffix: str, tmp_path: Path, make_clip: MakeClip, record: Any
) -> None:
    source = make_clip("source.mp4", video_s=3.0, audio_s=1.0, audio_from_s=1.5)
    record(tmp_path / f"x{suffix}", source, seconds=3.0)
    before, after = sound_of(source), sound_of(tmp_path / f"x{suffix}")
    assert data_of(after) == data_of(before)
    assert times_of(after) == pytest.approx(times_of(before), abs=2e-3)
    with av.open(str(tmp_path / f"x{suffix}")) as container:
        times = [frame.time for frame in container.decode(video=0)]
    assert times[0] == 0
    assert times[-1] == pytest.approx(2.96, abs=1e-3)


def test_a_recording_from_the_middle_keeps_picture_and_sound_together(
    tmp_path: Path, make_clip: MakeClip, record: Any
) -> None:
    source = make_clip("source.mp4", video_s=9.0, audio_s=9.0)
    record(tmp_path / "x.mp4", source, seconds=1.0, start_s=7.0)
    by_data = {data: time_s for time_s, data in sound_of(source)}
    after = sound_of(tmp_path / "x.mp4")
    assert after[0][0] <= 0 < after[1][0] + 0.1
    assert after[-1][0] == pytest.approx(1.0, abs=0.03)
    shifts = {round(by_data[data] - time_s, 3) for time_s, data in after if data in by_data}
    assert len(after) > 40
    assert max(abs(shift - 7.0) for shift in shifts) <= 0.002


def test_longer_sound_ends_with_the_picture(tmp_path: Path, make_clip: MakeClip, record: Any) -> None:
    source = make_clip("source.mp4", audio_s=5.0)
    record(tmp_path / "x.mp4", source)
    assert times_of(sound_of(tmp_path / "x.mp4"))[-1] < 2.0
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert container.duration / av.time_base == pytest.approx(2.0, abs=0.03)


def test_a_short_tail_of_the_source_stays_whole(tmp_path: Path, make_clip: MakeClip, record: Any) -> None:
    source = make_clip("source.mp4", audio_s=2.2)
    record(tmp_path / "x.mp4", source)
    assert data_of(sound_of(tmp_path / "x.mp4")) == data_of(sound_of(source))


def test_shorter_sound_does_not_hold_back_the_picture(tmp_path: Path, make_clip: MakeClip, record: Any) -> None:
    source = make_clip("source.mp4", audio_s=0.5)
    record(tmp_path / "x.mp4", source)
    assert data_of(sound_of(tmp_path / "x.mp4")) == data_of(sound_of(source))
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert len(list(container.decode(video=0))) == 50


def test_adts_sound_of_a_transport_stream_fits(tmp_path: Path, make_clip: MakeClip, record: Any) -> None:
    source = make_clip("source.ts")
    recorder = record(tmp_path / "x.mp4", source)
    assert recorder.notice is None
    with av.open(str(tmp_path / "x.mp4")) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert samples / RATE_HZ == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("damage", ["missing", "garbage", "no sound", "cut off", "scrambled"])
def test_bad_sound_never_costs_the_picture(
    damage: str, tmp_path: Path, make_clip: MakeClip, record: Any, shared: Path
) -> None:
    source = tmp_path / "source.mkv"
    if damage == "garbage":
        source.write_bytes(bytes(range(256)) * 50)
    elif damage == "no sound":
        make_clip("source.mkv", audio_s=0.0)
    elif damage in ("cut off", "scrambled"):
        data = bytearray(make_clip("source.mkv", "mp2").read_bytes())
        if damage == "cut off":
            del data[len(data) // 2 :]
        else:
            noise = np.random.default_rng(0).integers(0, 256, len(data) - 6000, np.uint8)
            data[6000:] = noise.tobytes()
        source.write_bytes(data)
    recorder = record(tmp_path / "x.mp4", source)
    if damage in ("missing", "garbage", "no sound"):
        assert recorder.notice is not None
        assert recorder.notice.startswith("source.mkv: ")
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert len(list(container.decode(video=0))) == 50


@pytest.mark.shared
@pytest.mark.parametrize("name", ["one_face_360p.mp4", "no_face_540p.mp4", "face_then_none_540p.mov"])
def test_real_clips_keep_all_their_sound(name: str, tmp_path: Path, shared: Path, record: Any) -> None:
    source = shared / "media" / name
    with av.open(str(source)) as container:
        video = container.streams.video[0]
        seconds = float(video.duration * video.time_base)
    record(tmp_path / "x.mp4", source, seconds=seconds)
    before, after = sound_of(source), sound_of(tmp_path / "x.mp4")
    assert data_of(after) == data_of(before)
    assert times_of(after) == pytest.approx(times_of(before), abs=1e-3)


def test_sound_that_the_muxer_refuses_never_costs_the_picture(
    tmp_path: Path, make_clip: MakeClip, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unfiltered(track: AudioTrack) -> Iterator[Any]:
        for packet in track._source_packets():
            packet.stream = track._written
            yield packet

    monkeypatch.setattr(AudioTrack, "_copied", unfiltered)
    recorder = record(tmp_path / "x.mp4", make_clip("source.ts"))
    assert "the sound does not fit into x.mp4" in recorder.notice
    with av.open(str(tmp_path / "x.mp4")) as container:
        assert len(list(container.decode(video=0))) == 50
