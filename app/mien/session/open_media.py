"""What can be opened in Review: a video, or a recorded session with its readings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mien.capture.local_video import check_is_file
from mien.capture.seekable_picture import NoVideo, check_opens
from mien.errors import OutsideVideo, SessionError, printable
from mien.session.analyses.analysis_store import AnalysisStore
from mien.session.layout import is_session
from mien.session.notes.annotation_file import load_annotations
from mien.session.notes.annotations import Annotations
from mien.session.stored import StoredSession, open_session

_LEAST_WH: Final = (640, 480)
_MOST_WH: Final = (3840, 2160)


@dataclass(frozen=True, slots=True, eq=False)
class OpenMedia:
    """What is open.

    Attributes:
        path: What was asked for: a file or a folder.
        video: The pictures; what stands for them where another program read a video that is not at hand.
        has_overlay: The overlay is part of the pictures already.
        stored: The session with its readings, or None for a video that is still to be read.
        notes_folder: Where the markers stand.
        annotations: As they stand there.
    """

    path: Path
    video: Path | NoVideo
    has_overlay: bool
    stored: StoredSession | None
    notes_folder: Path
    annotations: Annotations

    @property
    def video_file(self) -> Path | None:
        """The file of the pictures, or None where there is none."""
        return self.video if isinstance(self.video, Path) else None

    @property
    def title(self) -> str:
        """For people."""
        return printable(self.path.name)


def open_media(
    path: Path, store: AnalysisStore, go_on: Callable[[], bool], *, trusts_outside: bool = False
) -> OpenMedia:
    """Open a video or a session's folder. Slow: a large video is read once to know it again.

    Args:
        path: What to open.
        store: Where the markers of videos stand.
        go_on: Asked now and then; False gives up.
        trusts_outside: Open a video that a session names outside its folder: the user knows who made it. A path
            can reach another machine, or a device.

    Raises:
        OutsideVideo: There is only such a video, and nobody said that it may be opened; it was not touched.
        AppError: It is missing, damaged, holds neither, or its first picture cannot be read.
    """
    if not path.is_dir():
        check_is_file(path)
        check_opens(path)
        folder = store.notes_folder(store.source_key(path, go_on))
        return OpenMedia(path, path, False, None, folder, load_annotations(folder))
    if not is_session(path):
        raise SessionError(f"{path.name}: holds no session; choose a folder with a session.json, or a video")
    stored = open_session(path)
    video, has_overlay = stored.video, False
    if video is None:
        video, has_overlay = stored.overlay_video, True
    source = stored.document.source.file
    if video is None and source is not None and not stored.document.source.source_start_s:
        if not trusts_outside:
            raise OutsideVideo(path.name, str(stored.document.source.path))
        video, has_overlay = (source if source.is_file() else None), False
    if video is None and stored.document.imported is not None:
        return OpenMedia(path, _no_video(stored), False, stored, path, stored.annotations)
    if video is None:
        raise SessionError(f"{path.name}: its video is missing; put it back, or open its readings elsewhere")
    check_opens(video)
    len(stored.series.face_ids())  # read here, off the GUI thread
    return OpenMedia(path, video, has_overlay, stored, path, stored.annotations)


def _no_video(stored: StoredSession) -> NoVideo:
    """Return what stands for the video of an imported table: its times, and room for all its boxes."""
    series = stored.series
    faces = [series.face(face_id) for face_id in series.face_ids()]
    times_s = np.unique(np.concatenate([np.array([0.0]), *(face.times_s for face in faces)]))
    corners = [face.boxes[:, 2:] for face in faces]
    largest = np.nan_to_num(np.concatenate(corners), nan=0.0).max(axis=0) if corners else np.zeros(2)
    width, height = np.clip(largest * 1.05, _LEAST_WH, _MOST_WH).astype(int).tolist()
    return NoVideo(stored.folder.name, times_s, (width, height))
