"""The label of one face as a subtitle track of a recording."""

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from mien.core.face import FrameResult

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet

MAX_PIECE_S: Final = 2.0
"""A label that stands longer is written in pieces of this length, so that no more than this is lost in a crash."""

_STYLE: Final = b"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, Alignment
Style: Default,Arial,16,&Hffffff,&H0,&H0,0,2

[Events]
Format: Layer, Start, End, Style, Text
"""


def caption_of(result: FrameResult, face_id: int) -> str:
    """Return a face's label in a frame, "uncertain" where it is withheld, empty where the face is not there."""
    for reading in result.readings:
        if reading.track.face_id == face_id:
            return reading.label
    return ""


class SubtitleTrack:
    """Turns a caption for each picture into packets, one for each span over which it stays the same.

    Args:
        container: Whose header is not yet written.
        codec: "mov_text", "subrip" or "webvtt".
        title: For the menu of a player.
        tick_s: The clock of the pictures.
    """

    def __init__(self, container: "OutputContainer", codec: str, title: str, tick_s: Fraction) -> None:
        self._is_mov_text = codec == "mov_text"
        self._tick_s = tick_s
        self._stream: Any
        if self._is_mov_text:
            # The header of the track in MP4 describes a style, which FFmpeg makes of one in its own form.
            self._stream = container.add_stream(codec)
            self._stream.codec_context.subtitle_header = _STYLE
            self._stream.codec_context.time_base = tick_s
        else:
            self._stream = container.add_mux_stream(codec)
        self._stream.time_base = tick_s
        self._stream.metadata["title"] = title
        self._stream.metadata["language"] = "eng"
        self._piece_ticks = round(MAX_PIECE_S / tick_s)
        self._caption = ""
        self._since = 0

    def note(self, caption: str, ticks: int) -> "Iterator[Packet[Any]]":
        """Take the caption of the picture at ``ticks``, and yield the span before it where that is complete."""
        if caption != self._caption or ticks - self._since >= self._piece_ticks:
            yield from self.end(ticks)
            self._caption, self._since = caption, ticks

    def end(self, ticks: int) -> "Iterator[Packet[Any]]":
        """Yield the span that ends at ``ticks``."""
        # A gap in MP4 is a sample without text; elsewhere it is nothing at all.
        if ticks > self._since and (self._caption or self._is_mov_text):
            yield self._packet(ticks - self._since)

    def _packet(self, duration: int) -> "Packet[Any]":
        import av

        text = self._caption.encode()
        packet: Packet[Any] = av.Packet(struct.pack(">H", len(text)) + text if self._is_mov_text else text)
        packet.stream = self._stream
        packet.time_base = self._tick_s
        packet.pts = packet.dts = self._since
        packet.duration = duration
        return packet
