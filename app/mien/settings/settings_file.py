"""The settings on disk: hostile until checked, replaced in one step."""

import json
import os
from pathlib import Path
from typing import Final

import msgspec

from mien.errors import SettingsError
from mien.places import make_private_folder, settings_file
from mien.settings.groups import Settings
from mien.settings.upgrade import in_groups, is_flat, with_moved

MAX_SETTINGS_BYTES: Final = 1_000_000


def load_settings(path: Path | None = None) -> Settings:
    """Return the saved settings, or the defaults where there are none.

    Those of an older version, which had no groups, are taken over; the next save writes them in groups.

    Raises:
        SettingsError: The file is there but unusable.
    """
    path = path or settings_file()
    try:
        if path.stat().st_size > MAX_SETTINGS_BYTES:
            raise SettingsError(f"{path}: too large for a settings file; move it away to start with defaults")
        # Not msgspec's own decoder: names of files that are no UTF-8 are lone surrogates here, which it refuses.
        content = msgspec.convert(json.loads(path.read_bytes(), parse_constant=_no_number), dict[str, object])
        return msgspec.convert(in_groups(content) if is_flat(content) else with_moved(content), Settings)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{path}: can't be read ({error.strerror}); check its permissions") from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise SettingsError(f"{path}: {error}; correct it, or move it away to start with defaults") from error


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Save the settings; the file is replaced in one step.

    Raises:
        SettingsError: It cannot be written.
    """
    path = path or settings_file()
    part = path.with_suffix(".part")
    try:
        make_private_folder(path.parent)
        text = json.dumps(msgspec.to_builtins(settings), indent=2, ensure_ascii=False)
        part.touch(mode=0o600)
        part.write_bytes(text.encode("utf-8", "backslashreplace"))  # a lone surrogate as \udce4, as JSON has it
        os.replace(part, path)
    except OSError as error:
        raise SettingsError(f"{path}: can't be written ({error.strerror}); check its permissions") from error


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
