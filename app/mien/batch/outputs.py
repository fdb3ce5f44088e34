"""Where the results of many files go, and what they are."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mien.api.task import Task
from mien.batch.inputs import Found
from mien.capture.listing import IMAGE_SUFFIXES
from mien.errors import RecordingError, SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What is made of each file.

    Attributes:
        folder: Where results go, in folders like those of the inputs; None for beside each input.
        sessions: Make a session of each video, ``clip.mien``, in place of the two that follow.
        video: The ending of annotated videos; None for none. Of a picture it is a .png.
        clean: Whether these are without overlay.
        subtitles_of: The face whose label stands in their subtitles, or None.
        readings: The ending of the tables; None for none.
        seconds: Media time after which each file ends, or None.
        overwrite: Whether files may be replaced that are not known to be Mien's.
    """

    folder: Path | None = None
    sessions: bool = False
    video: str | None = ".mp4"
    clean: bool = False
    subtitles_of: int | None = None
    readings: str | None = ".csv"
    seconds: float | None = None
    overwrite: bool = False

    def tasks(self, found: Sequence[Found]) -> list[Task]:
        """Return a task for each file: ``clip.mp4`` gives ``clip.mien.mp4`` and ``clip.mien.csv``.

        Files of the same folder that differ in their endings alone keep these: ``clip.mov.mien.mp4``.

        Raises:
            RecordingError: Two files would be written to the same name.
        """
        places = [self._place(one) for one in found]
        taken = Counter(places)
        tasks = [
            self._task(one, place.with_name(one.path.name) if taken[place] > 1 else place)
            for one, place in zip(found, places, strict=True)
        ]
        for name, count in Counter(output for task in tasks for output in task.outputs).items():
            if count > 1:
                raise RecordingError(
                    f"{name}: two inputs would be written to this name; name their folders instead"
                )
        return tasks

    def _place(self, found: Found) -> Path:
        """Return where the results go, with the name that is theirs unless another file has it too."""
        folder = found.path.parent
        if self.folder is not None:
            folder = self.folder.absolute() / found.inner
        return folder / found.path.stem

    def _task(self, found: Found, place: Path) -> Task:
        name = f"{place.name}.mien"
        source, is_picture = str(found.path), found.path.suffix.lower() in IMAGE_SUFFIXES
        if self.sessions and not is_picture:
            return Task(source=source, session=place.with_name(name), seconds=self.seconds)
        video = ".png" if self.video and is_picture else self.video
        return Task(
            source=source,
            video=place.with_name(f"{name}{video}") if video else None,
            clean=self.clean,
            subtitles_of=None if is_picture else self.subtitles_of,
            readings=place.with_name(f"{name}{self.readings}") if self.readings else None,
            seconds=self.seconds,
            overwrite=self.overwrite,
        )


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
