import os
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from clips_to_encode import corner_names, corners, moving, silence

from mien.capture.video_file import VideoFile
from mien.core.frame import Frame
from mien.errors import VideoUnreadable

Clip = Callable[..., Path]


def read(path: Path) -> tuple[VideoFile, list[Frame]]:
    source = VideoFile(path)
    return source, list(source.frames())


def refusal(path: Path) -> str:
    with pytest.raises(VideoUnreadable) as caught:
        VideoFile(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_every_frame_comes_once_at_its_time(clip: Clip) -> None:
    source, frames = read(clip("a.mp4", moving(30)))
    assert source.info.name == "a.mp4"
    assert (source.info.width_px, source.info.height_px) == (64, 48)
    assert source.info.fps == pytest.approx(25, abs=0.01)
    assert not source.info.is_live
    assert not source.info.has_audio
    assert source.info.frame_count == 30
    assert [frame.index for frame in frames] == list(range(30))
    assert [frame.timestamp_s for frame in frames] == pytest.approx([n / 25 for n in range(30)])
    assert source.notice is None
    assert not frames[0].image.flags.writeable


def test_variable_frame_rate_keeps_its_times(clip: Clip) -> None:
    times_ms = [500, 520, 600, 1600, 1633, 3000]
    _, frames = read(clip("vfr.mkv", moving(6), times_ms=times_ms))
    assert [frame.timestamp_s for frame in frames] == pytest.approx([(t - 500) / 1000 for t in times_ms])


def test_b_frames_come_in_order_of_presentation(clip: Clip) -> None:
    path = clip("b.mp4", moving(40), options={"bf": "3", "b-adapt": "0"})
    with av.open(str(path)) as container:
        assert any(packet.pts != packet.dts for packet in container.demux(video=0) if packet.size)
    _, frames = read(path)
    assert [frame.timestamp_s for frame in frames] == pytest.approx([n / 25 for n in range(40)])


@pytest.mark.parametrize(
    ("rotation_deg", "hflip", "expected", "size_wh"),
    [
        (0, False, "BGR.", (64, 48)),
        (90, False, "G.BR", (48, 64)),
        (180, False, ".RGB", (64, 48)),
        (-90, False, "RB.G", (48, 64)),
        (0, True, "GB.R", (64, 48)),
    ],
)
def test_rotation_metadata_is_applied(
    clip: Clip, rotation_deg: int, hflip: bool, expected: str, size_wh: tuple[int, int]
) -> None:
    path = clip("r.mp4", [corners()] * 3, rotation_deg=rotation_deg, hflip=hflip)
    source, frames = read(path)
    assert (source.info.width_px, source.info.height_px) == size_wh
    assert {frame.size_wh for frame in frames} == {size_wh}
    assert {corner_names(frame.image) for frame in frames} == {expected}


@pytest.mark.parametrize("size_wh", [(1, 1), (7, 5), (3, 200), (641, 359)])
def test_odd_sizes(clip: Clip, size_wh: tuple[int, int]) -> None:
    images = moving(3, *size_wh)
    _, frames = read(clip("odd.mkv", images, codec="ffv1", pix_fmt="bgr0"))
    assert len(frames) == 3
    for frame, image in zip(frames, images, strict=True):
        np.testing.assert_array_equal(frame.image, image)


def test_a_picture_of_32_megapixels(clip: Clip) -> None:
    image = np.full((4000, 8000, 3), (200, 100, 50), np.uint8)
    source, frames = read(clip("large.avi", [image], codec="mjpeg", pix_fmt="yuvj420p"))
    assert (source.info.width_px, source.info.height_px) == (8000, 4000)
    assert np.abs(frames[0].image[::500, ::500].astype(int) - (200, 100, 50)).max() <= 3


@pytest.mark.parametrize(
    ("codec", "pix_fmt"),
    [
        ("ffv1", "gray"),
        ("ffv1", "gray10le"),
        ("ffv1", "bgra"),
        ("ffv1", "yuva420p"),
        ("ffv1", "yuv444p10le"),
        ("libx264", "yuv420p10le"),
        ("png", "rgba"),
        ("png", "gray"),
    ],
)
def test_pixel_formats_become_bgr(clip: Clip, codec: str, pix_fmt: str) -> None:
    grey = np.full((32, 48, 3), 130, np.uint8)
    _, frames = read(clip("a.avi" if codec == "png" else "a.mkv", [grey] * 2, codec=codec, pix_fmt=pix_fmt))
    assert frames[0].image.shape == (32, 48, 3)
    assert np.abs(frames[0].image.astype(int) - 130).max() <= 4  # the encoder rounds the chroma


def test_an_animated_gif(clip: Clip) -> None:
    _, frames = read(clip("a.gif", [np.full((32, 48, 3), 130, np.uint8)] * 2, codec="gif", pix_fmt="bgr8"))
    assert len(frames) == 2
    assert np.abs(frames[0].image.mean(axis=(0, 1)) - 130).max() <= 15  # 8 bits, dithered


@pytest.mark.parametrize("tag", [(1, 1), (5, 1), (1, 2), (5, 2)], ids=["709", "601", "709 full", "601 full"])
@pytest.mark.parametrize("colour", [(30, 30, 220), (200, 60, 40), (40, 190, 40)])
def test_colours_are_right_in_every_colour_space(
    clip: Clip, tag: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    image = np.full((32, 32, 3), colour, np.uint8)
    _, frames = read(clip("c.mkv", [image] * 2, codec="ffv1", pix_fmt="yuv444p", tag=tag))
    assert np.abs(frames[0].image[16, 16].astype(int) - colour).max() <= 3


def test_frames_without_times_are_spaced_evenly(clip: Clip, tmp_path: Path) -> None:
    raw = tmp_path / "raw.h264"
    encoded = clip("a.mp4", moving(10), options={"bf": "0"})
    with av.open(str(encoded)) as source, av.open(str(raw), "w", format="h264") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    _, frames = read(raw)
    times = [frame.timestamp_s for frame in frames]
    assert len(times) == 10
    assert times[0] == 0
    assert np.diff(times).min() > 0
    assert np.diff(times) == pytest.approx([0.04] * 9, abs=0.001)


def test_sound_is_noticed(clip: Clip) -> None:
    source = VideoFile(clip("s.mp4", moving(5), with_sound=True))
    assert source.info.has_audio
    source.close()


def test_missing_folder_empty_and_device(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "none.mp4")
    assert "folder" in refusal(tmp_path)
    (tmp_path / "empty.mp4").touch()
    assert "empty" in refusal(tmp_path / "empty.mp4")
    if Path("/dev/null").is_char_device():
        assert "regular file" in refusal(Path("/dev/null"))


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes with names here")
    os.mkfifo(tmp_path / "pipe.mp4")
    assert "regular file" in refusal(tmp_path / "pipe.mp4")


@pytest.mark.parametrize("name", ["a.mp4", "a.txt", "a.avi", "a.ans"])
def test_what_is_no_video_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("hello world, this is a text and not a video\n" * 200)
    assert "not a video" in refusal(tmp_path / name)
    (tmp_path / name).write_bytes(np.random.default_rng(1).bytes(50_000))
    assert str(tmp_path / name) in refusal(tmp_path / name)


def test_a_song_with_a_cover_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=44100)
        container.mux(stream.encode(silence()))
        container.mux(stream.encode(None))
    assert "sound but no pictures" in refusal(path)


def test_cut_off_before_its_index(clip: Clip, tmp_path: Path) -> None:
    whole = clip("whole.mp4", moving(30)).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 2])
    assert "cut off" in refusal(cut)


@pytest.mark.parametrize("name", ["whole.mp4", "whole.mkv"])
def test_cut_off_in_the_middle_keeps_what_is_there(clip: Clip, tmp_path: Path, name: str) -> None:
    rng = np.random.default_rng(2)
    noise = [rng.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(100)]
    path = clip(name, noise, container_options={"movflags": "faststart"} if name.endswith("mp4") else None)
    cut = path.with_stem("cut")
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source, frames = read(cut)
    assert 30 <= len(frames) <= 60
    assert source.notice is not None
    assert "cut off" in source.notice
    if name.endswith("mp4"):
        assert f"{len(frames)} of 100" in source.notice
    else:  # Matroska does not count its frames
        assert f"end at {frames[-1].timestamp_s:.1f} s of 4.0 s" in source.notice


def test_damage_in_the_middle_is_skipped(clip: Clip) -> None:
    rng = np.random.default_rng(3)
    noise = [rng.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(100)]
    path = clip("bad.mp4", noise, options={"g": "10"}, container_options={"movflags": "faststart"})
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = bytes(20_000)
    path.write_bytes(data)
    source, frames = read(path)
    assert 80 <= len(frames) < 100
    assert frames[-1].timestamp_s > 3.5
    assert np.diff([frame.timestamp_s for frame in frames]).min() > 0
    assert source.notice is not None
    assert "bad.mp4" in source.notice


def test_protocols_and_playlists_stay_shut(clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip("real.mp4", moving(5))
    monkeypatch.chdir(tmp_path)
    assert "no such file" in refusal(Path("concat:real.mp4|real.mp4"))
    assert "no such file" in refusal(Path("subfile,,start,0,end,0,,:real.mp4"))
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nreal.mp4\n#EXT-X-ENDLIST\n")
    assert "not a video" in refusal(tmp_path / "list.m3u8")
    (tmp_path / "list.mp4").write_text("ffconcat version 1.0\nfile real.mp4\n")
    assert "not a video" in refusal(tmp_path / "list.mp4")
    (tmp_path / "s.sdp").write_text("v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n")
    assert "not a video" in refusal(tmp_path / "s.sdp")


def test_a_file_may_be_called_like_a_protocol(clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt":
        pytest.skip("Windows has no such names")
    clip("real.mp4", moving(5)).rename(tmp_path / "concat:x.mp4")
    monkeypatch.chdir(tmp_path)
    _, frames = read(Path("concat:x.mp4"))
    assert len(frames) == 5


def test_close_ends_the_frames_and_frees_the_file(clip: Clip) -> None:
    source = VideoFile(clip("a.mp4", moving(50)))
    frames = source.frames()
    next(frames)
    source.close()
    source.close()
    assert list(frames) == []
    unread = VideoFile(clip("b.mp4", moving(5)))
    unread.close()
    assert list(unread.frames()) == []


@pytest.mark.shared
def test_a_real_clip(shared: Path) -> None:
    source, frames = read(shared / "media" / "one_face_336p.mp4")
    assert len(frames) == 115
    assert source.info.frame_count == 115
    assert frames[0].size_wh == (596, 336)
    assert source.notice is None
