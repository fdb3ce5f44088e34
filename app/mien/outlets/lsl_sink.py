"""Readings as streams of the Lab Streaming Layer, one for each place that a face may take."""

import math
import secrets
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

from mien.core.arrays import Image
from mien.core.face import FrameResult, ShownReading
from mien.core.face_details import DETAILS, SHAPES
from mien.core.frame import SourceInfo
from mien.core.further_numbers import OWN
from mien.outlets.face_slots import FaceSlots
from mien.outlets.lsl_library import clock_offset_s
from mien.sinks.sink import Sink
from mien.version import VERSION

SLOTS: Final = 4
STREAM_TYPE: Final = "Expression"
_PROGRAM_ID: Final = secrets.token_hex(4)

_BEFORE: Final = (("time_s", "Time", "seconds"), ("face_id", "Id", "none"), ("track_id", "Id", "none"))
_AFTER: Final = (
    ("valence", "Valence", "normalized"),
    ("arousal", "Arousal", "normalized"),
    ("confidence", "Probability", "normalized"),
    ("quality", "Quality", "normalized"),
    ("usable", "Flag", "none"),
)


DETAIL_CHANNELS: Final = tuple(name for name in DETAILS if name not in SHAPES)
"""Of faces that are looked at closely: head pose, gaze, eyes, mouth and action units, no blendshapes."""


def channels_of(
    labels: Sequence[str], *, has_details: bool = False, own: Sequence[str] = ()
) -> tuple[tuple[str, str, str], ...]:
    """Return label, type and unit of each channel for a network with these labels.

    Args:
        labels: The network's.
        has_details: Whether faces are looked at closely.
        own: Names of the user's own expressions; their channels come last.
    """
    details = [
        (
            name,
            "Angle" if name.endswith("_deg") else "Intensity",
            "degrees" if name.endswith("_deg") else "normalized",
        )
        for name in (DETAIL_CHANNELS if has_details else ())
    ]
    chances = ((f"p_{label}", "Probability", "normalized") for label in labels)
    return (*_BEFORE, *chances, *_AFTER, *details, *((f"{OWN}{name}", "Expression", "none") for name in own))


class LslSink(Sink):
    """A sink that pushes one sample a frame to each of ``SLOTS`` streams, without waiting.

    Samples are stamped with the moment of capture on LSL's clock, and the rate is declared irregular: a camera
    drops frames, and programs that read a recording of the stream would straighten the stamps of a regular one.
    A place without a face gets NaN, but for its media time.

    Args:
        pylsl: See ``load_pylsl``.
        info: Of the source.
        labels: The network's.
        has_details: Whether faces are looked at closely.
        own: Names of the user's own expressions.
    """

    def __init__(
        self,
        pylsl: ModuleType,
        info: SourceInfo,
        labels: Sequence[str],
        *,
        has_details: bool = False,
        own: Sequence[str] = (),
    ) -> None:
        self._labels, self._own = tuple(labels), tuple(own)
        self._has_details = has_details
        channels = channels_of(self._labels, has_details=has_details, own=own)
        self._offset_s = clock_offset_s(pylsl)
        self._places = FaceSlots(SLOTS)
        self._outlets: list[Any] = [
            pylsl.StreamOutlet(_describe(pylsl, slot, info, channels)) for slot in range(SLOTS)
        ]

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Push one frame."""
        time_s = result.frame.timestamp_s
        readings = {reading.track.face_id: reading for reading in result.readings}
        faces = {slot: face for face, slot in self._places.place(readings, time_s).items()}
        stamp_s = result.frame.captured_at_s + self._offset_s
        for slot, outlet in enumerate(self._outlets):
            reading = readings[faces[slot]] if slot in faces else None
            sample = sample_of(reading, time_s, self._labels, has_details=self._has_details, own=self._own)
            outlet.push_sample(sample, stamp_s)

    def finish(self) -> None:
        """End the streams. Safe twice."""
        self._outlets = []  # liblsl ends a stream when its outlet is collected

    def abort(self) -> None:
        """As ``finish``."""
        self.finish()


def sample_of(
    reading: ShownReading | None,
    time_s: float,
    labels: Sequence[str],
    *,
    has_details: bool = False,
    own: Sequence[str] = (),
) -> list[float]:
    """Return the values of one sample, in the order of ``channels_of``."""
    if reading is None:
        return [time_s, *[math.nan] * (len(channels_of(labels, has_details=has_details, own=own)) - 1)]
    emotion, affect = reading.emotion, reading.affect
    chances = dict(zip(emotion.labels, emotion.probabilities.tolist(), strict=True))
    return [
        time_s,
        float(reading.track.face_id),
        float(reading.track.track_id),
        *(chances.get(label, math.nan) for label in labels),
        math.nan if affect is None else float(affect.valence),
        math.nan if affect is None else float(affect.arousal),
        float(reading.confidence),
        float(reading.quality.score),
        float(reading.usable),
        *(_details(reading) if has_details else ()),
        *(reading.own.get(name, math.nan) for name in own),
    ]


def _details(reading: ShownReading) -> list[float]:
    details = reading.raw.details
    return [math.nan if details is None else details[name] for name in DETAIL_CHANNELS]


def _describe(pylsl: ModuleType, slot: int, info: SourceInfo, channels: Sequence[tuple[str, str, str]]) -> Any:  # noqa: ANN401
    """Return a stream's description, its channels named as XDF's conventions have it."""
    stream = pylsl.StreamInfo(
        f"Mien face {slot + 1}",
        STREAM_TYPE,
        len(channels),
        pylsl.IRREGULAR_RATE,
        pylsl.cf_double64,
        f"mien-{_PROGRAM_ID}-{slot + 1}",
    )
    description = stream.desc()
    listed = description.append_child("channels")
    for label, kind, unit in channels:
        channel = listed.append_child("channel")
        channel.append_child_value("label", label)
        channel.append_child_value("unit", unit)
        channel.append_child_value("type", kind)
    acquisition = description.append_child("acquisition")
    acquisition.append_child_value("manufacturer", "Mien")
    acquisition.append_child_value("model", f"mien {VERSION}")
    acquisition.append_child_value("source", info.name)
    acquisition.append_child_value("nominal_fps", f"{info.fps:g}")
    return stream
