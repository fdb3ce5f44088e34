from pathlib import Path

import pytest

from mien.errors import SettingsError
from mien.settings import Settings, load_settings, save_settings


def test_a_newcomer_gets_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == Settings()


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    settings = Settings(model="mien-m", smoothing_s=0.0, camera_size_wh=(640, 480), window={"geometry": "AAEC"})
    save_settings(settings, path)
    assert load_settings(path) == settings
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "start afresh"),
        (b"\xff\xfe\x00", "start afresh"),
        (b'{"smoothing_s": -1}', r"\$\.smoothing_s"),
        (b'{"provider": "quantum"}', r"\$\.provider"),
        (b"[" * 100_000, "start afresh"),
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
    path.write_text('{"mirror": false, "from_the_future": 1}')
    assert load_settings(path).mirror is False
