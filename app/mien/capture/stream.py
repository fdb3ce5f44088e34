"""A network stream, named by the user, as a source. The only part of the program that uses the network."""

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from mien.capture.grabber import EndOfStream
from mien.capture.live import LiveSource
from mien.capture.local_video import REFUSED_FORMATS
from mien.capture.picture import PictureMaker
from mien.core.arrays import Image
from mien.core.frame import SourceKind
from mien.errors import SourceError

if TYPE_CHECKING:
    from av import VideoFrame

OPEN_TIMEOUT_S: Final = 10.0
READ_TIMEOUT_S: Final = 5.0

PROTOCOLS: Final = {
    "rtsp": "rtsp,rtp,udp,tcp",
    "rtsps": "rtsps,rtsp,rtp,srtp,udp,tcp,tls",
    "http": "http,https,httpproxy,tcp,tls,crypto",
    "https": "https,httpproxy,tcp,tls,crypto",
}
"""What a stream may use by the scheme of its address; never ``file``, whatever a playlist says."""

FORMATS_OF_STREAMS: Final = frozenset(("hls", "dash", "rtsp", "rtp", "sdp"))


class NetworkStream(LiveSource):
    """Frames of a stream, live; connects again when the connection breaks.

    A file that a web server holds is played at its own pace and ends where it ends.
    """

    kind = SourceKind.STREAM

    def __init__(self, url: str) -> None:
        """Connect.

        Args:
            url: With a scheme of ``PROTOCOLS``; may carry a user and a password.

        Raises:
            SourceError: No connection, or no pictures in it.
        """
        super().__init__(Server(url))


class Server:
    """The other end of a stream."""

    def __init__(self, url: str) -> None:
        """Take an address.

        Raises:
            SourceError: It is none that can be opened.
        """
        self._url = url
        self.name = shown(url)
        self._scheme = url.partition("://")[0].lower()
        if self._scheme not in PROTOCOLS:
            raise SourceError(f"{self.name}: Mien opens no such address; use one of {', '.join(PROTOCOLS)}")

    def connect(self) -> "StreamReader":
        """Connect and decode the first frame.

        Raises:
            SourceError: No connection, or no pictures in it.
        """
        from av.error import ExitError, FFmpegError

        try:
            return StreamReader(self._url, PROTOCOLS[self._scheme])
        except (FFmpegError, StopIteration, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error) or "it holds no pictures"
            if isinstance(error, ExitError):  # how PyAV's time-outs end
                reason = "no answer in time"
            raise SourceError(
                f"{self.name} cannot be opened ({reason}); check the address, the network and the password"
            ) from error

    def lost(self) -> str:
        """Say that the connection broke."""
        return f"{self.name}: the connection broke; connecting again"

    def silent(self) -> SourceError:
        """Return the error for a server that never sent a picture."""
        return SourceError(f"{self.name} sends no pictures; check that the camera is on and the address is right")


class StreamReader:
    """One connection."""

    def __init__(self, url: str, protocols: str) -> None:
        """Connect and decode the first frame.

        Raises:
            FFmpegError: No connection.
            StopIteration: No pictures.
        """
        import av

        formats = av.formats_available - (REFUSED_FORMATS - FORMATS_OF_STREAMS)
        self._container = av.open(
            url,
            timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S),
            metadata_errors="replace",
            options={
                "protocol_whitelist": protocols,
                "format_whitelist": ",".join(sorted(formats)),
                "rtsp_transport": "tcp",
            },
        )
        try:
            stream = next(iter(self._container.streams.video))
            stream.thread_type = "SLICE"  # threads by frame would hold back as many frames
            self._frames: Iterator[VideoFrame] = self._container.decode(stream)
            self._pictures = PictureMaker(float(stream.sample_aspect_ratio or 1))
            first = next(self._frames)
            self._first: Image | None = self._pictures.make(first)
        except BaseException:
            self._container.close()
            raise
        self._released = threading.Event()
        self._is_recorded = bool(self._container.duration)
        self._start_s = time.monotonic() - (first.time or 0.0)
        self.size_wh = (self._first.shape[1], self._first.shape[0])
        self.fps = float(stream.average_rate or stream.guessed_rate or 0.0)

    def grab(self) -> Image | None:
        """Return the next picture, or None after damage.

        Raises:
            EndOfStream: A recording is over.
            SourceError: The connection broke.
        """
        from av.error import FFmpegError, InvalidDataError

        if self._first is not None:
            first, self._first = self._first, None
            return first
        try:
            frame = next(self._frames)
        except StopIteration as error:
            raise (EndOfStream if self._is_recorded else SourceError)("the stream ended") from error
        except InvalidDataError:
            return None
        except FFmpegError as error:
            raise SourceError(str(error)) from error
        if self._is_recorded and frame.time is not None:
            time.sleep(min(1.0, max(0.0, self._start_s + frame.time - time.monotonic())))
        return self._pictures.make(frame)

    def release(self) -> None:
        """Disconnect."""
        self._container.close()


def shown(url: str) -> str:
    """Return an address without its user, password and query, for screens and records."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return url.partition("://")[0] + "://…"
    return f"{parts.scheme}://{host}{port}{parts.path}"
