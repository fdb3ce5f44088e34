import contextlib
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips_to_encode import corner_names, corners, moving

from mien.capture.image_folder import ImageFolder
from mien.capture.listing import natural_key
from mien.errors import VideoUnreadable


def save(path: Path, value: int = 0, size_wh: tuple[int, int] = (8, 6)) -> Path:
    assert cv2.imwrite(str(path), np.full((size_wh[1], size_wh[0], 3), value, np.uint8))
    return path


def test_pictures_come_in_natural_order(tmp_path: Path) -> None:
    for number in (10, 2, 1, 33):
        save(tmp_path / f"img{number}.png", number)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "sub").mkdir()
    source = ImageFolder(tmp_path)
    assert source.info.frame_count == 4
    assert not source.info.is_live
    assert (source.info.width_px, source.info.height_px, source.info.fps) == (8, 6, 1.0)
    frames = list(source.frames())
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [1, 2, 10, 33]
    assert [(frame.index, frame.timestamp_s) for frame in frames] == [(0, 0.0), (1, 1.0), (2, 2.0), (3, 3.0)]
    assert source.notice is None


def test_natural_key() -> None:
    names = ["b1", "a10", "A2", "a2b", "10", "9"]
    assert sorted(names, key=natural_key) == ["9", "10", "A2", "a2b", "a10", "b1"]


def test_the_rate_sets_the_times(tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / f"{number}.png")
    assert [frame.timestamp_s for frame in ImageFolder(tmp_path, fps=4).frames()] == [0.0, 0.25, 0.5]


def test_unreadable_pictures_are_named_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "0.jpg").write_bytes(b"no picture")
    save(tmp_path / "1.png", 1)
    (tmp_path / "2.png").touch()
    save(tmp_path / "3.png", 3)
    source = ImageFolder(tmp_path)
    frames = list(source.frames())
    assert [(frame.index, frame.timestamp_s) for frame in frames] == [(1, 0.0), (3, 2.0)]
    assert source.notice == "2 of 4 pictures could not be read: 0.jpg, 2.png"


def test_one_picture(tmp_path: Path) -> None:
    path = save(tmp_path / 'ünï "x".png', 7)
    frames = list(ImageFolder(path).frames())
    assert len(frames) == 1
    assert frames[0].image.shape == (6, 8, 3)


def test_gray_alpha_and_16_bits_become_bgr(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "0.png"), np.full((6, 8), 130, np.uint8))
    cv2.imwrite(str(tmp_path / "1.png"), np.full((6, 8, 4), 130, np.uint8))
    cv2.imwrite(str(tmp_path / "2.png"), np.full((6, 8, 3), 130 * 257, np.uint16))
    for frame in ImageFolder(tmp_path).frames():
        np.testing.assert_array_equal(frame.image, np.full((6, 8, 3), 130, np.uint8))


@pytest.mark.parametrize(
    ("orientation", "expected"), [(1, "BGR."), (3, ".RGB"), (6, "RB.G"), (8, "G.BR"), (2, "GB.R")]
)
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, expected: str) -> None:
    ok, data = cv2.imencode(".jpg", corners(), [cv2.IMWRITE_JPEG_QUALITY, 95])
    assert ok
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0" + b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry + struct.pack("<I", 0)
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    jpeg = data.tobytes()
    (tmp_path / "a.jpg").write_bytes(jpeg[:2] + segment + jpeg[2:])
    (frame,) = ImageFolder(tmp_path / "a.jpg").frames()
    assert corner_names(frame.image) == expected


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(VideoUnreadable, match="no such"):
        ImageFolder(tmp_path / "none")
    with pytest.raises(VideoUnreadable, match="holds no pictures"):
        ImageFolder(tmp_path)
    (tmp_path / "a.png").write_bytes(b"x")
    with pytest.raises(VideoUnreadable, match="not a picture"):
        ImageFolder(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"x")
    with pytest.raises(VideoUnreadable, match="none of its 2"):
        ImageFolder(tmp_path)


def test_close_ends_the_frames(tmp_path: Path) -> None:
    for number, image in enumerate(moving(5)):
        cv2.imwrite(str(tmp_path / f"{number}.png"), image)
    source = ImageFolder(tmp_path)
    frames = source.frames()
    next(frames)
    source.close()
    assert list(frames) == []


def test_what_macos_puts_beside_pictures_is_skipped(tmp_path: Path) -> None:
    for number in range(3):
        save(tmp_path / f"{number}.jpg", number)
        (tmp_path / f"._{number}.jpg").write_bytes(b"\0\5\26\7\0\2\0\0Mac OS X        ")
    source = ImageFolder(tmp_path)
    assert [frame.index for frame in source.frames()] == [0, 1, 2]
    assert source.notice is None


@pytest.mark.parametrize(
    ("suffix", "damage"),
    [
        *((suffix, "cut") for suffix in (".png", ".jpg", ".webp", ".tif", ".bmp", ".jp2")),
        *((suffix, "zeros") for suffix in (".png", ".jpg", ".webp", ".bmp", ".jp2")),
    ],
)
def test_a_damaged_picture_says_nothing_by_itself(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], suffix: str, damage: str
) -> None:
    noise = np.random.default_rng(4).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    data = bytearray(cv2.imencode(suffix, noise)[1].tobytes())
    middle = len(data) // 2
    if damage == "cut":
        del data[middle:]
    else:
        data[middle : middle + 60] = bytes(60)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    with contextlib.suppress(VideoUnreadable):  # what zeros do depends on the format
        assert next(iter(ImageFolder(path).frames())).size_wh == (300, 200)
        assert damage == "zeros"
    assert capfd.readouterr() == ("", "")


def test_a_giant_picture_is_refused_before_its_pixels_are_there(tmp_path: Path) -> None:
    """20,000x20,000 pixels in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    path = tmp_path / "giant.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(999))))
    with pytest.raises(VideoUnreadable, match="more than 160 megapixels"):
        ImageFolder(path)


@pytest.mark.parametrize(("name", "lossless"), [("a.tiff", {}), ("a.webp", {"lossless": True}), ("a.png", {})])
def test_every_page_is_a_picture(tmp_path: Path, name: str, lossless: dict[str, bool]) -> None:
    from PIL import Image as pillow

    pages = [pillow.new("RGB", (16, 12), (value, value, value)) for value in (10, 90, 200)]
    pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:], **lossless)
    save(tmp_path / "b.jpg", 60)
    source = ImageFolder(tmp_path)
    assert source.info.frame_count == 4
    frames = list(source.frames())
    assert [int(frame.image[5, 5, 0]) for frame in frames] == [10, 90, 200, 60]
    assert [frame.index for frame in frames] == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["a.webp", "a.png"])
def test_frames_of_an_animation_come_when_it_shows_them(tmp_path: Path, name: str) -> None:
    from PIL import Image as pillow

    pages = [pillow.new("RGB", (16, 12), (value, value, value)) for value in (10, 90, 200)]
    pages[0].save(tmp_path / name, save_all=True, append_images=pages[1:], duration=[100, 250, 50])
    source = ImageFolder(tmp_path / name)
    assert [frame.timestamp_s for frame in source.frames()] == [0.0, 0.1, 0.35]
    assert source.info.fps == pytest.approx(2 / 0.35)
    # In a folder it is one of several pictures, each a second after the other.
    assert [frame.timestamp_s for frame in ImageFolder(tmp_path).frames()] == [0.0, 1.0, 2.0]


def test_photos_of_phones_are_whole(tmp_path: Path) -> None:
    import pillow_heif
    from PIL import Image as pillow

    pixels = np.zeros((80, 128, 3), np.uint8)
    pixels[:, 64:] = 220
    picture = pillow.fromarray(pixels)
    pillow_heif.from_pillow(picture).save(tmp_path / "a.heic", quality=95)
    picture.save(tmp_path / "b.avif", quality=95)
    for frame in ImageFolder(tmp_path).frames():
        assert frame.image.shape == (80, 128, 3)
        assert frame.image[40, 20].max() < 20
        assert frame.image[40, 110].min() > 200
