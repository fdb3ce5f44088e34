from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from clips_to_encode import encode, moving

from mien.capture.excerpt import Part
from mien.capture.image_folder import ImageFolder
from mien.capture.open import open_source
from mien.capture.source_spec import parse_source
from mien.capture.synthetic import SyntheticSource
from mien.capture.video_file import VideoFile
from mien.errors import SourceError


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What a camera or a stream was asked for."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr("mien.capture.camera.CameraSource", lambda *args: calls.append(args))
    monkeypatch.setattr("mien.capture.stream.NetworkStream", lambda *args: calls.append(args))
    return calls


@pytest.mark.parametrize(
    ("spec", "which"),
    [
        ("camera", None),
        ("camera:", None),
        ("camera:1", "1"),
        ("0", "0"),
        ("/dev/video0", "/dev/video0"),
        ("/dev/v4l/by-id/x", "/dev/v4l/by-id/x"),
        ("camera:/dev/video9", "/dev/video9"),
        ("camera:Logitech: C920", "Logitech: C920"),
    ],
)
def test_cameras(asked: list[tuple[Any, ...]], spec: str, which: str | None) -> None:
    open_source(parse_source(spec))
    open_source(parse_source(spec), size_wh=(640, 480), fps=15)
    assert asked == [(which, (1280, 720), 30.0), (which, (640, 480), 15)]


@pytest.mark.parametrize("spec", ["rtsp://cam/1", "http://cam:8080/v.mjpg", "https://u:p@cam/x"])
def test_streams(asked: list[tuple[Any, ...]], spec: str) -> None:
    open_source(parse_source(spec))
    assert asked == [(spec,)]


def test_paths(clip: Callable[..., Path], tmp_path: Path) -> None:
    video = open_source(parse_source(str(clip("a.mp4", moving(3)))))
    assert isinstance(video, VideoFile)
    video.close()
    cv2.imwrite(str(tmp_path / "a.PNG"), moving(1)[0])
    assert isinstance(open_source(parse_source(str(tmp_path / "a.PNG"))), ImageFolder)
    assert isinstance(open_source(parse_source(f" {tmp_path} ")), ImageFolder)


def test_synthetic() -> None:
    source = open_source(parse_source("synthetic:640x480@25x100"))
    assert isinstance(source, SyntheticSource)
    info = source.info
    assert (info.width_px, info.height_px, info.fps, info.frame_count, info.is_live) == (640, 480, 25, 100, False)
    plain = open_source(parse_source("synthetic"), size_wh=(320, 240), fps=5).info
    assert (plain.width_px, plain.height_px, plain.fps, plain.frame_count) == (1280, 720, 30, None)
    assert open_source(parse_source("synthetic-live:64x48")).info.is_live
    assert open_source(parse_source("synthetic:@12.5")).info.fps == 12.5


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "  ",
        "nowhere.mp4",
        "nowhere.jpg",
        "~nobody-of-that-name/x.mp4",
        "a\0b",
        "x" * 5000,
        "synthetic:0x5",
        "synthetic:99999x99999",
        "synthetic:fast",
        "synthetic:64x48@0",
        "file:///etc/passwd",
        "ftp://host/x.mp4",
        "concat:a.mp4|b.mp4",
        "pipe:0",
        "subfile,,start,0,end,9,,:x",
        "gopher://x/",
        "data:video/mp4;base64,AAAA",
    ],
)
def test_bad_input_is_refused_in_one_line(spec: str) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(parse_source(spec))
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) > 20


def test_a_folder_named_by_a_number_is_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "3").mkdir()
    assert cv2.imwrite(str(tmp_path / "3" / "a.png"), np.zeros((6, 8, 3), np.uint8))
    monkeypatch.chdir(tmp_path)
    source = open_source(parse_source("3"))
    assert (source.info.name, source.info.frame_count) == ("3", 1)


def test_a_part_of_a_video_has_the_times_and_numbers_of_the_file(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", moving(100))
    source = open_source(parse_source(str(path)), part=Part(start_s=1.0, seconds=0.5))
    assert source.info.frame_count == 13
    frames = list(source.frames())
    assert [frame.index for frame in frames] == list(range(25, 38))
    assert frames[0].timestamp_s == pytest.approx(1.0)
    with pytest.raises(SourceError, match="leave the start out"):
        open_source(parse_source("synthetic"), part=Part(start_s=1.0))
    with pytest.raises(SourceError, match="leave the track out"):
        open_source(parse_source("synthetic"), part=Part(track=2))
