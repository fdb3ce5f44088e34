"""The pictures of a run, with or without overlay, as a video file."""

from collections.abc import Callable
from pathlib import Path

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.errors import RecordingError
from mien.sinks.output_path import VIDEO_SUFFIXES, check_output
from mien.sinks.part_file import PartFile
from mien.sinks.sink import Sink
from mien.sinks.video.encoders import choose_encoder
from mien.sinks.video.subtitles import caption_of
from mien.sinks.video.video_writer import VideoSettings, VideoWriter


class Recorder(Sink):
    """A sink that records with true times: each picture stands where the source saw it.

    The file grows as ``name.part.mp4``, plays at any moment up to the last second, whatever happens to the
    process, and takes its own name in ``finish``.

    Args:
        target: The recording: .mp4, .mov, .m4v, .mkv or .webm.
        fps: The source's nominal frames per second, 0.0 where unknown.
        audio_from: The source file, for its sound, or None. Sound that cannot be used is a ``notice``.
        settings: How to encode.
        picture_of: What makes the picture that is recorded; None records the painted one.
        subtitles_of: The id of a face whose label becomes a subtitle track, or None.
        overwrite: Whether a file of that name may be replaced.
        zero_s: Media time at time 0 of the recording; None takes that of the first picture.

    Attributes:
        wants_picture: See ``Sink``.
        encoder: What encodes it.

    Raises:
        RecordingError: The target cannot be written, or no encoder works that was asked for.
    """

    def __init__(
        self,
        target: Path,
        *,
        fps: float = 0.0,
        audio_from: Path | None = None,
        settings: VideoSettings | None = None,
        picture_of: Callable[[FrameResult], Image] | None = None,
        subtitles_of: int | None = None,
        overwrite: bool = False,
        zero_s: float | None = None,
    ) -> None:
        inputs = () if audio_from is None else (audio_from,)
        check_output(target, VIDEO_SUFFIXES, overwrite=overwrite, inputs=inputs)
        settings = settings or VideoSettings()
        self.encoder = choose_encoder(settings.codec, settings.hardware, target)
        self.wants_picture = picture_of is None
        self._picture_of = picture_of
        self._subtitles_of = subtitles_of
        self._part = PartFile(target, overwrite=overwrite)
        title = None if subtitles_of is None else f"Face {subtitles_of}"
        self._writer = VideoWriter(self._part, self.encoder, settings, fps, audio_from, title, zero_s)
        self._duration_s = 0.0
        self._first_s: float | None = None
        self._closed = False
        self._error: RecordingError | None = None

    @property
    def notice(self) -> str | None:
        """What the user should know of encoder and sound, in a line, or None."""
        is_usual = self.encoder.name == "libx264"
        encoder = None if is_usual else f"encoded with {self.encoder.name} ({self.encoder.about})"
        return "; ".join(note for note in (encoder, self._writer.notice) if note) or None

    @property
    def part_path(self) -> Path:
        """Where it grows."""
        return self._part.path

    @property
    def duration_s(self) -> float:
        """Media time from the first picture to the last, seconds; for a clock on the record button."""
        return self._duration_s

    @property
    def size_bytes(self) -> int:
        """What has been written to disk."""
        return self._part.size_bytes

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Record one picture. See ``Sink``."""
        if self._error is not None:
            raise self._error
        frame = result.frame
        try:
            self._writer.write(self._shown(result, picture), frame.timestamp_s, self._caption(result))
        except Exception as error:
            raise self._failed(error) from error
        if self._first_s is None:
            self._first_s = frame.timestamp_s
        self._duration_s = frame.timestamp_s - self._first_s

    def _shown(self, result: FrameResult, picture: Image | None) -> Image:
        if self._picture_of is not None:
            return self._picture_of(result)
        assert picture is not None, "asked for by wants_picture"
        return picture

    def _caption(self, result: FrameResult) -> str:
        return "" if self._subtitles_of is None else caption_of(result, self._subtitles_of)

    def finish(self) -> None:
        """Complete the file and put it under its name. Safe twice.

        Raises:
            RecordingError: It cannot be completed, or not one picture came.
        """
        if self._error is not None:
            raise self._error
        if self._closed:
            return
        self._closed = True
        if self._writer.frames == 0:
            self._part.discard()
            raise RecordingError(f"{self._part.target}: not one picture came, so there is no recording; try again")
        try:
            self._writer.finish()
        except Exception as error:
            raise self._failed(error) from error
        self._part.publish()

    def abort(self) -> None:
        """Stop: nothing stays under the final name, all that was recorded stays under ``part_path``."""
        if self._closed:
            return
        self._closed = True
        if self._writer.frames == 0:
            self._part.discard()
            return
        try:
            self._writer.finish()
        except Exception as error:
            self._failed(error)
        self._part.close()

    def _failed(self, error: Exception) -> RecordingError:
        """Close the file so that it plays, and return the line that says what happened."""
        self._closed = True
        self._writer.give_up()
        if self._part.failed is not None:
            self._error = self._part.failure(self._part.failed)
        else:
            self._error = RecordingError(
                f"{self._part.target}: encoding failed ({error}); try another size or format{self._part.kept}"
            )
        if self._part.size_bytes == 0:
            self._part.discard()
        return self._error
