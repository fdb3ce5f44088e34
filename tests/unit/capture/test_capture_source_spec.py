"""What a name means: understood in one place."""

import os
from pathlib import Path

import pytest

from mien.capture.open import open_source
from mien.capture.source_spec import SourceSpec, kind_of_source, parse_source
from mien.core.frame import SourceKind
from mien.errors import SourceError


@pytest.mark.parametrize(
    ("text", "kind", "camera"),
    [
        ("camera", SourceKind.CAMERA, ""),
        (" camera: 1 ", SourceKind.CAMERA, "1"),
        ("camera:Logitech: C920", SourceKind.CAMERA, "Logitech: C920"),
        ("0", SourceKind.CAMERA, "0"),
        ("/dev/video7", SourceKind.CAMERA, "/dev/video7"),
        ("synthetic", SourceKind.SYNTHETIC, ""),
        ("synthetic-live:64x48", SourceKind.SYNTHETIC, ""),
        ("rtsp://door/1", SourceKind.STREAM, ""),
        ("HTTP://host/x.mp4", SourceKind.STREAM, ""),
    ],
)
def test_what_is_no_place(text: str, kind: SourceKind, camera: str) -> None:
    assert parse_source(text) == SourceSpec(text.strip(), kind, camera=camera)
    assert not kind.is_place


def test_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkdir("3")
    Path("camera").touch()
    for text, kind, is_picture in (
        ("3", SourceKind.FOLDER, False),
        ("./camera", SourceKind.FILE, False),
        ("clip.mp4", SourceKind.FILE, False),
        ("C:\\clip.mp4", SourceKind.FILE, False),
        ("photo.JPG", SourceKind.FILE, True),
        ("synthetic.mp4", SourceKind.FILE, False),
    ):
        spec = parse_source(text)
        assert (spec.kind, spec.is_picture, spec.path) == (kind, is_picture, Path(text)), text
        assert spec.is_video is (kind is SourceKind.FILE and not is_picture)
    assert parse_source("~/x.mp4").path == Path.home() / "x.mp4"


def test_nothing_is_no_source() -> None:
    assert kind_of_source("  ") is None
    with pytest.raises(SourceError, match="name a file"):
        parse_source("")


def test_an_open_source_says_what_it_is(tmp_path: Path) -> None:
    from mien.session.origin import NetworkInUse, first_document
    from mien.settings import Settings

    source = open_source(parse_source("synthetic:64x48x2"))
    network = NetworkInUse("net", ("neutral", "happiness"))
    document = first_document(
        source.info, (network,), Settings(), video=None, overlay_video=None, readings=("readings.csv",)
    )
    assert document.source.kind == "synthetic"
