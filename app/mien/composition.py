"""From settings to a wired pipeline: the only place where all packages meet."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from mien.capture.excerpt import WHOLE, Part
from mien.capture.source import FrameSource
from mien.core.arrays import Image
from mien.core.face import FrameResult
from mien.core.shown import ShownStage
from mien.errors import AppError, DetectorUnavailable, SourceError
from mien.inference.classifier import Classifier
from mien.overlay.screen_size import ScreenSize
from mien.pipeline.face_reader import FaceReader
from mien.pipeline.pipeline import Pipeline
from mien.pipeline.shown_choices import shown_choices
from mien.places import from_home
from mien.settings import Settings
from mien.sinks.sink import Sink
from mien.vision.detector import FaceDetector

if TYPE_CHECKING:
    from mien.pipeline.detail_reader import DetailReader
    from mien.session.analyses.kept_raw import KeptRaw
    from mien.vision.anchor_detector import AnchorDetector
    from mien.vision.finder import FaceFinder

ROTATION_PICTURES: Final = 5
ROTATION_EVERY_S: Final = 0.5
ROTATION_WITHIN_S: Final = 20.0
"""Which pictures of a file are looked at for the way up they are."""


def build_pipeline(
    settings: Settings,
    source: FrameSource,
    sinks: Sequence[Sink] = (),
    *,
    classifier: Classifier | None = None,
    other: Classifier | None = None,
    paced: bool = False,
    mirror: bool = False,
) -> Pipeline:
    """Wire everything between a source and its sinks; nothing runs before ``start``.

    Args:
        settings: What the user chose.
        source: Closed by the pipeline.
        sinks: Where results go.
        classifier: A network that is open already; by default the one that the settings name is opened.
        other: The second network that the settings name, where it is open already.
        paced: Play a file no faster than its own time, for watching.
        mirror: Paint the picture as a mirror shows it, for a screen; what is written is never mirrored.

    Raises:
        ModelError: The network or the face detector cannot be used.
    """
    if classifier is None and source.info.is_live:
        classifier = open_live_classifier(settings)
    reader = build_reader(settings, classifier, other)
    finder = build_finder(settings)
    paint = build_painter(settings)
    paint_screen = build_painter(settings, mirror=True) if mirror else None
    return Pipeline(
        source,
        finder,
        reader,
        paint,
        sinks,
        shown_maker=ShownStage(shown_choices(settings)),
        paced=paced,
        paint_screen=paint_screen,
        closer=build_closer(settings, is_live=source.info.is_live),
    )


def open_to_read(named: str, settings: Settings, part: Part = WHOLE) -> FrameSource:
    """Open what the user named, as the settings and a part say.

    Where the part leaves the rotation open, some pictures of the first seconds are looked at before.

    Raises:
        SourceError: It cannot be opened, or is no file whose pictures can be looked at before.
        ModelError: The face detector cannot be used.
    """
    from mien.capture.open import open_source
    from mien.capture.source_spec import parse_source

    spec, camera = parse_source(named), settings.camera
    if part.rotate_deg == "auto":
        if not spec.kind.is_place:
            raise SourceError(f"{named}: only files can be looked at before; name the rotation: 90, 180 or 270")
        source = open_source(spec, part=replace(part, rotate_deg=0))
        try:
            part = replace(part, rotate_deg=rotation_of(source, settings))
        finally:
            source.close()
    return open_source(spec, size_wh=camera.size_wh, fps=camera.fps, part=part)


def find_turn(pictures: Sequence[Image], settings: Settings) -> int:
    """Return by how much pictures must be turned clockwise for their heads to be upright: 0, 90, 180 or 270.

    Args:
        pictures: (H, W, 3) uint8 BGR, of one camera that does not turn meanwhile.
        settings: Which face detector looks at them.

    Raises:
        ModelError: The face detector cannot be used.
    """
    from mien.vision.describer import FaceDescriber
    from mien.vision.upright import upright_turn

    detector = open_detector(settings)
    try:
        return upright_turn(pictures, detector, FaceDescriber())
    finally:
        detector.close()


def rotation_of(source: FrameSource, settings: Settings) -> int:
    """Return by how much a file must be turned clockwise, by some pictures of its first seconds.

    Raises:
        SourceError: It cannot be read.
        ModelError: The face detector cannot be used.
    """
    pictures: list[Image] = []
    due_s = first_s = None
    for frame in source.frames():
        first_s = frame.timestamp_s if first_s is None else first_s
        if due_s is None or frame.timestamp_s >= due_s:
            pictures.append(frame.image)
            due_s = frame.timestamp_s + ROTATION_EVERY_S
        if len(pictures) >= ROTATION_PICTURES or frame.timestamp_s - first_s > ROTATION_WITHIN_S:
            break
    return find_turn(pictures, settings)


def build_from_kept(settings: Settings, source: FrameSource, kept: "KeptRaw", sinks: Sequence[Sink]) -> Pipeline:
    """Wire what shows kept readings as the settings say, beside the pictures of a source; no network runs."""
    shown_maker = ShownStage(shown_choices(settings))
    return Pipeline(source, kept, kept, build_painter(settings), sinks, shown_maker=shown_maker)


def build_finder(settings: Settings) -> "FaceFinder":
    """Return what finds faces, follows them and tells people apart.

    Raises:
        ModelError: The face detector cannot be used, or a network that comes with Mien is missing.
    """
    from mien.vision.conditions import FaceConditions
    from mien.vision.describer import FaceDescriber
    from mien.vision.finder import FaceFinder
    from mien.vision.people import People
    from mien.vision.tracker import Tracker

    describer = FaceDescriber()
    people = People(describer if settings.reading.recognise_people else None)
    conditions, every = FaceConditions(describer), settings.reading.every
    return FaceFinder(open_detector(settings), Tracker(), people, conditions, every=every or "auto")


def build_reader(
    settings: Settings, classifier: Classifier | None = None, other: Classifier | None = None
) -> FaceReader:
    """Return what reads faces: one network or two.

    Raises:
        ModelError: The network cannot be used.
    """
    return FaceReader(classifier or open_classifier(settings), other or open_other(settings))


def build_closer(settings: Settings, *, is_live: bool) -> "DetailReader | None":
    """Return what looks closely at faces, None where the settings leave it out.

    Args:
        settings: What the user chose.
        is_live: Whether frames may not wait: faces are looked at in turn then, where they are many.

    Raises:
        ModelError: A file that comes with Mien is missing.
    """
    if not settings.reading.face_details:
        return None
    from mien.inference.landmark_session import LandmarkSession, face_model
    from mien.pipeline.detail_reader import LIVE_BUDGET_S, DetailReader

    session = LandmarkSession(settings.compute.provider, settings.compute.threads or network_threads())
    return DetailReader(session, face_model(), LIVE_BUDGET_S if is_live else None)


def open_classifier(settings: Settings) -> Classifier:
    """Open the network that the settings name, and run it once.

    Raises:
        ModelError: It is missing, damaged, does not describe itself, or cannot run as asked.
    """
    from mien.inference.catalog import DEFAULT_MODEL

    return _open_network(settings.reading.model or DEFAULT_MODEL, settings)


def open_live_classifier(settings: Settings) -> Classifier:
    """Open the network for a camera: the one that the settings name, or the best one that keeps up here.

    Files can wait, and are always read by the same network, so that a second reading gives the same answers.

    Raises:
        ModelError: As for `open_classifier`.
    """
    from mien.inference.catalog import SMALL_MODEL

    classifier = open_classifier(settings)
    if settings.reading.model or classifier.keeps_up():
        return classifier
    return _open_network(SMALL_MODEL, settings)


def open_other(settings: Settings) -> Classifier | None:
    """Open the second network that the settings name, and run it once; None where they name none.

    Raises:
        ModelError: As for the first.
    """
    return _open_network(settings.reading.compare, settings) if settings.reading.compare else None


def _open_network(name: str, settings: Settings) -> Classifier:
    from mien.inference.admission import open_network
    from mien.inference.catalog import find_model

    session = open_network(
        find_model(name), settings.compute.provider, settings.compute.threads or network_threads()
    )
    session.warm_up()
    return Classifier(session)


def network_threads() -> int:
    """Return the threads that the network gets: few, since decoder, detector and encoder want cores as well."""
    return max((os.cpu_count() or 1) // 4, 1)


def open_detector(settings: Settings) -> FaceDetector:
    """Open the face detector that the settings name.

    Raises:
        ModelError: Its weights are missing or unusable.
    """
    reading = settings.reading
    if reading.detector == "retinaface" or reading.faces_are_crops:
        from mien.vision.crop_detector import CropDetector

        detector = open_closer(settings)
        return CropDetector(detector) if reading.faces_are_crops else detector
    if reading.detector == "yunet":
        from mien.vision.yunet_detector import YunetDetector

        return YunetDetector(from_home(reading.yunet_file), reading.min_face_score)
    if reading.detector == "added":
        return _open_added(reading.added_detector, reading.min_face_score)
    from mien.vision.mediapipe_detector import MediapipeDetector
    from mien.vision.weights import FULL_RANGE, SHORT_RANGE, find_weights

    weights = find_weights(FULL_RANGE if reading.detector == "full-range" else SHORT_RANGE)
    return MediapipeDetector(weights, reading.min_face_score)


def open_closer(settings: Settings) -> "AnchorDetector":
    """Open the face detector that comes with Mien, whatever detector the settings name.

    Raises:
        ModelError: It is missing or damaged.
    """
    from mien.inference.catalog import find_detector
    from mien.inference.detector_session import DetectorSession
    from mien.vision.anchor_detector import AnchorDetector

    threads = settings.compute.threads or network_threads()
    session = DetectorSession(find_detector(), settings.compute.provider, threads)
    return AnchorDetector(session, settings.reading.min_face_score)


def _open_added(name: str, min_score: float) -> FaceDetector:
    """Open a detector of another package."""
    from mien.plugins import load_plugin

    make = load_plugin("detectors", name)
    try:
        detector = make(min_score)
    except AppError:
        raise
    except Exception as error:  # what a foreign package raises is its own affair
        raise DetectorUnavailable(f"{name}: this detector does not start ({error}); choose another") from error
    return cast(FaceDetector, detector)


def build_painter(
    settings: Settings,
    *,
    mirror: bool = False,
    screen: ScreenSize | None = None,
    names: Mapping[int, str] | None = None,
) -> Callable[[FrameResult], Image]:
    """Return what draws results: the overlay, with faces covered as the settings say.

    Args:
        settings: What the user chose.
        mirror: For people who look at themselves on a screen.
        screen: How large that shows the pictures; None keeps their size.
        names: Of the persons, where they were given.
    """
    from mien.overlay.painter import Painter

    cover, parts = settings.video.cover, settings.overlay
    return Painter(cover=cover, mirror=mirror, parts=parts, names=names, screen=screen).paint


def build_clean(settings: Settings) -> Callable[[FrameResult], Image]:
    """Return what gives pictures without overlay: faces covered as the settings say, nothing mirrored."""
    from mien.overlay.cover import Cover, cover_faces

    cover = Cover(settings.video.cover)

    def clean(result: FrameResult) -> Image:
        if cover is Cover.NONE or not result.readings:
            return result.frame.image
        picture = result.frame.image.copy()
        cover_faces(picture, [reading.track.box for reading in result.readings], cover)
        return picture

    return clean


def build_unpaced(settings: Settings, path: Path) -> Pipeline:
    """Wire a pipeline that reads a video, or a picture, turned as the settings say, as fast as it can."""
    from mien.capture.open import open_file

    source = open_file(path, Part(rotate_deg=settings.camera.rotate_deg))
    try:
        return build_pipeline(settings, source)
    except BaseException:
        source.close()
        raise
