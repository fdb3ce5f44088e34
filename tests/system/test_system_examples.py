"""The clients in docs/examples: each hears what Mien sends, or is stopped at what a test cannot have."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.core.emotion import EXPRESSIONS, Affect
from mien.core.frame import SourceInfo
from mien.outlets import IntegrationSettings, open_outlets
from tests.makers import make_reading, make_result
from tests.patience import PATIENCE_S

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
STUBS = {
    "psychopy": """
class visual:
    class Window:
        def __init__(self, fullscr): self.frames = 0
        def flip(self):
            self.frames += 1
    class Circle:
        def __init__(self, window, radius, fillColor): self.fillColor = fillColor
        def draw(self): print(self.fillColor[1], flush=True)
class core:
    import time
    getTime = time.monotonic
class event:
    asked = 0
    @classmethod
    def getKeys(cls, keys):
        cls.asked += 1
        return keys if cls.asked > 2 else []
""",
    "pythonosc/udp_client": """
import json, socket
class SimpleUDPClient:
    def __init__(self, host, port): self.to = (host, port); self.socket = socket.socket(type=socket.SOCK_DGRAM)
    def send_message(self, place, value): self.socket.sendto(json.dumps([place, value]).encode(), self.to)
""",
}
"""Stand in for packages that a test machine need not have; the real python-osc is taken where it is installed."""


@pytest.fixture
def address() -> Iterator[str]:
    """Of a WebSocket that always sees the same smile."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    smile = make_reading(box=(10.0, 20.0, 110.0, 140.0), affect=Affect(0.5, -0.25))
    ending = threading.Event()
    with open_outlets(IntegrationSettings(websocket_port=port)) as outlets:
        (note,) = outlets.notes

        def send() -> None:
            sinks = outlets.sinks(SourceInfo("a camera", 64, 48, 30.0, is_live=True), EXPRESSIONS)
            for index in range(100_000):
                if ending.wait(0.02):
                    break
                now_s = time.monotonic()
                for sink in sinks:
                    sink.write(make_result(index, [smile], now_s, captured_at_s=now_s), None)
            for sink in sinks:
                sink.finish()

        camera = threading.Thread(target=send, name="mien-test-camera")
        camera.start()
        yield note.split(": ")[1]
        ending.set()
        camera.join()


def stub(name: str, folder: Path) -> None:
    path = folder / f"{name}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STUBS[name])


def start(name: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    program = f"import sys; sys.path.append({str(folder)!r}); sys.argv = sys.argv[1:]\n"
    program += f"exec(compile(open({str(EXAMPLES / name)!r}).read(), {name!r}, 'exec'))"
    command = [sys.executable, "-c", program, name, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_the_client_in_python_prints_labels(address: str, tmp_path: Path) -> None:
    with start("websocket_client.py", tmp_path, address) as client:
        assert client.stdout is not None
        assert re.match(r"\d+\.\d+ 1 happiness", client.stdout.readline())
        client.kill()


def test_the_bridge_to_osc_sends_each_value(address: str, tmp_path: Path) -> None:
    try:
        import pythonosc  # type: ignore[import-not-found]  # noqa: F401
    except ImportError:
        stub("pythonosc/udp_client", tmp_path)
    with socket.socket(type=socket.SOCK_DGRAM) as hearing:
        hearing.bind(("127.0.0.1", 0))
        hearing.settimeout(PATIENCE_S)
        with start("osc_bridge.py", tmp_path, address, str(hearing.getsockname()[1])) as bridge:
            heard = b"".join(hearing.recv(1000) for _ in range(8))
            bridge.kill()
    for place in (b"/mien/1/usable", b"/mien/1/label", b"happiness", b"/mien/1/valence", b"/mien/1/arousal"):
        assert place in heard


def test_the_experiment_shows_valence(address: str, tmp_path: Path) -> None:
    stub("psychopy", tmp_path)
    with start("psychopy_client.py", tmp_path, "") as experiment:
        said, _ = experiment.communicate(address + "\n", timeout=PATIENCE_S)
        assert experiment.returncode == 0
    greens = [float(line) for line in said.replace("Address: ", "").split()]
    assert greens[0] == 0
    assert greens[-1] == pytest.approx(0.5)


def test_the_page_asks_for_an_address_and_shows_the_label() -> None:
    page = (EXAMPLES / "browser_client.html").read_text("utf-8")
    assert "new WebSocket(address)" in page
    assert "http" not in page, "a page that is opened from a folder fetches nothing"


@pytest.mark.parametrize("frames", [80, 10], ids=["four windows", "one window"])
def test_the_figure_of_the_tutorial_is_drawn(frames: int, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    pd = pytest.importorskip("pandas")
    rows = [(second / 2, 1, "happiness" if second < 40 else "neutral", second % 4 > 0) for second in range(frames)]
    rows += [(40.0, None, None, False)]
    table = pd.DataFrame(rows, columns=["time_s", "face_id", "label", "usable"])
    table.to_parquet(tmp_path / "lecture.parquet")
    command = [sys.executable, str(EXAMPLES / "lecture_figure.py"), "lecture.parquet", "lecture.png"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    picture = cv2.imread(str(tmp_path / "lecture.png"))
    assert picture is not None
    is_line = (np.abs(picture.astype(int) - (180, 119, 31)) < 10).all(axis=2)
    is_grey = (np.abs(picture.astype(int) - 217) < 3).all(axis=2)
    assert is_line.any(axis=0).mean() > 0.8  # from the first second to the last
    assert is_grey.any(axis=0).mean() > 0.8
