"""Files as cameras, phones and recorders write them: what a player shows is what is read."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.filter import Graph
from clips_to_encode import silence

from mien.capture.picture import fitted
from mien.capture.seekable import SeekableVideo
from mien.capture.tone_map import HLG, PQ, ordinary
from mien.capture.video_file import VideoFile
from mien.core.arrays import Image
from mien.core.frame import Frame
from mien.errors import VideoUnreadable

Clip = Callable[..., Path]


def grays(count: int, size_wh: tuple[int, int] = (64, 48)) -> list[Image]:
    """Pictures that can be told apart by their brightness."""
    return [np.full((size_wh[1], size_wh[0], 3), 40 + 160 * n // count, np.uint8) for n in range(count)]


def read(path: Path, **choices: Any) -> tuple[VideoFile, list[Frame]]:
    source = VideoFile(path, **choices)
    return source, list(source.frames())


def write_tracks(path: Path, tracks: Sequence[tuple[str, list[tuple[float, Image]]]], sound: bool = False) -> Path:
    """Write video tracks, each a title and its pictures with their times, and a second of sound from 0."""
    base = Fraction(1, 1000)
    with av.open(str(path), "w") as container:
        streams: list[Any] = []
        for title, pictures in tracks:
            stream: Any = container.add_stream("libx264", rate=25)
            stream.height, stream.width = pictures[0][1].shape[:2]
            stream.pix_fmt = "yuv420p"
            stream.metadata["title"] = title
            stream.codec_context.time_base = stream.time_base = base
            streams.append(stream)
        audio: Any = container.add_stream("aac", rate=44100) if sound else None
        if audio is not None:
            container.mux(audio.encode(silence()))
            container.mux(audio.encode(None))
        for stream, (_, pictures) in zip(streams, tracks, strict=True):
            for time_s, picture in pictures:
                frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
                frame.pts, frame.time_base = round(time_s * 1000), base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("name", ["dim.mkv", "dim.mp4"])
def test_a_rate_that_falls_on_the_way_is_no_damage(clip: Clip, name: str) -> None:
    times_ms = [round(n * 1000 / 30) for n in range(60)] + [2000 + round(n * 1000 / 15) for n in range(90)]
    source, frames = read(clip(name, grays(150), times_ms=times_ms))
    assert len(frames) == 150
    assert source.notice is None
    assert [frame.timestamp_s for frame in frames] == pytest.approx([ms / 1000 for ms in times_ms], abs=1e-3)


def test_a_last_picture_that_stands_long_is_no_damage(clip: Clip) -> None:
    source, frames = read(clip("slides.mkv", grays(5), times_ms=[0, 4000, 8000, 12000, 16000]))
    assert len(frames) == 5
    assert source.notice is None


@pytest.mark.parametrize("name", ["late.mp4", "late.mkv"])
def test_pictures_that_begin_after_the_sound_stand_where_a_player_shows_them(tmp_path: Path, name: str) -> None:
    pictures = [(0.5 + n / 25, picture) for n, picture in enumerate(grays(10))]
    path = write_tracks(tmp_path / name, [("", pictures)], sound=True)
    source, frames = read(path)
    times_s = [frame.timestamp_s for frame in frames]
    assert times_s == pytest.approx([time_s for time_s, _ in pictures], abs=0.03)
    assert source.notice is None
    seekable = SeekableVideo(path)
    assert seekable.index.times_s.tolist() == pytest.approx(times_s, abs=1e-6)
    assert seekable.zero_s == pytest.approx(0.0, abs=0.03)
    seekable.close()


def test_twelve_hundred_pictures_a_second_keep_their_steps(tmp_path: Path) -> None:
    path, base = tmp_path / "fast.mp4", Fraction(1, 12_000)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=1200)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = stream.time_base = base
        for number, picture in enumerate(grays(30)):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = number * 10, base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source, frames = read(path)
    assert [frame.timestamp_s for frame in frames] == pytest.approx([n / 1200 for n in range(30)], abs=1e-6)
    assert source.info.fps == pytest.approx(1200)


def test_an_excerpt_has_the_numbers_and_times_of_the_file(clip: Clip) -> None:
    path = clip("long.mp4", grays(100))
    whole = read(path)[1]
    source, frames = read(path, start_s=2.5)
    assert [(frame.index, frame.timestamp_s) for frame in frames] == [
        (frame.index, frame.timestamp_s) for frame in whole if frame.timestamp_s >= 2.5
    ]
    assert np.array_equal(frames[0].image, whole[frames[0].index].image)
    assert source.info.start_s == 2.5
    with pytest.raises(VideoUnreadable, match=r"last picture stands at 4\.0 s"):
        VideoFile(path, start_s=60.0)


def test_several_video_tracks_are_said_and_can_be_chosen(tmp_path: Path) -> None:
    dark, bright = np.full((48, 64, 3), 20, np.uint8), np.full((48, 64, 3), 220, np.uint8)
    tracks = [(title, [(n / 25, shade) for n in range(5)]) for title, shade in (("Sky", dark), ("Man", bright))]
    path = write_tracks(tmp_path / "two.mkv", tracks)
    source, frames = read(path)
    assert frames[0].image.mean() < 40
    assert source.info.remarks == ('has 2 video tracks: 1 "Sky", 2 "Man"; track 1 is read (choose with --track)',)
    assert read(path, track=2)[1][0].image.mean() > 200
    with pytest.raises(VideoUnreadable, match="no video track 3"):
        VideoFile(path, track=3)


def test_a_size_that_changes_on_the_way_stays_in_one_grid(tmp_path: Path) -> None:
    path = tmp_path / "two.ts"  # transport streams can be joined by writing one after the other
    parts = []
    for n, size_wh in enumerate([(128, 96), (64, 48)]):
        part = tmp_path / f"{n}.ts"
        write_tracks(part, [("", [(n * 2 + k / 25, p) for k, p in enumerate(grays(20, size_wh))])])
        parts.append(part.read_bytes())
    path.write_bytes(b"".join(parts))
    source, frames = read(path)
    assert len(frames) >= 36
    assert {frame.size_wh for frame in frames} == {(128, 96)}
    assert source.info.remarks == ("scaled to 128x96, since its size changes on the way",)


def test_another_shape_is_fitted_without_distorting_it() -> None:
    wide = np.full((50, 200, 3), 255, np.uint8)
    picture = fitted(wide, (100, 100))
    rows = picture.mean(axis=(1, 2))
    assert (rows > 128).sum() == 25
    assert rows[:30].max() == 0


def test_interlaced_pictures_lose_their_combs(tmp_path: Path) -> None:
    """The two fields show a bar at different places; what is read shows the bar of the first field alone."""
    path = tmp_path / "interlaced.mpg"
    fields = [np.full((48, 128, 3), 30, np.uint8) for _ in range(2)]
    fields[0][:, 20:40] = fields[1][:, 80:100] = 230
    graph = Graph()
    source = graph.add_buffer(width=128, height=48, format="yuv420p", time_base=Fraction(1, 50))  # type: ignore[arg-type]
    weave, sink = graph.add("weave", "first_field=top"), graph.add("buffersink")
    source.link_to(weave)
    weave.link_to(sink)
    graph.configure()
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg2video", rate=25, options={"flags": "+ildct+ilme", "b": "8M"})
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        for number in range(16):
            picture = av.VideoFrame.from_ndarray(fields[number % 2], format="bgr24").reformat(format="yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 50)
            graph.push(picture)
            if number % 2:
                container.mux(stream.encode(graph.pull()))
        container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        assert next(container.decode(video=0)).interlaced_frame
    video, frames = read(path)
    columns = frames[2].image[:, :, 0].mean(axis=0)
    assert columns[30] > 200
    assert columns[90] < 60
    assert "de-interlaced" in video.info.remarks


@pytest.mark.parametrize(("transfer", "white"), [(HLG, 0.75), (PQ, 0.58)])
def test_white_of_hdr_is_nearly_white_and_grays_rise(transfer: int, white: float) -> None:
    """203 cd/m² lies at 75 % of the HLG signal and 58 % of the PQ signal (ITU-R BT.2408-7, table 1)."""
    signal = np.repeat(np.linspace(0, 1, 101)[:, None], 3, axis=1)
    shown = ordinary(signal, transfer)
    assert np.ptp(shown, axis=1).max() < 0.01
    assert (np.diff(shown[:, 0]) >= -1e-9).all()
    assert shown[0, 0] < 0.01
    assert 0.93 < float(np.interp(white, signal[:, 0], shown[:, 0])) < 1.0
    assert shown[-1, 0] > 0.99


@pytest.mark.parametrize(("transfer", "name"), [("arib-std-b67", "HLG"), ("smpte2084", "PQ")])
def test_hdr_video_is_tone_mapped(tmp_path: Path, transfer: str, name: str) -> None:
    path = tmp_path / "hdr.mp4"
    gray = np.full((48, 64), int(0.5 * 876 + 64) if name == "HLG" else int(0.44 * 876 + 64), np.uint16)
    chroma = np.full((24, 32), 512, np.uint16)
    parameters = f"colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25, options={"x264-params": parameters})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p10le"
        for _ in range(5):
            frame = av.VideoFrame(64, 48, "yuv420p10le")
            for plane, values in zip(frame.planes, (gray, chroma, chroma), strict=True):
                rows = np.zeros((plane.height, plane.line_size // 2), np.uint16)
                rows[:, : values.shape[1]] = values
                plane.update(rows.tobytes())
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source, frames = read(path)
    signal = np.full(3, 0.5 if name == "HLG" else 0.44)
    expected = float(ordinary(signal, HLG if name == "HLG" else PQ)[0]) * 255
    assert frames[2].image.mean() == pytest.approx(expected, abs=3)
    assert f"tone-mapped from {name} to BT.709" in source.info.remarks
