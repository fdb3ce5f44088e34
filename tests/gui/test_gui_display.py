"""No display, or a dead one: one line, exit 1, before Qt ends the process."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mien.display import require_display
from mien.errors import AppError
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display here")


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "No display: the window needs a desktop"),
        ({"DISPLAY": ":59999"}, "No display answers at DISPLAY=:59999"),
        ({"DISPLAY": "nonsense"}, "No display answers at DISPLAY=nonsense"),
        ({"DISPLAY": "127.0.0.1:59000"}, "No display answers"),
        ({"WAYLAND_DISPLAY": "none", "XDG_RUNTIME_DIR": "/nowhere"}, "WAYLAND_DISPLAY=none"),
        ({"DISPLAY": ":59999", "QT_QPA_PLATFORM": "xcb"}, "No display answers"),
    ],
)
def test_no_display_is_one_line(environment: dict[str, str], message: str) -> None:
    with pytest.raises(AppError, match=message):
        require_display(environment)


def test_a_display_that_answers_and_platforms_without_one_are_taken(tmp_path: Path) -> None:
    require_display({"QT_QPA_PLATFORM": "offscreen"})
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "w"))
        server.listen()
        require_display({"WAYLAND_DISPLAY": "w", "XDG_RUNTIME_DIR": str(tmp_path)})


def test_the_program_ends_with_exit_code_1() -> None:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [sys.executable, "-m", "mien", "window", "synthetic"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [done.stderr.strip()]
    assert done.stderr.startswith("mien: No display")
