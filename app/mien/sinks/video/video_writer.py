"""Pictures with their own times, and a file's sound, into a video file that survives a crash."""

import dataclasses
import statistics
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, cast

from mien.core.arrays import Image
from mien.core.frame import SourceInfo
from mien.settings import Settings, VideoCodec, VideoHardware, VideoQuality
from mien.sinks.part_file import PartFile
from mien.sinks.video.audio_track import AudioTrack, AudioUnusableError
from mien.sinks.video.containers import CONTAINERS
from mien.sinks.video.encoders import prepare_environment
from mien.sinks.video.encoding import Encoder, Pace
from mien.sinks.video.picture_fit import even_size, fit_picture
from mien.sinks.video.subtitles import SubtitleTrack

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

TICKS_HZ: Final = 90_000
"""Clock of the pictures, the customary one of MPEG: 11 µs."""

TICK_S: Final = Fraction(1, TICKS_HZ)

FRAGMENT_S: Final = 0.5
"""How much lies in memory until it is written as a fragment that plays on its own."""

_BT709: Final = 1
_LIMITED_RANGE: Final = 1
_LOOKAHEAD_BYTES: Final = 160_000_000
_MAX_REFUSED: Final = 100
_INTERLEAVE_S: Final = 0.1
"""How long the muxer waits for the other stream, so that sound with a gap does not hold back the pictures."""


@dataclass(frozen=True, slots=True)
class VideoSettings:
    """How a recording is encoded.

    Attributes:
        codec: "auto" is VP9 in .webm and H.264 elsewhere.
        hardware: The kind of hardware encoder, "any" for the first that works, empty for software.
        quality: The same look with every codec.
        threads: Of a software encoder; the other stages of the pipeline want cores too.
        is_live: The pictures can't be had again: little waits in the encoder, where a crash loses it. A camera in
            the dark gives 5 pictures a second, and what the encoder holds is counted in pictures.
    """

    codec: VideoCodec = "auto"
    hardware: VideoHardware = ""
    quality: VideoQuality = "good"
    threads: int = 2
    is_live: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the user chose."""
        return cls(settings.video.codec, settings.video.hardware, settings.video.quality)

    def for_source(self, info: SourceInfo) -> Self:
        """Return the same for this source."""
        return dataclasses.replace(self, is_live=info.is_live)


class VideoWriter:
    """Encodes and muxes one recording. Used by one thread.

    MP4 grows as fragments, each of which is complete on disk, and becomes a plain file with one index at the
    end (FFmpeg's ``hybrid_fragmented``); Matroska is safe as it is. The stream's size is that of the first
    picture.

    Args:
        part: The file to fill; its target's suffix decides on the container.
        encoder: Which one encodes.
        settings: How well, and on how many threads.
        fps: Nominal frames per second, 0.0 where unknown; a hint for the encoder, and how long a picture
            stands that has no neighbour.
        audio_from: A file whose sound goes along, or None.
        subtitles: The title of a subtitle track for the captions, or None for none.
        zero_s: Media time at time 0 of the recording; None takes that of the first picture.
    """

    def __init__(
        self,
        part: PartFile,
        encoder: Encoder,
        settings: VideoSettings,
        fps: float,
        audio_from: Path | None = None,
        subtitles: str | None = None,
        zero_s: float | None = None,
    ) -> None:
        self.frames = 0
        self.notice: str | None = None
        self._part = part
        self._kind = CONTAINERS[part.target.suffix.lower()]
        self._encoder = encoder
        self._settings = settings
        self._fps = min(max(fps, 1.0), 240.0) if fps > 0 else 30.0
        self._audio_from = audio_from
        self._audio: AudioTrack | None = None
        self._subtitle_title = subtitles
        self._subtitles: SubtitleTrack | None = None
        self._container: OutputContainer | None = None
        self._waiting: Packet[Any] | None = None
        self._intervals: deque[int] = deque(maxlen=31)
        self._zero_s = zero_s
        self._last_pts = -1
        self._refused = 0

    def write(self, image: Image, time_s: float, caption: str = "") -> None:
        """Encode a picture.

        Args:
            image: (H, W, 3) uint8 BGR of any size.
            time_s: Its media time, seconds, later than that of the picture before.
            caption: What stands in the subtitles while it is shown, where there are any.

        Raises:
            OSError: The file takes no more.
            av.FFmpegError: The encoder or muxer failed.
        """
        if self._container is None:
            self._open(image, time_s)
        pts = max(round((time_s - (self._zero_s or 0.0)) * TICKS_HZ), self._last_pts + 1)
        if self.frames:
            self._intervals.append(pts - self._last_pts)
        self._last_pts = pts
        self.frames += 1
        if self._subtitles is not None:
            self._mux_all(self._subtitles.note(caption, pts))
        for packet in self._stream.encode(self._frame(image, pts)):
            self._mux_video(packet)

    def finish(self) -> None:
        """Write what waits, the rest of the sound, and the index.

        Raises:
            OSError: The file takes no more; what it holds plays.
            av.FFmpegError: The encoder or muxer failed.
        """
        if self._container is None:
            return
        for packet in self._stream.encode(None):
            self._mux_video(packet)
        if self._waiting is not None:
            self._waiting.duration = self._usual_interval()
            self._mux(self._waiting)
            self._waiting = None
        end = self._last_pts + self._usual_interval()
        if self._subtitles is not None:
            self._mux_all(self._subtitles.end(end))
        self._mux_audio_rest(end / TICKS_HZ)
        self._part.hold_patches()
        self._container.close()
        self._release()

    def give_up(self) -> None:
        """Let go of everything without an index: the fragments on disk stay as they are."""
        # PyAV writes the index when a container is closed or collected, unless its file is closed already.
        self._part.close()
        if self._container is not None:
            self._container.close()
        self._release()

    def _release(self) -> None:
        if self._audio is not None:
            self.notice = self._audio.notice or self.notice
            self._audio.close()
        self._audio = self._container = self._waiting = self._subtitles = None

    def _open(self, image: Image, time_s: float) -> None:
        import av
        from av.video.reformatter import VideoReformatter

        self._av = av
        self._reformatter = VideoReformatter()
        self._size_wh = even_size((image.shape[1], image.shape[0]))
        if self._zero_s is None:
            self._zero_s = time_s
        self._open_audio(self._zero_s)
        self._container = av.open(
            self._part, "w", format=self._kind.muxer, container_options=self._container_options()
        )
        self._add_video()
        if self._audio is not None:
            self._audio.add_to(self._container)
            self.notice = self._audio.notice
        if self._subtitle_title is not None:
            self._subtitles = SubtitleTrack(self._container, self._kind.subtitles, self._subtitle_title, TICK_S)

    def _container_options(self) -> dict[str, str]:
        """Return the muxer's options, which see to it that little is lost in a crash."""
        options = {"flush_packets": "1", "max_interleave_delta": str(int(_INTERLEAVE_S * 1e6))}
        if self._kind.muxer in ("matroska", "webm"):
            return options | {"cluster_time_limit": str(int(FRAGMENT_S * 1000))}
        options |= {"frag_duration": str(int(FRAGMENT_S * 1e6)), "movie_timescale": str(TICKS_HZ)}
        if self._audio is not None and self._audio.first_s > FRAGMENT_S:
            # Waiting for the sound's first packet would keep everything in memory until then. The price of not
            # waiting: fragments without an edit list, so that all times must be absolute.
            return options | {"movflags": "hybrid_fragmented+empty_moov+frag_discont", "use_editlist": "1"}
        return options | {"movflags": "hybrid_fragmented+delay_moov"}

    def _add_video(self) -> None:
        assert self._container is not None
        prepare_environment()
        rate = Fraction(self._fps).limit_denominator(1001)
        self._stream = cast("VideoStream", self._container.add_stream(self._encoder.name, rate=rate))
        context = self._stream.codec_context
        context.width, context.height = self._size_wh
        context.pix_fmt = self._encoder.pixel_format
        context.time_base = TICK_S
        context.thread_count = self._settings.threads
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = _LIMITED_RANGE
        if self._encoder.codec == "h265" and self._kind.muxer in ("mp4", "mov"):
            context.codec_tag = "hvc1"  # the only one of its two names that Apple's players take
        pace = Pace(self._fps, self._lookahead_frames(), self._settings.threads)
        context.options = self._encoder.options_for(self._settings.quality, pace)

    def _lookahead_frames(self) -> int:
        """Return how many pictures the encoder may look ahead: a fifth of a second, less for giant ones, one live.

        They are lost in a crash, and they take memory.
        """
        if self._settings.is_live:
            return 1
        width, height = self._size_wh
        return min(10, round(self._fps / 5), int(_LOOKAHEAD_BYTES / (1.5 * width * height)))

    def _frame(self, image: Image, pts: int) -> "VideoFrame":
        """Convert a picture. swscale averages the colour of 2x2 pixels where OpenCV takes one of them."""
        picture = fit_picture(image, self._size_wh)
        bgr = self._av.VideoFrame.from_numpy_buffer(picture, format="bgr24")
        frame = self._reformatter.reformat(
            bgr, format=self._encoder.pixel_format, dst_colorspace=_BT709, dst_color_range=_LIMITED_RANGE
        )
        frame.pts, frame.time_base = pts, TICK_S
        return frame

    def _mux_video(self, packet: "Packet[Any]") -> None:
        """Mux the packet before this one: only now is it known how long its picture stands."""
        assert self._container is not None
        previous, self._waiting = self._waiting, packet
        if previous is None:
            return
        assert previous.pts is not None
        assert packet.pts is not None
        previous.duration = packet.pts - previous.pts
        self._mux_audio_until(packet.pts / TICKS_HZ)
        self._mux(previous)

    def _usual_interval(self) -> int:
        """Return the median of the last intervals, in ticks: how long the last picture stands."""
        if not self._intervals:
            return round(TICKS_HZ / self._fps)
        return max(1, round(statistics.median(self._intervals)))

    def _open_audio(self, time_s: float) -> None:
        if self._audio_from is None:
            return
        try:
            self._audio = AudioTrack(self._audio_from, time_s, self._kind)
        except AudioUnusableError as error:
            self.notice = str(error)

    def _mux_audio_until(self, time_s: float) -> None:
        if self._audio is not None:
            self._mux_audio(self._audio.until(time_s))

    def _mux_audio_rest(self, end_s: float) -> None:
        if self._audio is not None:
            self._mux_audio(self._audio.rest(end_s))

    def _mux_audio(self, packets: "Iterable[Packet[Any]]") -> None:
        assert self._audio is not None
        self._mux_all(packets)
        self.notice = self._audio.notice or self.notice

    def _mux_all(self, packets: "Iterable[Packet[Any]]") -> None:
        for packet in packets:
            self._mux(packet)

    def _mux(self, packet: "Packet[Any]") -> None:
        """Hand a packet to the muxer, which interleaves.

        A packet of sound that it does not like may come to light only when a later picture is handed in. The
        refused packet is gone then and all else is in order, so that the recording goes on without sound.
        """
        assert self._container is not None
        try:
            self._container.mux(packet)
            self._part.mark()
        except (self._av.FFmpegError, ValueError) as error:
            self._refused += 1
            if self._part.failed is not None or self._audio is None or self._refused > _MAX_REFUSED:
                raise
            self._audio.stop(f"the sound does not fit into {self._part.target.name} ({error}); going on without")
            self.notice = self._audio.notice
