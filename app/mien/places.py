"""Where things lie on this machine."""

import os
from importlib.util import find_spec
from pathlib import Path

import platformdirs

from mien.errors import AppError


def assets_folder() -> Path:
    """The fonts, icons and the demo clip, in the checkout or where pip put them."""
    return _folder_of("mien_assets")


def zoo_folder() -> Path:
    """The shipped networks, in the checkout or where pip put them."""
    return _folder_of("mien_models") / "zoo"


def from_home(path: str | os.PathLike[str]) -> Path:
    """Return a path with "~" for the user's folder; "~nobody" is a name like any other."""
    return Path(os.path.expanduser(path))


def _folder_of(package: str) -> Path:
    """Return the folder of one of our packages without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise AppError(f"this installation of Mien has no {package}; install it again")
    return Path(spec.submodule_search_locations[0])


def data_folder() -> Path:
    """The user's own data: detector weights and networks. ``MIEN_DATA`` overrides it."""
    return Path(os.environ.get("MIEN_DATA") or platformdirs.user_data_dir("mien", appauthor=False))


def cache_folder() -> Path:
    """What can be made again at any time. ``MIEN_CACHE`` overrides it."""
    return Path(os.environ.get("MIEN_CACHE") or platformdirs.user_cache_dir("mien", appauthor=False))


def log_folder() -> Path:
    """Where Mien's own log lies. ``MIEN_LOG`` overrides it."""
    return Path(os.environ.get("MIEN_LOG") or platformdirs.user_log_dir("mien", appauthor=False))


def settings_file() -> Path:
    """The user's settings. ``MIEN_CONFIG`` overrides its folder."""
    folder = os.environ.get("MIEN_CONFIG") or platformdirs.user_config_dir("mien", appauthor=False)
    return Path(folder) / "settings.json"


def recordings_folder(chosen: str = "") -> Path:
    """Where recordings go: the folder that the user chose, or "Mien" in that for videos."""
    return from_home(chosen) if chosen else Path(platformdirs.user_videos_dir()) / "Mien"


def demo_clip() -> Path:
    """The bundled clip that shows Mien at work."""
    return assets_folder() / "demo.mp4"


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for this user alone; those that exist stay as they are.

    Raises:
        OSError: It cannot be made.
    """
    if not folder.parent.exists():
        make_private_folder(folder.parent)
    folder.mkdir(0o700, exist_ok=True)
