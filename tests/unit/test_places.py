import os
from pathlib import Path

import pytest

from mien.places import make_private_folder
from mien.session.folder_lock import claim_folder
from mien.settings import Settings, save_settings

pytestmark = pytest.mark.skipif(os.name == "nt", reason="folders of a user are private there by default")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_what_mien_keeps_is_for_its_user_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path / "data" / "analyses")
    save_settings(Settings(), tmp_path / "config" / "settings.json")
    claim_folder(tmp_path / "session").release(delete=True)
    assert [mode(tmp_path / name) for name in ("data", "data/analyses", "config", "session")] == [0o700] * 4


def test_a_folder_that_is_there_stays_as_its_owner_has_it(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(0o755)
    make_private_folder(shared / "new")
    make_private_folder(shared)
    assert (mode(shared), mode(shared / "new")) == (0o755, 0o700)


def test_files_that_mien_keeps_are_for_its_user_alone(tmp_path: Path) -> None:
    """Settings even in a folder that is open: their names of files say what somebody watches."""
    tmp_path.chmod(0o755)
    save_settings(Settings(), tmp_path / "settings.json")
    assert mode(tmp_path / "settings.json") == 0o600
