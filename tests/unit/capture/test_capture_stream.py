import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import pytest
from clips_to_encode import moving

from mien.capture.stream import NetworkStream, shown
from mien.errors import SourceError


class Handler(BaseHTTPRequestHandler):
    """Serves a file, an endless Motion JPEG stream, or a playlist that points at a local file."""

    files: dict[str, bytes] = {}  # noqa: RUF012 - set anew by the fixture
    over = threading.Event()

    def do_GET(self) -> None:
        self.send_response(200 if self.path in ("/v.mjpg", *self.files) else 404)
        if self.path == "/v.mjpg":
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=b")
            self.end_headers()
            self._motion_jpeg()
        else:
            body = self.files.get(self.path, b"")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _motion_jpeg(self) -> None:
        for image in moving(1000):
            if self.over.wait(0.02):
                return
            jpeg = cv2.imencode(".jpg", image)[1].tobytes()
            head = f"--b\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            try:
                self.wfile.write(head.encode() + jpeg + b"\r\n")
            except OSError:
                return

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    try:
        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    except OSError:
        pytest.skip("no loopback here")
    Handler.over.clear()
    Handler.files = {}
    http.daemon_threads = False
    thread = threading.Thread(target=http.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    Handler.over.set()
    http.shutdown()
    http.server_close()
    thread.join()


def test_motion_jpeg(server: str) -> None:
    source = NetworkStream(f"{server}/v.mjpg")
    assert source.info.is_live
    assert (source.info.width_px, source.info.height_px) == (64, 48)
    frames = source.frames()
    got = [next(frames) for _ in range(5)]
    assert [frame.timestamp_s for frame in got] == sorted({frame.timestamp_s for frame in got})
    source.close()
    assert list(frames) == []


def test_a_broken_connection_is_made_again(server: str) -> None:
    source = NetworkStream(f"{server}/v.mjpg")
    frames = source.frames()
    before = next(frames)
    Handler.over.set()  # the server hangs up
    time.sleep(0.1)
    Handler.over.clear()
    after = before
    while after.timestamp_s < 1.0:
        after = next(frames)
    assert after.index > before.index
    source.close()


def test_a_recording_ends_where_it_ends(server: str, clip: Callable[..., Path]) -> None:
    Handler.files["/a.mp4"] = clip("a.mp4", moving(15), container_options={"movflags": "faststart"}).read_bytes()
    started_s = time.monotonic()
    frames = list(NetworkStream(f"{server}/a.mp4").frames())
    assert 10 <= len(frames) <= 15
    assert time.monotonic() - started_s > 0.4  # at its own pace


def test_a_playlist_of_a_server_does_not_reach_local_files(server: str, clip: Callable[..., Path]) -> None:
    local = clip("secret.ts", moving(30))
    Handler.files["/p.m3u8"] = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{local}\n#EXT-X-ENDLIST\n".encode()
    )
    with pytest.raises(SourceError):
        NetworkStream(f"{server}/p.m3u8")


def test_refusals_name_no_password(server: str) -> None:
    host = server.removeprefix("http://")
    with pytest.raises(SourceError) as caught:
        NetworkStream(f"http://user:secret@{host}/none?token=abc")
    message = str(caught.value)
    assert host in message
    assert "secret" not in message
    assert "abc" not in message
    assert "\n" not in message
    with pytest.raises(SourceError, match="opens no such address"):
        NetworkStream("ftp://x/y")


def test_shown() -> None:
    assert shown("rtsp://admin:pw@10.0.0.5:554/live?x=1") == "rtsp://10.0.0.5:554/live"
    assert "pw" not in shown("rtsp://admin:pw@[bad/")
