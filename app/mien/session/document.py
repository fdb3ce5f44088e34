"""What stands in ``session.json``: with what, from what and when a session was made."""

import os
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import unquote_to_bytes

import msgspec

from mien.core.emotion import Priors

SCHEMA: Final = 2
"""Raised when an older Mien would misread the file. New optional fields do not raise it."""

Text = Annotated[str, msgspec.Meta(max_length=4096)]
MAX_S: Final = 1e7
"""Four months: no recording is longer, and what draws time must not be asked for more."""

Seconds = Annotated[float, msgspec.Meta(ge=0, le=MAX_S)]
Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Distance = Annotated[float, msgspec.Meta(ge=0, le=2)]
Shares = Annotated[tuple[Annotated[float, msgspec.Meta(ge=1e-9, le=1)], ...], msgspec.Meta(max_length=100)]
Sha256 = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]


class NetworkRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A network that read the faces.

    Attributes:
        name: As in its manifest.
        sha256: Of the file; empty where it was not measured.
        labels: What it tells apart, in the order of its outputs.
        provider: The execution provider that really ran it.
        prior: What its raw probabilities hold of what is expected, in the order of the labels; empty where that is
            not known.
        priors: What else may be expected, by name.
        certain_from: Its labels are certain from this probability on, with the prior taken out; 0 where it does
            not say.
        affect_error: How far its valence and arousal lie from a person's rating, as its manifest says, or None.
    """

    name: Text
    sha256: Sha256 = ""
    labels: tuple[Text, ...] = ()
    provider: Text = ""
    prior: Shares = ()
    priors: Annotated[dict[Text, Shares], msgspec.Meta(max_length=20)] = {}
    certain_from: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0
    affect_error: tuple[Distance, Distance] | None = None

    @property
    def expected(self) -> Priors | None:
        """What its probabilities hold of what is expected, or None where that is not known."""
        if not self.prior or len(self.prior) != len(self.labels):
            return None
        offered = {name: shares for name, shares in self.priors.items() if len(shares) == len(self.prior)}
        return Priors(self.prior, tuple(offered.items()), self.certain_from)


class SourceRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Where the pictures came from.

    Attributes:
        kind: What sort of source.
        name: For people.
        path: The file, absolute, or None; for people where ``uri`` says it.
        uri: The same byte for byte, as ``file:///…``, where the path is no text that UTF-8 can hold; else empty.
        sha256: Of the file; empty for a camera or while it is being measured.
        size_bytes: Of the file; 0 for a camera.
        width_px: Of the pictures.
        height_px: Of the pictures.
        fps: Nominal; 0.0 where unknown.
        source_start_s: Media time of the source at the session's own time 0.
        remarks: What was done to the pictures, and what else people should know of them.
    """

    kind: Literal["camera", "file", "folder", "stream", "synthetic"]
    name: Text
    path: Text | None = None
    uri: Text = ""
    sha256: Sha256 = ""
    size_bytes: Annotated[int, msgspec.Meta(ge=0)] = 0
    width_px: Annotated[int, msgspec.Meta(ge=0)] = 0
    height_px: Annotated[int, msgspec.Meta(ge=0)] = 0
    fps: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    source_start_s: Seconds = 0.0
    remarks: tuple[Text, ...] = ()

    @property
    def file(self) -> Path | None:
        """Where the file lay, whatever bytes its name is made of, or None."""
        if self.uri.startswith("file://"):
            return Path(os.fsdecode(unquote_to_bytes(self.uri.removeprefix("file://"))))
        return None if self.path is None else Path(self.path)


class ImportRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Another program's table, which the readings were taken from.

    Attributes:
        program: What read the faces: as its columns tell, or as the user said.
        table: The name of its file.
        sha256: Of that file.
        notes: What people should know of it, a sentence each.
    """

    program: Text
    table: Text
    sha256: Sha256 = ""
    notes: tuple[Text, ...] = ()


class BaselineRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A person's neutral face as one network sees it, which that network's readings may be shown relative to.

    Attributes:
        face_id: Whose.
        model: The network's name; empty in sessions of an older Mien, which kept those of the first network alone.
        taken_at_s: Media time at its end; 0 where it was taken before the session began.
        probabilities: Mean, in the order of that network's labels.
        valence: Mean, or None.
        arousal: Mean, or None.
        details: Means of the face's details by the names of the columns, where they were taken.
    """

    face_id: int
    model: Text = ""
    taken_at_s: float
    probabilities: tuple[float, ...]
    valence: float | None = None
    arousal: float | None = None
    details: dict[str, float] = {}


class SessionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """All of ``session.json``.

    Attributes:
        schema: The version of this form.
        program: "mien 0.1.0".
        state: "recording" until all files are complete; "recovered" where a cut-off session was finished later.
        started_at: ISO 8601 with the zone: the wall clock at media time 0.
        clock: How media time relates to the wall clock, in a sentence.
        duration_s: Media time of the last frame; None while it runs.
        frames: Frames read; None while it runs.
        dropped: Frames that a camera or stream gave while reading them took too long; None where that is not
            known, since the recording was cut off.
        left_out: Frames that were read, but came faster than the disk took them.
        damaged: Frames that did not come through the stream or the camera's cable.
        source: Where the pictures came from.
        networks: The first gives the readings; a second was run beside it.
        detector: The face detector.
        settings: The choices that change readings, as in the settings file.
        own_expressions: The user's own, as texts.
        baselines: Neutral faces.
        video: Name of the recording within the folder, not mirrored and without overlay; faces are covered in it
            where that was asked for. None where there is none.
        overlay_video: Name of a recording with the overlay burnt in, or None.
        readings: Names of the tables within the folder.
        imported: Where another program read the faces: what it was, and its table. Then it stands for the network.
    """

    schema: int = SCHEMA
    program: Text
    state: Literal["recording", "complete", "recovered"] = "recording"
    started_at: Text
    clock: Text = ""
    duration_s: Seconds | None = None
    frames: Count | None = None
    dropped: int | None = 0
    left_out: int = 0
    damaged: int = 0
    source: SourceRecord
    networks: tuple[NetworkRecord, ...]
    detector: Text = ""
    settings: dict[str, int | float | str | bool | None] = {}
    own_expressions: tuple[Text, ...] = ()
    baselines: tuple[BaselineRecord, ...] = ()
    video: Text | None = None
    overlay_video: Text | None = None
    readings: tuple[Text, ...] = ()
    imported: ImportRecord | None = None
