"""The sound of a source file on its way into a recording."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from mien.sinks.video.containers import Container

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet

PREROLL_S: Final = 0.1
"""Sound before the first picture that is copied, though not played: decoders need a packet or two to settle,
and encoders put their priming there."""

TAIL_S: Final = 0.25
"""A source's sound may outlast its picture by this much and stays whole; anything longer ends with the picture."""

_SEEK_FROM_S: Final = 5.0
_RATES_HZ: Final = {
    "aac": frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000}),
    "libopus": frozenset({8000, 12000, 16000, 24000, 48000}),
}
_NAMES: Final = {"aac": "AAC", "libopus": "Opus"}


class AudioUnusableError(Exception):
    """There is no sound to be had; the message says why, for the person who records."""


class AudioTrack:
    """Reads a file's sound, shifted so that it fits to the recorded pictures.

    Packets are copied bit for bit where the container takes their codec, and encoded anew otherwise, which
    ``notice`` says.

    Args:
        path: The file that the pictures come from.
        start_s: Media time of the file at time 0 of the recording, seconds.
        kind: Where it goes.

    Raises:
        AudioUnusableError: The file has no sound, or none that can be read.
    """

    def __init__(self, path: Path, start_s: float, kind: Container) -> None:
        import av

        self.notice: str | None = None
        self._kind = kind
        self._name = path.name
        self._unreadable = (av.FFmpegError, OSError, ValueError)
        try:
            self._source: InputContainer = av.open(str(path))
        except self._unreadable as error:
            raise AudioUnusableError(
                f"{self._name}: its sound cannot be read ({error}); recording without"
            ) from error
        try:
            self._stream = self._find_stream()
            self._time_base = self._stream.time_base or Fraction(1, self._stream.codec_context.sample_rate)
            self._offset_s = (self._source.start_time or 0) / 1e6 + start_s
            if start_s > _SEEK_FROM_S:
                back_s = self._offset_s - 1.0
                self._source.seek(round(back_s / self._time_base), stream=self._stream)
            # Without an edit list sound from before the first picture would shift the pictures instead.
            self._earliest_s = -PREROLL_S if kind.has_edit_list else 0.0
            self._read = self._shifted()
            first = next(self._read, None)
            if first is None:
                raise AudioUnusableError(self.notice or f"{self._name}: its sound holds nothing to record")
        except self._unreadable as error:
            self._source.close()
            raise AudioUnusableError(
                f"{self._name}: its sound cannot be read ({error}); recording without"
            ) from error
        except AudioUnusableError:
            self._source.close()
            raise
        self._first: Packet[Any] | None = first
        self.first_s = _time_s(first)
        self._written: AudioStream | None = None
        self._output: Iterator[Packet[Any]] = iter(())
        self._ahead: Packet[Any] | None = None

    def add_to(self, container: "OutputContainer") -> None:
        """Declare the sound in a container whose header is not yet written."""
        name = self._stream.codec.canonical_name
        if self._kind.copied_sound is None or name in self._kind.copied_sound:
            try:
                self._written = container.add_stream_from_template(self._stream)
                self._output = self._copied()
                return
            except ValueError:
                pass  # the container does not take this codec
        encoder = self._kind.sound_encoder
        rate_hz = self._stream.codec_context.sample_rate
        written = container.add_stream(encoder, rate=rate_hz if rate_hz in _RATES_HZ[encoder] else 48_000)
        self._written = cast("AudioStream", written)
        self._written.codec_context.layout = "mono" if self._stream.codec_context.channels == 1 else "stereo"
        self._written.codec_context.bit_rate = 160_000
        self._output = self._encoded()
        self.notice = (
            f"{self._name}: its sound ({name}) does not belong in this kind of file and was encoded as "
            f"{_NAMES[encoder]}"
        )

    def until(self, time_s: float) -> "Iterator[Packet[Any]]":
        """Yield the packets that begin at ``time_s`` or earlier, on the recording's clock, and not yielded yet."""
        while (packet := self._peek()) is not None and _time_s(packet) <= time_s:
            self._ahead = None
            yield packet

    def rest(self, end_s: float) -> "Iterator[Packet[Any]]":
        """Yield the last packets of a recording whose picture ends at ``end_s``."""
        tail = list(self.until(end_s + TAIL_S))
        whole = self._peek() is None
        yield from (packet for packet in tail if whole or _time_s(packet) < end_s)

    def stop(self, notice: str) -> None:
        """Yield nothing more, and say why."""
        self.notice = notice
        self._output, self._ahead = iter(()), None

    def close(self) -> None:
        """Release the file. Safe twice."""
        self._output, self._ahead = iter(()), None
        self._source.close()

    def _find_stream(self) -> "AudioStream":
        from av.audio.stream import AudioStream
        from av.stream import Discard

        best = self._source.streams.best("audio")
        if not isinstance(best, AudioStream):
            raise AudioUnusableError(f"{self._name}: has no sound")
        for stream in self._source.streams:
            if stream.index != best.index:
                stream.discard = Discard.all
        return best

    def _shifted(self) -> "Iterator[Packet[Any]]":
        """Yield the source's packets on the recording's clock, dropping those that end before it begins."""
        offset = round(self._offset_s / self._time_base)
        last_dts = None
        try:
            for packet in self._source.demux(self._stream):
                if packet.dts is None or packet.pts is None or packet.size == 0:
                    continue
                packet.pts -= offset
                packet.dts -= offset
                if _time_s(packet) < self._earliest_s or (last_dts is not None and packet.dts <= last_dts):
                    continue
                last_dts = packet.dts
                yield packet
        except self._unreadable as error:
            self.notice = _damaged(self._name, error)

    def _source_packets(self) -> "Iterator[Packet[Any]]":
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        yield from self._read

    def _copied(self) -> "Iterator[Packet[Any]]":
        from av.bitstream import BitStreamFilterContext

        assert self._written is not None
        context = self._stream.codec_context
        # In MPEG transport streams each packet of AAC carries a header that stands once in other containers.
        is_adts = context.name == "aac" and not context.extradata
        strip = BitStreamFilterContext("aac_adtstoasc", self._stream) if is_adts else None
        try:
            for source_packet in self._source_packets():
                for packet in (source_packet,) if strip is None else strip.filter(source_packet):
                    packet.stream = self._written
                    yield packet
        except self._unreadable as error:
            self.notice = _damaged(self._name, error)

    def _encoded(self) -> "Iterator[Packet[Any]]":
        assert self._written is not None
        try:
            for packet in self._source_packets():
                for frame in packet.decode():
                    yield from self._written.encode(frame)  # type: ignore[arg-type] # packets of an audio stream
            yield from self._written.encode(None)
        except self._unreadable as error:
            self.notice = _damaged(self._name, error)

    def _peek(self) -> "Packet[Any] | None":
        if self._ahead is None:
            self._ahead = next(self._output, None)
        return self._ahead


def _time_s(packet: "Packet[Any]") -> float:
    assert packet.dts is not None
    return float(packet.dts * packet.time_base)


def _damaged(name: str, error: Exception) -> str:
    return f"{name}: its sound is damaged ({error}); the recording goes on without"
