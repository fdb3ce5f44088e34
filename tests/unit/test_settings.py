import os
from pathlib import Path

import msgspec
import pytest

from mien.errors import SettingsError
from mien.settings import Settings, load_settings, save_settings


def test_without_a_file_there_are_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == Settings()


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    settings = Settings().changed(
        reading={"model": "mien-m"},
        shown={"smoothing_s": 0.0},
        camera={"size_wh": (640, 480)},
        window={"geometry": bytes(range(256)), "overlay": False},
    )
    save_settings(settings, path)
    assert load_settings(path) == settings
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


def test_names_of_files_that_are_no_utf_8_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    folder = os.fsdecode(b"/home/M\xfcller/J\xc3\xbcrgen")
    settings = Settings().changed(batch={"folder": folder}, window={"recent_files": (f"{folder}/a.mp4",)})
    save_settings(settings, path)
    assert load_settings(path) == settings
    assert "Jürgen" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "start with defaults"),
        (b'{"shown": {"smoothing_s": NaN}}', "start with defaults"),
        (b"\xff\xfe\x00", "start with defaults"),
        (b'{"shown": {"smoothing_s": -1}}', r"\$\.shown\.smoothing_s"),
        (b'{"compute": {"provider": "quantum"}}', r"\$\.compute\.provider"),
        (b'{"window": {"overlay": "1"}}', r"\$\.window\.overlay"),
        (b'{"window": {"geometry": "no base64"}}', r"\$\.window\.geometry"),
        (b'{"camera": []}', r"\$\.camera"),
        (b'{"smoothing_s": -1}', r"\$\.shown\.smoothing_s"),
        (b'{"consented": true, "window": 5, "recent_files": 1}', r"\$\.window\.recent_files"),
        (b"[]", "start with defaults"),
        (b"[" * 100_000, "start with defaults"),
        (b" " * 1_000_001, "too large"),
    ],
)
def test_an_unusable_file_gives_one_line_with_the_remedy(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=message) as raised:
        load_settings(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_fields_of_a_newer_version_are_no_error(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"camera": {"mirror": false, "zoom": 2}, "from_the_future": 1}')
    assert load_settings(path) == Settings().changed(camera={"mirror": False})


OLD = {
    "source": "camera:1",
    "camera_size_wh": [640, 480],
    "camera_fps": 60.0,
    "model": "mien-m",
    "compare": "mien-s",
    "detector": "yunet",
    "yunet_file": "/nets/y.onnx",
    "provider": "cpu",
    "threads": 3,
    "every": 2,
    "min_face_score": 0.7,
    "min_confidence": 0.6,
    "smoothing_s": 0.0,
    "mirror": False,
    "cover": "blur",
    "video_codec": "av1",
    "video_hardware": "any",
    "video_quality": "best",
    "session_folder": "/data",
    "batch_kind": "files",
    "batch_folder": "/out",
    "batch_video": True,
    "batch_readings": ".parquet",
    "batch_jobs": 4,
    "lsl": True,
    "websocket_port": 8765,
    "virtual_camera": "any",
    "relative": True,
    "countdown_s": 3,
    "timeline": "curves",
    "shows_seen": True,
    "theme": "light",
    "consented": True,
    "recent_files": ["/videos/a.mp4"],
    "window": {
        "place": "AAEC",
        "folder": "/videos",
        "batch_folder": "/study",
        "export": "/exports",
        "overlay": "0",
        "muted": "1",
        "curves": "happiness\nfear",
    },
}
"""All that a file without groups could hold, each with another value than the default."""


def test_every_choice_of_a_file_without_groups_is_taken_over_and_saved_in_groups(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(msgspec.json.encode(OLD))
    settings, plain = load_settings(path), Settings()
    same = [
        f"{group}.{name}"
        for group in Settings.__struct_fields__
        for name in getattr(plain, group).__struct_fields__
        if getattr(getattr(settings, group), name) == getattr(getattr(plain, group), name)
    ]
    # What files without groups never held.
    assert same == [
        "camera.rotate_deg",
        "reading.added_detector",
        "reading.faces_are_crops",
        "reading.recognise_people",
        "reading.face_details",
        "shown.prior",
        "shown.auto_neutral",
        "own.expressions",
        "own.text",
        "profiles.kept",
        "events.types",
        "video.record_overlay",
        "video.keep_thumbnails",
        "overlay.box",
        "overlay.label",
        "overlay.bars",
        "overlay.gauges",
        "overlay.mesh",
        "integrations.added",
        "batch.start_s",
        "batch.seconds",
        "batch.profile",
        "batch.notify",
        "window.text_percent",
        "window.keys",
        "window.exports",
        "window.views",
    ]
    assert (settings.window.geometry, settings.window.batch_folder) == (b"\x00\x01\x02", "/study")
    assert (settings.batch.folder, settings.batch.video, settings.video.quality) == ("/out", True, "best")
    save_settings(settings, path)
    assert load_settings(path) == settings
    assert msgspec.json.decode(path.read_bytes()).keys() == set(Settings.__struct_fields__)


def test_what_moved_to_another_group_is_taken_along(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"reading": {"prior": "balanced", "every": 3}, "shown": {"smoothing_s": 1.0}}')
    expected = {"reading": {"every": 3}, "shown": {"smoothing_s": 1.0, "prior": "balanced"}}
    assert load_settings(path) == Settings().changed(**expected)
    path.write_text('{"reading": {"prior": "balanced"}, "shown": {"prior": "everyday"}}')
    assert load_settings(path) == Settings()


def test_of_a_file_without_groups_what_is_not_there_has_its_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"mirror": false, "window": {"overlay": ""}}')
    assert load_settings(path) == Settings().changed(camera={"mirror": False}, window={"overlay": False})


def test_former_defaults_of_a_file_without_groups_become_the_new_ones(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(msgspec.json.encode(OLD | {"detector": "full-range", "min_confidence": 0.4}))
    settings = load_settings(path)
    assert (settings.reading.detector, settings.shown.min_confidence) == ("retinaface", "auto")
