"""What is made of each input, and where it goes."""

import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.batch.inputs import Found
from mien.capture.excerpt import Rotation
from mien.errors import RecordingError, SourceError
from mien.runs.task import Task
from mien.sinks.readings.csv_file import CsvForm

PICTURES_NAME: Final = "pictures.mien"
"""The table of all faces of a set of pictures, without its ending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What is made of each input.

    Attributes:
        folder: Where results go, in folders like those of the inputs; None for beside each input.
        file: The name of the video, the picture or the session of the only input, in place of a folder.
        sessions: Make a session of each video, ``clip.mien``, in place of the two that follow.
        video: The ending of annotated videos; None for none. Of a picture it is a .png.
        clean: Whether these are without overlay.
        clean_video: A second video of the only input, without overlay.
        landmarks: The points of the face meshes of the only input.
        subtitles_of: The face whose label stands in their subtitles, or None.
        readings: The ending of the tables; None for none.
        table: The name of the table of the only input, in place of an ending.
        start_s: Media time at which each video begins.
        seconds: How much media time of each is read, or None for all.
        track: Which video track of each is read; None takes the one that players take.
        rotate_deg: How far every picture is turned clockwise: 0, 90, 180, 270, or "auto".
        overwrite: Whether files may be replaced that are not known to be Mien's.
        csv_form: How tables that are CSV are written.
        profile: The profile by which all are read and shown; empty for the settings as they are.
    """

    folder: Path | None = None
    file: Path | None = None
    sessions: bool = False
    video: str | None = ".mp4"
    clean: bool = False
    clean_video: Path | None = None
    landmarks: Path | None = None
    subtitles_of: int | None = None
    readings: str | None = ".csv"
    table: Path | None = None
    start_s: float = 0.0
    seconds: float | None = None
    track: int | None = None
    rotate_deg: Rotation = 0
    overwrite: bool = False
    csv_form: CsvForm = "comma"
    profile: str = ""

    def tasks(self, found: Sequence[Found], *, are_many: bool = True) -> list[Task]:
        """Return a task for each input: ``clip.mp4`` gives ``clip.mien.mp4`` and ``clip.mien.csv``.

        Files of the same folder that differ in their endings alone keep these: ``clip.mov.mien.mp4``. Pictures
        share one table.

        Args:
            found: The inputs.
            are_many: Whether the pictures among them are a set; otherwise one has a table of its own.

        Raises:
            RecordingError: Two inputs would be written to the same name.
        """
        places = [self._place(one) for one in found]
        taken = Counter(places)
        tasks = [
            self._task(one, place.with_name(one.path.name) if taken[place] > 1 else place, are_many=are_many)
            for one, place in zip(found, places, strict=True)
        ]
        for name, count in Counter(output for task in tasks for output in task.outputs).items():
            if count > 1:
                raise RecordingError(
                    f"{name}: two inputs would be written to this name; name their folders instead"
                )
        return tasks

    def _place(self, found: Found) -> Path:
        """Return where the results go, with the name that is theirs unless another input has it too."""
        if found.is_live:
            return (self.folder or Path()) / time.strftime("mien-%Y%m%d-%H%M%S")
        folder = found.path.parent
        if self.folder is not None:
            folder = self.folder.absolute() / found.inner
        is_folder = found.is_film
        return folder / ((found.path.name if is_folder else found.path.stem) or "pictures")

    def _task(self, found: Found, place: Path, *, are_many: bool) -> Task:
        from mien.capture.still import count_pages

        is_picture, is_live = found.is_picture, found.is_live
        is_of_set = is_picture and are_many
        name = place.name if is_live else f"{place.name}.mien"
        makes_session = self.sessions and not is_of_set
        ending = ".png" if self.video and is_picture and count_pages(found.path) == 1 else self.video
        video = (self.file or place.with_name(f"{name}{ending}")) if ending else None
        return Task(
            source=found.spec or str(found.path),
            session=(self.file or place.with_name(name)) if makes_session else None,
            video=None if makes_session else video,
            clean=self.clean,
            clean_video=self.clean_video,
            landmarks=self.landmarks,
            subtitles_of=None if is_picture else self.subtitles_of,
            readings=None if makes_session or is_of_set else self._table(place.with_name(name)),
            table=self._table_of_set(found) if is_of_set else None,
            start_s=0.0 if is_picture else self.start_s,
            seconds=None if is_picture else self.seconds,
            track=None if is_picture else self.track,
            rotate_deg=self.rotate_deg,
            overwrite=self.overwrite,
            csv_form=self.csv_form,
            as_film=found.is_film,
            is_live=is_live,
            profile=self.profile,
            root=found.root,
            inner=found.inner.as_posix(),
        )

    def _table(self, place: Path) -> Path | None:
        """Return the table of one input: beside its video, where that was named."""
        if self.table is not None or self.readings is None:
            return self.table
        if self.file is not None and self.video:
            return self.file.with_suffix(self.readings)
        return place.with_name(f"{place.name}{self.readings}")

    def _table_of_set(self, found: Found) -> Path | None:
        """Return the table of all pictures: with all results, or in the folder that they were found in."""
        home = found.root if self.folder is None else self.folder.absolute()
        return self.table or (home / f"{PICTURES_NAME}{self.readings}" if self.readings else None)


def home_of(found: Sequence[Found], outputs: Outputs) -> Path:
    """Return the folder that ledger and summary go into: that of the results, or what all inputs have in common.

    Raises:
        SourceError: The inputs lie on different drives.
    """
    if outputs.folder is not None:
        return outputs.folder.absolute()
    try:
        return Path(os.path.commonpath([one.root for one in found]))
    except ValueError as error:
        raise SourceError("The inputs lie on different drives; name a folder for the results with -o") from error
