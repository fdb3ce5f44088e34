"""What goes over the WebSocket, both ways: JSON, described in ``docs/outlets.md``."""

import math
import time
from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

import msgspec

from mien.core.emotion import Affect, Emotion
from mien.core.face import FrameResult, ShownExpression, ShownReading
from mien.core.face_details import CHANGES, DETAILS
from mien.core.frame import SourceInfo
from mien.version import VERSION

SCHEMA: Final = 2
"""Raised when a program written for an older one would misread a message. New fields do not raise it."""

MAX_MESSAGE_BYTES: Final = 16_384
"""Of what comes in."""


class MarkerMessage(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="marker"):
    """A marker that a program sets.

    Attributes:
        text: What it says.
        kind: See ``IncomingMarker``.
        time_s: Media time; now where it is left out.
        end_s: Media time of its end, for a span.
    """

    text: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    kind: Literal["event", "exclude", "note"] = "event"
    time_s: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    end_s: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None


def encode(message: dict[str, Any]) -> str:
    """Return a message as JSON; what is not a number becomes null."""
    return msgspec.json.encode(message).decode()


def hello(info: SourceInfo, labels: Sequence[str], other_labels: Sequence[str]) -> dict[str, Any]:
    """Return what a program learns of a run before its first frame."""
    return {
        "type": "hello",
        "schema": SCHEMA,
        "program": f"mien {VERSION}",
        "labels": list(labels),
        "other_labels": list(other_labels),
        "source": {
            "name": info.name,
            "width_px": info.width_px,
            "height_px": info.height_px,
            "fps": info.fps,
            "is_live": info.is_live,
        },
    }


def frame_message(result: FrameResult) -> dict[str, Any]:
    """Return what is shown of one frame, and the raw readings beside it."""
    frame = result.frame
    return {
        "type": "frame",
        "frame": frame.index,
        "time_s": round(frame.timestamp_s, 6),
        "captured_unix_s": round(time.time() - (time.monotonic() - frame.captured_at_s), 4),
        "model": result.model,
        "other_model": result.other_model,
        "faces": [_face(reading) for reading in result.readings],
    }


def _face(reading: ShownReading) -> dict[str, Any]:
    other = reading.other
    return {
        "face_id": reading.track.face_id,
        "track_id": reading.track.track_id,
        "box": [round(float(side), 2) for side in reading.track.box.xyxy],
        **_expression(reading),
        "relative": reading.is_relative,
        "raw": _numbers(reading.raw.emotion, reading.raw.affect),
        "quality": round(float(reading.quality.score), 4),
        **{
            name: None if angle is None else round(float(angle), 1)
            for name, angle in zip(("yaw_deg", "roll_deg"), reading.raw.head_turn_deg, strict=True)
        },
        "other": None if other is None else _expression(other),
        "details": _details(reading),
        "own": {name: None if math.isnan(value) else round(value, 4) for name, value in reading.own.items()},
    }


def _details(reading: ShownReading) -> dict[str, float | None] | None:
    """Return head pose, eyes and action units by the names of the tables, None where nobody looked closely."""
    details = reading.raw.details
    if details is None:
        return None
    found = dict(zip(DETAILS, details.values.tolist(), strict=True))
    if reading.changes is not None:
        found |= zip(CHANGES, reading.changes.tolist(), strict=True)
    return {name: round(value, 4) if math.isfinite(value) else None for name, value in found.items()}


def _expression(shown: ShownExpression) -> dict[str, Any]:
    return {
        "label": shown.top,
        "confidence": round(float(shown.confidence), 6),
        "usable": shown.usable,
        "reason": shown.reason,
        **_numbers(shown.emotion, shown.affect),
    }


def _numbers(emotion: Emotion, affect: Affect | None) -> dict[str, Any]:
    chances = zip(emotion.labels, emotion.probabilities.tolist(), strict=True)
    return {
        "probabilities": {label: round(chance, 6) for label, chance in chances},
        "valence": None if affect is None else round(float(affect.valence), 6),
        "arousal": None if affect is None else round(float(affect.arousal), 6),
    }
