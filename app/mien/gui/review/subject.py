"""What can be opened in Review: a video, or a recorded session with its readings."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mien.capture.local_video import check_is_file
from mien.errors import SessionError
from mien.pipeline.pipeline import Pipeline
from mien.session.analyses.analysis_store import AnalysisStore
from mien.session.layout import is_session
from mien.session.notes.annotation_file import load_annotations
from mien.session.notes.annotations import Annotations
from mien.session.stored import StoredSession, open_session
from mien.settings import Settings


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is open.

    Attributes:
        path: What was asked for: a file or a folder.
        video: The pictures.
        has_overlay: The overlay is part of the pictures already.
        stored: The session with its readings, or None for a video that is still to be read.
        notes_folder: Where the markers stand.
        annotations: As they stand there.
    """

    path: Path
    video: Path
    has_overlay: bool
    stored: StoredSession | None
    notes_folder: Path
    annotations: Annotations

    @property
    def title(self) -> str:
        """For people."""
        return self.path.name


def open_subject(path: Path, store: AnalysisStore, go_on: Callable[[], bool]) -> Subject:
    """Open a video or a session's folder. Slow: a large video is read once to know it again.

    Args:
        path: What to open.
        store: Where the markers of videos stand.
        go_on: Asked now and then; False gives up.

    Raises:
        AppError: It is missing, damaged, or holds neither.
    """
    if not path.is_dir():
        check_is_file(path)
        folder = store.notes_folder(store.source_key(path, go_on))
        return Subject(path, path, False, None, folder, load_annotations(folder))
    if not is_session(path):
        raise SessionError(f"{path.name}: holds no session; choose a folder with a session.json, or a video")
    stored = open_session(path)
    video, has_overlay = stored.clean_video, False
    if video is None:
        video, has_overlay = stored.video, True
    if video is None and stored.document.source.path and not stored.document.source.source_start_s:
        source = Path(stored.document.source.path)
        video, has_overlay = (source if source.is_file() else None), False
    if video is None:
        raise SessionError(f"{path.name}: its video is missing; put it back, or open its readings elsewhere")
    len(stored.series.face_ids())  # read here, off the GUI thread
    return Subject(path, video, has_overlay, stored, path, stored.annotations)


def build_unpaced(settings: Settings, path: Path) -> Pipeline:
    """Wire a pipeline that reads a video as fast as it can."""
    from mien.capture.video_file import VideoFile
    from mien.composition import build_pipeline

    source = VideoFile(path)
    try:
        return build_pipeline(settings, source)
    except BaseException:
        source.close()
        raise
