"""What a command line of ``mien annotate`` wants to be made."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.errors import RecordingError

if TYPE_CHECKING:
    from mien.api.task import Task
    from mien.batch.outputs import Outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The options that name outputs, by the names they have on the command line.

    Attributes:
        output: The video, or a folder.
        readings: The table, or its ending for many files.
        no_video: The table alone.
        session: A folder of each input in place of video and table.
        clean: No overlay.
        clean_video: A second video, without overlay.
        subtitles: The face whose label stands in the subtitles.
        start: Media time of a video file to begin at.
        seconds: How much media time to read.
        track: Which video track of a file.
        overwrite: Replace files that exist.
    """

    output: str | None
    readings: str | None
    no_video: bool
    session: bool
    clean: bool
    clean_video: str | None
    subtitles: int | None
    start: float
    seconds: float | None
    track: int | None
    overwrite: bool

    @classmethod
    def taken_from(cls, options: dict[str, Any]) -> "Wanted":
        """Take these options out of all that were given.

        Raises:
            RecordingError: They contradict each other.
        """
        wanted = cls(**{field.name: options.pop(field.name) for field in fields(cls)})
        others = wanted.readings or wanted.no_video or wanted.clean or wanted.clean_video
        if wanted.session and (others or wanted.subtitles is not None):
            raise RecordingError("--session brings video and readings of its own; leave the other outputs out")
        return wanted

    def of_many(self) -> "Outputs":
        """Return what is made of each of many files.

        Raises:
            RecordingError: An option names a single file.
        """
        from mien.batch.outputs import Outputs

        if self.clean_video:
            raise RecordingError(f"{self.clean_video}: one video cannot take many inputs; leave --clean-video out")
        return Outputs(
            folder=_folder(self.output),
            sessions=self.session,
            video=None if self.no_video else ".mp4",
            clean=self.clean,
            subtitles_of=self.subtitles,
            readings=_ending(self.readings),
            start_s=self.start,
            seconds=self.seconds,
            track=self.track,
            overwrite=self.overwrite,
        )

    def tasks(self, inputs: Sequence[str]) -> "list[Task]":
        """Return what is made of each of a few inputs.

        Raises:
            RecordingError: A name is unusable, taken, or stands for two inputs.
        """
        from mien.api.plan import plan_tasks

        tasks = plan_tasks(
            inputs,
            self.output,
            self.readings,
            clean_video=self.clean_video,
            with_video=not self.no_video,
            session=self.session,
            overwrite=self.overwrite,
        )
        return [
            replace(
                task,
                clean=self.clean,
                subtitles_of=self.subtitles,
                start_s=self.start,
                seconds=self.seconds,
                track=self.track,
            )
            for task in tasks
        ]


def _folder(output: str | None) -> Path | None:
    """Return the folder for the results of many files."""
    if output is None:
        return None
    folder = Path(output)
    if folder.suffix and not folder.is_dir():
        raise RecordingError(f"{output}: one video cannot take many inputs; name a folder")
    return folder


def _ending(readings: str | None) -> str:
    """Return the ending of the tables of many files."""
    from mien.sinks.output_path import READINGS_SUFFIXES

    ending = readings or ".csv"
    if ending not in READINGS_SUFFIXES:
        known = ", ".join(READINGS_SUFFIXES)
        raise RecordingError(f"{readings}: one table cannot take many inputs; name an ending ({known})")
    return ending
