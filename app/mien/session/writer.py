"""Writes a session: a folder with the video, the readings, and all that is needed to understand them."""

import contextlib
import dataclasses
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.core.frame import Frame, SourceInfo
from mien.errors import RecordingError
from mien.overlay.cover import Cover, cover_faces
from mien.overlay.painter import Painter
from mien.pipeline.shown_choices import own_names
from mien.session.document import BaselineRecord
from mien.session.folder_lock import claim_folder
from mien.session.layout import OVERLAY_STEM, READINGS, READINGS_CSV, VIDEO_STEM
from mien.session.notes.annotations import MAX_ORIGIN, MAX_TEXT, Marker
from mien.session.notes.live_notes import LiveNotes
from mien.session.origin import NetworkInUse, first_document
from mien.session.record import SessionRecord
from mien.session.thumbnails import Thumbnails
from mien.session.upkeep import Upkeep
from mien.settings import Settings, type_meant
from mien.sinks.missing_frames import MissingFrames
from mien.sinks.readings.readings_log import ReadingsLog, open_readings
from mien.sinks.sink import Sink
from mien.sinks.video.recorder import Recorder
from mien.sinks.video.video_writer import VideoSettings

DIGEST_WAIT_S: Final = 30.0
"""How long the end of a session waits for the sha256 of its source: a few gigabytes on a slow disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What goes into a session beside the readings.

    Attributes:
        video: The picture as the source gave it, not mirrored; faces are covered in it where that is asked for.
        overlay_video: The picture with the overlay burnt in, not mirrored either.
        csv: The readings as CSV as well.
        sound: The sound of a source file, in the videos.
        container: Of the videos.
    """

    video: bool = True
    overlay_video: bool = False
    csv: bool = False
    sound: bool = True
    container: Literal[".mp4", ".mkv"] = ".mp4"


class SessionWriter(Sink):
    """A sink that writes a session's folder.

    A session of a file keeps the file's time, or that of the excerpt; one of a live source begins at 0 with the
    first picture that comes. Its readings, its markers and its video agree. The folder is marked "recording" from
    the start and "complete" once all files have their final names. Until then video and readings grow under
    part names; ``mien.session.recovery`` finishes what a crash cut off.

    Args:
        folder: The session's, which must not exist or be empty.
        info: Of the source.
        networks: What reads the faces; the first gives the readings.
        settings: How they are read, and whether faces are covered.
        contents: What is written.
        encoding: Of the videos.

    Attributes:
        folder: The session's.

    Raises:
        RecordingError: The folder cannot be made or written.
    """

    def __init__(
        self,
        folder: Path,
        info: SourceInfo,
        networks: Sequence[NetworkInUse],
        settings: Settings,
        *,
        contents: Contents = Contents(),
        encoding: VideoSettings | None = None,
    ) -> None:
        self.folder = folder
        self._info = info
        self._networks = tuple(networks)
        self._has_details, self._own = settings.reading.face_details, own_names(settings)
        self._first: Frame | None = None
        self._last: Frame | None = None
        self._frames = 0
        self._missing = MissingFrames()
        self._closed = False
        self._event_types = settings.events.types
        self._cover = self._wanted_cover = Cover(settings.video.cover)
        self._painter: Painter | None = None
        document = first_document(
            info,
            networks,
            settings,
            video=f"{VIDEO_STEM}{contents.container}" if contents.video else None,
            overlay_video=f"{OVERLAY_STEM}{contents.container}" if contents.overlay_video else None,
            readings=(READINGS, READINGS_CSV) if contents.csv else (READINGS,),
        )
        self._folder_lock = claim_folder(folder)
        self._notes = LiveNotes(folder)
        self._recorders: list[Recorder] = []
        self._logs: list[ReadingsLog] = []
        try:
            self._record = SessionRecord(folder, document)
            self._open(contents, encoding)
        except BaseException:
            self._remove()
            raise
        self._thumbnails = Thumbnails(folder, self._cover, is_wanted=settings.video.keep_thumbnails)
        sources = [network.path for network in networks if network.path is not None]
        if document.source.file is not None and document.source.size_bytes:
            sources.insert(0, document.source.file)
        self._upkeep = Upkeep(sources, self._growing)

    @property
    def part_path(self) -> Path:
        """Where it grows: the folder itself."""
        return self.folder

    @property
    def notice(self) -> str | None:
        """What is missing in the session, in a line, or None."""
        notes = [recorder.notice for recorder in self._recorders]
        if self._notes.is_full:
            notes.append("more markers came than a session holds; the last ones are left out")
        return "; ".join(dict.fromkeys(note for note in notes if note)) or None

    @property
    def duration_s(self) -> float:
        """Media time from the first frame to the last."""
        if self._first is None or self._last is None:
            return 0.0
        return self._last.timestamp_s - self._first.timestamp_s

    @property
    def size_bytes(self) -> int:
        """What the videos take on the disk."""
        return sum(recorder.size_bytes for recorder in self._recorders)

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Write one result. See ``Sink``."""
        if self._first is None:
            self._first = result.frame
            self._record.begin(result.frame, self._zero_s, is_live=self._info.is_live)
        if self._cover is not self._wanted_cover:
            self._cover = self._wanted_cover
            self._thumbnails.cover_from_now(self._cover)
        for recorder in self._recorders:
            recorder.write(result, None)
        rebased = self._rebased(result)
        for log in self._logs:
            log.write(rebased, None)
        self._last = result.frame
        self._missing.note(result)
        self._frames += 1
        self._record.note_network(result)
        self._thumbnails.look(result)
        if self._notes.is_due():
            self._save_notes()

    def finish(self) -> None:
        """Complete all files, then say so. Safe twice.

        Raises:
            RecordingError: Not one picture came, or a file cannot be completed; the session can be recovered then.
        """
        if self._closed:
            return
        if self._frames == 0:
            self.abort()
            raise RecordingError(f"{self.folder}: not one picture came, so there is no session; try again")
        self._closed = True
        try:
            self._complete()
        except BaseException:
            self._leave(delete_lock=False)
            raise
        self._leave(delete_lock=True)

    def abort(self) -> None:
        """Stop: the folder stays as after a crash, to be recovered; without a picture nothing stays."""
        if self._closed:
            return
        self._closed = True
        self._abort_outputs()
        with contextlib.suppress(RecordingError):
            self._save_notes()
        self._upkeep.stop()
        if self._frames == 0:
            self._remove()
        else:
            self._folder_lock.release()

    def add_marker(
        self,
        kind: Literal["event", "exclude", "note"],
        at_s: float,
        end_s: float | None = None,
        text: str = "",
        origin: str = "key",
        event_type: str = "",
        code: str = "",
    ) -> None:
        """Mark a moment or a span; it is on disk within half a second. May be called from any thread.

        What another program sent is cut to the length that a session holds; an event whose text is the code or the
        name of one of the user's types is of that type.

        Args:
            kind: See ``Marker``.
            at_s: Media time of the source, as frames have it.
            end_s: The end of a span.
            text: What was written.
            origin: Who set it.
            event_type: The name of an event's type, or empty.
            code: What stands for that type, or empty.

        Raises:
            ValueError: A time is no finite number.
        """
        if not all(math.isfinite(time_s) for time_s in (at_s, end_s or 0.0)):
            raise ValueError(f"SessionWriter.add_marker: expected finite times, got {at_s} and {end_s}")
        if kind == "event" and not event_type and origin != "key":
            meant = type_meant(self._event_types, text)
            if meant is not None:
                event_type, code, text = meant.name, meant.code, ""
        self._notes.add_marker(
            Marker(
                kind=kind,
                start_s=at_s,
                end_s=end_s,
                text=text[:MAX_TEXT],
                origin=origin[:MAX_ORIGIN],
                event_type=event_type,
                code=code,
            )
        )

    def end_marker(self, event_type: str, at_s: float, end_s: float) -> None:
        """Give the event of a type that was marked at a time its end. May be called from any thread."""
        self._notes.end_marker(event_type, at_s, end_s)

    def add_baseline(self, baseline: BaselineRecord) -> None:
        """Record a neutral face; its time is the source's. May be called from any thread."""
        self._notes.add_baseline(baseline)

    def cover_from_now(self, cover: str) -> None:
        """Take over a change of covering with the next frame. May be called from any thread.

        It holds for the videos and the thumbnails.
        """
        self._wanted_cover = Cover(cover)

    def _open(self, contents: Contents, encoding: VideoSettings | None) -> None:
        """Open all outputs."""
        info, first = self._info, self._networks[0]
        audio = Path(info.path) if contents.sound and info.has_audio and info.path else None
        wanted = (
            (contents.video, VIDEO_STEM, self._clean_picture),
            (contents.overlay_video, OVERLAY_STEM, self._overlay_picture),
        )
        for is_wanted, stem, picture_of in wanted:
            if is_wanted:
                target = self.folder / f"{stem}{contents.container}"
                self._recorders.append(
                    Recorder(
                        target,
                        fps=info.fps,
                        audio_from=audio,
                        settings=(encoding or VideoSettings()).for_source(info),
                        picture_of=picture_of,
                        zero_s=info.zero_s,
                    )
                )
        other_labels = self._networks[1].labels if len(self._networks) > 1 else ()
        other_model = self._networks[1].name if len(self._networks) > 1 else ""
        for name in self._record.document.readings:
            self._logs.append(
                open_readings(
                    self.folder / name,
                    first.labels,
                    model=first.name,
                    other_labels=other_labels,
                    other_model=other_model,
                    has_details=self._has_details,
                    own=self._own,
                )
            )

    def _rebased(self, result: FrameResult) -> FrameResult:
        """Return the result on the session's clock."""
        first, frame = self._first, result.frame
        assert first is not None
        if first.index == 0 and self._zero_s == 0.0:
            return result
        moved = dataclasses.replace(
            frame, index=frame.index - first.index, timestamp_s=frame.timestamp_s - self._zero_s
        )
        return dataclasses.replace(result, frame=moved)

    @property
    def _zero_s(self) -> float:
        """Media time of the source at the session's time 0."""
        zero_s = self._info.zero_s
        if zero_s is not None:
            return zero_s
        return 0.0 if self._first is None else self._first.timestamp_s

    def _clean_picture(self, result: FrameResult) -> Image:
        """Return the picture for the video without overlay."""
        if self._cover is Cover.NONE:
            return result.frame.image
        picture = result.frame.image.copy()
        cover_faces(picture, [reading.track.box for reading in result.readings], self._cover)
        return picture

    def _overlay_picture(self, result: FrameResult) -> Image:
        """Return the picture for the video with overlay; what is painted for the screen may be mirrored."""
        if self._painter is None or self._painter.cover is not self._cover:
            self._painter = Painter(cover=self._cover)
        return self._painter.paint(result)

    def _save_notes(self) -> None:
        """Write the markers and baselines that came."""
        if self._notes.save(self._zero_s):
            self._record.note_baselines(self._notes.baselines)

    def _complete(self) -> None:
        """Complete every file that can be; the first failure is the one to tell."""
        failures: list[RecordingError] = []
        for sink in self._outputs():
            try:
                sink.finish()
            except RecordingError as error:
                failures.append(error)
        if failures:
            raise failures[0]
        self._save_notes()
        assert self._first is not None
        assert self._last is not None
        self._record.complete(self.duration_s, self._frames, self._missing, self.left_out)
        self._record.note_digests(self._upkeep.digests(DIGEST_WAIT_S), self._networks)

    def _abort_outputs(self) -> None:
        for sink in self._outputs():
            with contextlib.suppress(RecordingError, OSError):
                sink.abort()

    def _outputs(self) -> list[Recorder | ReadingsLog]:
        return [*self._recorders, *self._logs]

    def _growing(self) -> list[Path]:
        return [output.part_path for output in self._outputs()]

    def _leave(self, *, delete_lock: bool) -> None:
        self._upkeep.stop()
        self._folder_lock.release(delete=delete_lock)

    def _remove(self) -> None:
        """Take away a folder that holds nothing worth keeping."""
        self._abort_outputs()
        self._folder_lock.release(delete=True)
        shutil.rmtree(self.folder, ignore_errors=True)
