"""Temporary folders: gone at the end, and at the next start where a process was killed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mien.scratch import PREFIX, clear_left, scratch_folder


@pytest.fixture(autouse=True)
def _own_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def leave_behind(place: Path) -> Path:
    """Have a process make a scratch folder and die in it."""
    code = (
        "import os; from mien.scratch import scratch_folder\n"
        "with scratch_folder('x') as folder:\n"
        "    (folder / 'face.jpg').write_bytes(b'x'); print(folder, flush=True); os._exit(9)"
    )
    environment = os.environ | {"TMPDIR": str(place), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, check=False)
    return Path(done.stdout.decode().strip())


def test_it_is_private_and_gone_at_the_end() -> None:
    with scratch_folder("test") as folder:
        if os.name != "nt":
            assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "x").touch()
        assert clear_left() == 0
        assert (folder / "x").exists()
    assert not folder.exists()


def test_what_a_killed_process_left_goes_at_the_next_start(tmp_path: Path) -> None:
    left = leave_behind(tmp_path)
    assert (left / "face.jpg").exists()
    assert clear_left() == 1
    assert not left.exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_what_others_put_there_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "in-use.lock").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(precious)
    (tmp_path / f"{PREFIX}file").touch()
    (tmp_path / f"{PREFIX}young").mkdir()  # made a moment ago, not locked yet
    assert clear_left() == 0
    assert len(list(tmp_path.iterdir())) == 4
