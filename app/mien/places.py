"""Where things lie on this machine."""

import os
from pathlib import Path

import platformdirs


def package_folder() -> Path:
    """The folder that holds ``app``, ``models`` and ``assets``: the checkout, or where pip put them."""
    return Path(__file__).resolve().parent.parent


def data_folder() -> Path:
    """The user's own data: detector weights and networks. ``MIEN_DATA`` overrides it."""
    return Path(os.environ.get("MIEN_DATA") or platformdirs.user_data_dir("mien", appauthor=False))


def settings_file() -> Path:
    """The user's settings. ``MIEN_CONFIG`` overrides its folder."""
    folder = os.environ.get("MIEN_CONFIG") or platformdirs.user_config_dir("mien", appauthor=False)
    return Path(folder) / "settings.json"


def recordings_folder(chosen: str = "") -> Path:
    """Where recordings go: the folder that the user chose, or «Mien» in that for videos."""
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_videos_dir()) / "Mien"


def demo_clip() -> Path:
    """The bundled clip that shows Mien at work."""
    return package_folder() / "assets" / "demo.mp4"
