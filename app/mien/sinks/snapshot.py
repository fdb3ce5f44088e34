"""One moment as files: the picture, the picture with the overlay, and the readings."""

import itertools
from dataclasses import dataclass
from pathlib import Path

import cv2
import msgspec

from mien.core.arrays import Image
from mien.core.emotion import Affect, Emotion
from mien.core.face import FrameResult, ShownReading
from mien.errors import RecordingError
from mien.places import make_private_folder
from mien.sinks.output_path import write_failure
from mien.sinks.part_file import PartFile
from mien.sinks.readings.rows import shortest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where a snapshot lies.

    Attributes:
        picture: PNG with the overlay.
        clean: PNG without overlay.
        readings: JSON.
    """

    picture: Path
    clean: Path
    readings: Path


def save_snapshot(folder: Path, name: str, result: FrameResult, picture: Image, clean: Image) -> Snapshot:
    """Write a snapshot: ``name.png``, ``name-clean.png`` and ``name.json``, all of them or none.

    Nothing is ever replaced: where one of the names is taken, all three get a number, ``name-2.png``.

    Args:
        folder: Where to; created if missing.
        name: Without a suffix.
        result: The frame with its readings.
        picture: (H, W, 3) uint8 BGR, the frame with the overlay.
        clean: (H, W, 3) uint8 BGR, the frame without it.

    Raises:
        RecordingError: The folder takes no file.
    """
    try:
        make_private_folder(folder)
    except OSError as error:
        raise write_failure(folder / name, error) from error
    for number in itertools.count(1):
        stem = name if number == 1 else f"{name}-{number}"
        paths = Snapshot(folder / f"{stem}.png", folder / f"{stem}-clean.png", folder / f"{stem}.json")
        if not any(path.exists() for path in (paths.picture, paths.clean, paths.readings)):
            break
    _write_all(
        {
            paths.picture: _png(picture),
            paths.clean: _png(clean),
            paths.readings: _json(result),
        }
    )
    return paths


def _write_all(contents: dict[Path, bytes]) -> None:
    """Write each file under a temporary name first, and name them only when all are on disk."""
    parts: list[PartFile] = []
    try:
        for path, data in contents.items():
            parts.append(PartFile(path))
            try:
                parts[-1].write(data)
            except OSError as error:
                raise write_failure(path, error) from error
        for part in parts:
            part.publish()
    except RecordingError:
        for part in parts:
            part.discard()
        raise


def _png(image: Image) -> bytes:
    # Level 1: a third of the time of OpenCV's default for a tenth more bytes.
    done, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise RecordingError(f"a picture of {image.shape[1]}x{image.shape[0]} pixels cannot be saved as PNG")
    return data.tobytes()


def _json(result: FrameResult) -> bytes:
    height, width = result.frame.image.shape[:2]
    moment = {
        "frame": result.frame.index,
        "time_s": round(result.frame.timestamp_s, 6),
        "size_wh": [width, height],
        "model": result.model,
        "faces": [_face(reading) for reading in result.readings],
    }
    return msgspec.json.format(msgspec.json.encode(moment), indent=2) + b"\n"


def _face(reading: ShownReading) -> dict[str, object]:
    box = reading.track.box
    return {
        "face_id": reading.track.face_id,
        "track_id": reading.track.track_id,
        "box_xyxy": [shortest(edge) for edge in box.xyxy],
        "face_score": shortest(box.score),
        "label": reading.top,
        "confidence": shortest(reading.confidence) if reading.emotion.is_known else None,
        **_numbers(reading.emotion, reading.affect),
        "usable": reading.usable,
        "reason": reading.reason,
        "relative": reading.is_relative,
        "raw": _numbers(reading.raw.emotion, reading.raw.affect),
    }


def _numbers(emotion: Emotion, affect: Affect | None) -> dict[str, object]:
    chances = zip(emotion.labels, emotion.probabilities, strict=True)
    return {
        "probabilities": {label: shortest(chance) if emotion.is_known else None for label, chance in chances},
        "valence": None if affect is None else shortest(affect.valence),
        "arousal": None if affect is None else shortest(affect.arousal),
    }
