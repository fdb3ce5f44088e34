"""Any frame of a file, exactly: each carries its number burnt in."""

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from mien.capture.seekable import SeekableVideo
from mien.capture.video_file import VideoFile
from mien.core.arrays import Image
from mien.errors import VideoUnreadable

BITS = 10
CELL_PX = 16


def numbered(number: int) -> Image:
    """A picture that carries its number as a row of black and white cells, above noise that wants bits."""
    image = np.full((CELL_PX * 4, CELL_PX * BITS, 3), 128, np.uint8)
    for bit in range(BITS):
        image[:CELL_PX, bit * CELL_PX : (bit + 1) * CELL_PX] = 255 if number >> bit & 1 else 0
    shift = number * 3 % (CELL_PX * BITS)
    image[CELL_PX * 2 :, shift : shift + CELL_PX] = 220
    return image


def number_of(image: Image) -> int:
    cells = image[CELL_PX // 2, CELL_PX // 2 :: CELL_PX].mean(axis=1)[:BITS]
    return int(sum(1 << bit for bit, level in enumerate(cells) if level > 128))


def write(
    path: Path, count: int, codec: str, options: dict[str, str], *, uneven: bool = False, bframes: int = 0
) -> None:
    """Encode ``count`` numbered frames, at 25 a second or at uneven times."""
    clock = random.Random(3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height = CELL_PX * BITS, CELL_PX * 4
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.max_b_frames = bframes
        stamp = 0
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(numbered(number), format="bgr24")
            frame.pts, frame.time_base = stamp, Fraction(1, 1000)
            stamp += clock.choice((10, 33, 40, 120)) if uneven else 40
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


FILES: dict[str, Callable[[Path], Path]] = {}


def kind(name: str, codec: str, options: dict[str, str], **more: bool | int) -> None:
    def make(folder: Path) -> Path:
        path = folder / name
        write(path, 130, codec, options, **more)  # type: ignore[arg-type]
        return path

    FILES[name] = make


kind("bframes.mp4", "libx264", {"g": "30", "bf": "3", "crf": "12"}, bframes=3)
kind("uneven.mkv", "libx264", {"g": "48", "bf": "2", "crf": "12"}, uneven=True, bframes=2)
kind("one_key.mp4", "libx264", {"g": "1000", "bf": "3", "crf": "12", "sc_threshold": "0"}, bframes=3)
kind("open_gop.mkv", "libx264", {"x264-params": "open-gop=1:keyint=25:bframes=3:crf=12"}, bframes=3)
kind("stream.ts", "libx264", {"g": "30", "bf": "2", "crf": "12"}, bframes=2)
kind("old.avi", "mpeg4", {"g": "12", "qscale": "2"})
kind("old_b.avi", "mpeg4", {"g": "12", "qscale": "2", "bf": "2"}, bframes=2)
kind("web.webm", "libvpx-vp9", {"g": "40", "deadline": "realtime", "cpu-used": "8", "crf": "20"}, uneven=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seekable")


@pytest.mark.parametrize("name", list(FILES))
def test_every_frame_is_the_one_asked_for_in_any_order(name: str, folder: Path) -> None:
    path = FILES[name](folder)
    straight = list(VideoFile(path).frames())
    video = SeekableVideo(path)
    try:
        count = video.info.frame_count
        assert count == len(straight) == 130
        assert np.allclose(video.index.times_s, [frame.timestamp_s for frame in straight], atol=1e-9)
        asked = random.Random(1).sample(range(count), 40) + list(range(count - 1, count - 40, -1)) + [0, 1, 2, 129]
        for position in asked:
            frame = video.frame(position, behind=position % 3 * 12)
            assert number_of(frame.image) == position
            assert frame.index == position
            assert frame.timestamp_s == straight[position].timestamp_s
            assert np.array_equal(frame.image, straight[position].image)
    finally:
        video.close()


def test_a_time_gives_the_frame_on_screen(folder: Path) -> None:
    video = SeekableVideo(FILES["uneven.mkv"](folder))
    try:
        times_s = video.index.times_s
        for position in (0, 7, 60, 129):
            assert video.index.at(times_s[position]) == position
            assert video.index.at(times_s[position] + 0.004) == position
        assert video.index.at(-5.0) == 0
        assert video.index.at(1e6) == 129
        assert video.duration_s > times_s[-1]
    finally:
        video.close()


def test_stepping_back_decodes_a_group_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video = SeekableVideo(FILES["one_key.mp4"](folder))
    seeks: list[int] = []
    seek = video._seek
    monkeypatch.setattr(video, "_seek", lambda key: (seeks.append(key), seek(key)))
    try:
        for position in range(100, 76, -1):
            assert number_of(video.frame(position, behind=24).image) == position
        assert len(seeks) <= 2
    finally:
        video.close()


def test_a_cut_off_file_shows_what_is_there(folder: Path, tmp_path: Path) -> None:
    whole = FILES["uneven.mkv"](folder)
    cut = tmp_path / "cut.mkv"
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) * 2 // 3])
    video = SeekableVideo(cut)
    try:
        count = len(video.index)
        assert 40 < count < 130
        assert number_of(video.frame(count // 2).image) == count // 2
        video.frame(count - 1)
    finally:
        video.close()


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "note.mp4"
    path.write_text("no video")
    with pytest.raises(VideoUnreadable, match=r"note\.mp4"):
        SeekableVideo(path)
