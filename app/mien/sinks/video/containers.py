"""What goes into which kind of video file, by the ending of its name."""

from dataclasses import dataclass
from typing import Final

_MP4_SOUND: Final = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"})


@dataclass(frozen=True, slots=True)
class Container:
    """One kind of file.

    Attributes:
        muxer: FFmpeg's name.
        codecs: The kinds of video that players expect in it; the first is the customary one.
        copied_sound: FFmpeg's names of sound that is copied bit for bit where it can be; None for all. MP4 takes
            more, such as bare PCM, that few players play.
        sound_encoder: What all other sound is encoded with.
        has_edit_list: Whether it can hold sound from before the first picture without playing it.
        subtitles: FFmpeg's name of the subtitles it takes.
    """

    muxer: str
    codecs: tuple[str, ...]
    copied_sound: frozenset[str] | None
    sound_encoder: str
    has_edit_list: bool
    subtitles: str


_MP4: Final = Container("mp4", ("h264", "h265", "av1", "vp9"), _MP4_SOUND, "aac", True, "mov_text")

CONTAINERS: Final = {
    ".mp4": _MP4,
    ".m4v": _MP4,
    ".mov": Container("mov", ("h264", "h265"), None, "aac", True, "mov_text"),
    ".mkv": Container("matroska", ("h264", "h265", "av1", "vp9"), None, "aac", False, "subrip"),
    ".webm": Container("webm", ("vp9", "av1"), frozenset({"opus", "vorbis"}), "libopus", False, "webvtt"),
}
