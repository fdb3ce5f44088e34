"""What is made of one input, and the sinks that make it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mien.capture.excerpt import Part, Rotation
from mien.sinks.readings.csv_file import CsvForm

if TYPE_CHECKING:
    from mien.core.arrays import Image
    from mien.core.face import FrameResult
    from mien.core.frame import SourceInfo
    from mien.runs.networks import Networks
    from mien.settings import Settings
    from mien.sinks.sink import Sink


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is made of one input.

    Attributes:
        source: What to open; see ``mien.capture.open.open_source``.
        session: The folder of a session, with video and readings of its own, or None.
        video: The annotated video, or the annotated picture of an input that is one; None for none.
        clean: Whether ``video`` is without overlay.
        clean_video: A second recording, without overlay, or None.
        subtitles_of: The face whose label stands in the subtitles of ``video``, or None.
        readings: The table of readings, or None.
        landmarks: The points of all face meshes, or None.
        table: The table of all faces of the pictures that this one belongs to, or None. Whoever orders the task
            writes it once all are done, from ``Summary.faces_read``.
        start_s: Media time of a video file to begin at.
        seconds: How much media time to read, or None for all.
        track: Which video track of a file, from 1; None takes the one that players take.
        rotate_deg: How far every picture is turned clockwise: 0, 90, 180, 270, or "auto".
        overwrite: Whether existing files may be replaced.
        csv_form: How tables that are CSV are written.
        as_film: Whether a folder's pictures are the frames of one film, or have nothing to do with each other.
        is_live: Whether the source is no file: a camera, a stream, a test picture.
        profile: The profile by which it is read and shown; empty for the settings as they are.
        is_own: Whether profile and part were chosen for this input alone, whatever is chosen for all.
        root: The folder that the user named, or the file's own.
        inner: The way from there to the source, which results in another folder keep.
    """

    source: str
    session: Path | None = None
    video: Path | None = None
    clean: bool = False
    clean_video: Path | None = None
    subtitles_of: int | None = None
    readings: Path | None = None
    landmarks: Path | None = None
    table: Path | None = None
    start_s: float = 0.0
    seconds: float | None = None
    track: int | None = None
    rotate_deg: Rotation = 0
    overwrite: bool = False
    csv_form: CsvForm = "comma"
    as_film: bool = False
    is_live: bool = False
    profile: str = ""
    is_own: bool = False
    root: Path | None = None
    inner: str = ""

    @property
    def outputs(self) -> tuple[Path, ...]:
        """All that it writes, first what one would look at."""
        places = (self.session, self.video, self.clean_video, self.readings, self.landmarks)
        return tuple(path for path in places if path is not None)

    @property
    def part(self) -> Part:
        """Which part of the input is read."""
        return Part(self.start_s, self.seconds, self.track, self.rotate_deg)

    @property
    def has_pictures(self) -> bool:
        """Whether pictures are encoded for it."""
        return any((self.session, self.video, self.clean_video))

    def with_own_of(self, other: "Task") -> "Task":
        """Return the same task with what was chosen for the input of another one alone, where something was."""
        if not other.is_own:
            return self
        part = {name: getattr(other, name) for name in ("profile", "start_s", "seconds", "track", "rotate_deg")}
        return replace(self, is_own=True, **part)

    def absolute(self) -> "Task":
        """Return the same task for a process that stands in another folder."""
        return replace(
            self,
            source=self.source if self.is_live else str(Path(self.source).absolute()),
            session=self.session and self.session.absolute(),
            video=self.video and self.video.absolute(),
            clean_video=self.clean_video and self.clean_video.absolute(),
            readings=self.readings and self.readings.absolute(),
            landmarks=self.landmarks and self.landmarks.absolute(),
            table=self.table and self.table.absolute(),
            root=self.root and self.root.absolute(),
        )


def open_sinks(task: Task, info: "SourceInfo", networks: "Networks", settings: "Settings") -> Iterator["Sink"]:
    """Open what is to be written: a session, the readings, and videos with the source's sound or one picture.

    Raises:
        RecordingError: It cannot be written.
    """
    if task.session is not None:
        yield _open_session(task.session, info, networks, settings)
    if task.readings is not None:
        from mien.pipeline.shown_choices import own_names
        from mien.sinks.readings.readings_log import open_readings

        network, other = networks.first, networks.other
        yield open_readings(
            task.readings,
            network.labels,
            model=network.name,
            other_labels=() if other is None else other.labels,
            other_model="" if other is None else other.name,
            has_details=settings.reading.face_details,
            own=own_names(settings),
            overwrite=task.overwrite,
            csv_form=task.csv_form,
        )
    if task.landmarks is not None:
        from mien.sinks.readings.landmark_file import LandmarkFile

        yield LandmarkFile(task.landmarks, overwrite=task.overwrite)
    if task.video is not None:
        yield _open_video(task.video, task, info, settings, overlay=not task.clean)
    if task.clean_video is not None:
        yield _open_video(task.clean_video, task, info, settings, overlay=False)


def _open_video(target: Path, task: Task, info: "SourceInfo", settings: "Settings", *, overlay: bool) -> "Sink":
    from mien.sinks.picture_file import PICTURE_SUFFIXES, PictureFile
    from mien.sinks.video.recorder import Recorder
    from mien.sinks.video.video_writer import VideoSettings

    picture_of = None if overlay else _clean_picture(settings)
    if target.suffix.lower() in PICTURE_SUFFIXES:
        return PictureFile(target, picture_of=picture_of, overwrite=task.overwrite)
    return Recorder(
        target,
        fps=info.fps,
        audio_from=Path(info.path) if info.has_audio and info.path else None,
        settings=VideoSettings.of(settings).for_source(info),
        picture_of=picture_of,
        subtitles_of=task.subtitles_of if target == task.video else None,
        overwrite=task.overwrite,
        zero_s=info.zero_s,
    )


def _clean_picture(settings: "Settings") -> "Callable[[FrameResult], Image]":
    from mien.composition import build_clean

    return build_clean(settings)


def _open_session(folder: Path, info: "SourceInfo", networks: "Networks", settings: "Settings") -> "Sink":
    from mien.session.writer import Contents, SessionWriter
    from mien.sinks.video.video_writer import VideoSettings

    contents = Contents(overlay_video=settings.video.record_overlay)
    encoding = VideoSettings.of(settings)
    return SessionWriter(folder, info, networks.in_use(), settings, contents=contents, encoding=encoding)
