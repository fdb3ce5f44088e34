"""A face in a frame: where it is, who it is in this run, what was read from it, and what is shown of that."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from mien.core.arrays import Floats, read_only
from mien.core.emotion import UNCERTAIN, Affect, Emotion
from mien.core.face_details import FaceDetails
from mien.core.frame import Frame
from mien.core.wording import maybe


class Reason(StrEnum):
    """Why a label is withheld; the values are what people read in the window and in the tables."""

    TOO_SMALL = "too small"
    CUT_OFF = "cut off"
    UPSIDE_DOWN = "upside down"
    TURNED_AWAY = "turned away"
    EYES_COVERED = "eyes covered"
    MOUTH_COVERED = "mouth covered"
    DARK = "dark"
    OVEREXPOSED = "overexposed"
    BLURRED = "blurred"
    NOT_READ = "not read"
    """No expression was read of the face: a table of another program holds none."""
    LOW_CONFIDENCE = "low confidence"
    """The only one that is said of the network's answer and not of the face."""

    @classmethod
    def of(cls, text: object) -> "Reason | None":
        """Return the reason of a table's cell, None of an empty one; an unknown one counts as the last."""
        if text is None:
            return None
        try:
            return cls(str(text))
        except ValueError:
            return cls.LOW_CONFIDENCE


@dataclass(frozen=True, slots=True, eq=False)
class FaceBox:
    """One detected face.

    Attributes:
        x1: Left edge, pixels; may lie outside the picture.
        y1: Top edge, pixels.
        x2: Right edge, pixels, beyond x1.
        y2: Bottom edge, pixels, beyond y1.
        score: The detector's, in [0, 1].
        landmarks: (K, 2) float32 pixel positions (x, y), read-only, or None. The first two are the centres of
            the eyes as they appear in the picture, the left one of the picture first; then nose and mouth
            where the detector gives them.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    score: float
    landmarks: Floats | None = None

    def __post_init__(self) -> None:
        if not (self.x2 > self.x1 and self.y2 > self.y1):
            raise ValueError(f"FaceBox: expected x2 > x1 and y2 > y1, got {self.xyxy}")
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"FaceBox.score: expected a number in [0, 1], got {self.score}")
        if self.landmarks is not None:
            points = np.asarray(self.landmarks, dtype=np.float32)
            if points.ndim != 2 or points.shape[1] != 2 or len(points) < 2:
                raise ValueError(
                    f"FaceBox.landmarks: expected shape (K, 2) with K of 2 or more, got {points.shape}"
                )
            object.__setattr__(self, "landmarks", read_only(points))

    @property
    def xyxy(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in pixels."""
        return self.x1, self.y1, self.x2, self.y2

    @property
    def width_px(self) -> float:
        """Width in pixels."""
        return self.x2 - self.x1

    @property
    def height_px(self) -> float:
        """Height in pixels."""
        return self.y2 - self.y1


@dataclass(frozen=True, slots=True, eq=False)
class FaceTrack:
    """A face followed from frame to frame.

    Attributes:
        track_id: From 1, unique in a run: one stretch in which the face was followed without a break.
        box: Where it is in this frame.
        age_frames: Frames since it was first seen, 0 at the first.
        is_predicted: True where nobody looked at the face in this frame and its place was worked out.
        face_id: The person: the same number after a break or a cut, where the person was recognised. It is what
            people are shown. 0 stands for ``track_id``.
        condition: What stands in the way of reading it; None where nobody looked.
        has_place: Whether it is known where it is; otherwise the box stands for nothing and nothing is painted.
    """

    track_id: int
    box: FaceBox
    age_frames: int
    is_predicted: bool = False
    face_id: int = 0
    condition: "Condition | None" = None
    has_place: bool = True

    def __post_init__(self) -> None:
        if not self.face_id:
            object.__setattr__(self, "face_id", self.track_id)


@dataclass(frozen=True, slots=True)
class Condition:
    """How likely it is that a face cannot be read though its points were found, each 0 to 1.

    Attributes:
        eyes_covered: Something lies over the eyes.
        mouth_covered: Something lies over the mouth.
        upside_down: The head is the other way up than its points say.
    """

    eyes_covered: float = 0.0
    mouth_covered: float = 0.0
    upside_down: float = 0.0


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be read, and why not.

    Attributes:
        face_height_px: Height of the box in the picture, pixels.
        sharpness: 0 for a smear to 1 for sharp.
        brightness: Mean luma of the crop, 0 to 1.
        yaw_deg: Turn of the head to its side, degrees, an estimate from five landmarks; 0 is frontal.
        roll_deg: Tilt of the line through the eyes, degrees.
        reason: None for a usable face.
        score: 0 to 1, the smallest of the single measures, for a bar on screen.
    """

    face_height_px: float
    sharpness: float
    brightness: float
    yaw_deg: float
    roll_deg: float
    reason: Reason | None
    score: float

    @property
    def usable(self) -> bool:
        """Whether an expression read from this face deserves a label."""
        return self.reason is None


@dataclass(frozen=True, slots=True, eq=False)
class SecondReading:
    """What a second network reads from the same face, for comparison.

    Attributes:
        emotion: Probabilities as the network gave them; its labels may differ from those of the first network.
        affect: Valence and arousal, or None where the network gives none.
    """

    emotion: Emotion
    affect: Affect | None


@dataclass(frozen=True, slots=True, eq=False)
class FaceReading:
    """What was read from one face of one frame: raw, without memory of the frames before.

    Attributes:
        track: The face.
        emotion: Probabilities as the network gave them.
        affect: Valence and arousal, or None where the network gives none.
        quality: Whether to believe it.
        other: What a second network reads, or None where none runs.
        details: Head pose, eyes and action units, or None where nobody looked or no mesh was found.
        kept_turn_deg: Of a reading from a table, which has no points: yaw and roll as they stand there; else None.
    """

    track: FaceTrack
    emotion: Emotion
    affect: Affect | None
    quality: Quality
    other: SecondReading | None = None
    details: FaceDetails | None = None
    kept_turn_deg: tuple[float | None, float | None] | None = None

    @property
    def head_turn_deg(self) -> tuple[float | None, float | None]:
        """Yaw and roll of the head, degrees, each None where the detector gave no points to tell it by.

        Yaw is positive towards the right of the picture, roll is positive clockwise as the picture shows it. Taken
        from the mesh where there is one.
        """
        if self.details is not None:
            return self.details["yaw_deg"], self.details["roll_deg"]
        if self.kept_turn_deg is not None:
            return self.kept_turn_deg
        points = self.track.box.landmarks
        count = 0 if points is None else len(points)
        return (self.quality.yaw_deg if count > 2 else None), (self.quality.roll_deg if count else None)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ShownExpression:
    """What is shown of one network's readings of a face. Made by ``mien.core.shown``.

    Attributes:
        emotion: Smoothed probabilities, relative to the person's neutral face where that is asked for.
        affect: Smoothed valence and arousal, likewise, or None where the network gives none.
        top: The expression that is named, whether or not it is certain. It is held for a moment after another
            one became more probable, so that it can be read.
        reason: Why the label is withheld, or None where it stands.
    """

    emotion: Emotion
    affect: Affect | None
    top: str
    reason: Reason | None

    @property
    def usable(self) -> bool:
        """Whether the label may be shown as such; "uncertain" otherwise."""
        return self.reason is None

    @property
    def label(self) -> str:
        """What is written: the expression, or "uncertain"."""
        return self.top if self.reason is None else UNCERTAIN

    @property
    def doubt(self) -> str:
        """Why the label is withheld, for people: of an unsure network what it may be; empty where it stands."""
        if self.reason is Reason.LOW_CONFIDENCE:
            return maybe(self.top)
        return str(self.reason or "")

    @property
    def confidence(self) -> float:
        """The probability of ``top``; NaN where none was read."""
        if not self.emotion.is_known:
            return math.nan
        return float(self.emotion.probabilities[self.emotion.labels.index(self.top)])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ShownReading(ShownExpression):
    """What is shown of one face of one frame, the same in picture, panel, list, recording, table and integrations.

    Attributes:
        raw: What was read.
        other: What is shown of the second network's reading, or None where none runs.
        is_relative: True where all this is relative to the person's neutral face; see ``mien.core.baseline``.
        changes: (K,) float32, what has changed of the face's details since its neutral face, in the order of
            ``mien.core.face_details.CHANGES``; None where one of both is not known.
        own: What the user's own expressions come to, by name; see ``mien.core.own_expressions``.
    """

    raw: FaceReading
    other: ShownExpression | None = None
    is_relative: bool = False
    changes: Floats | None = None
    own: Mapping[str, float] = field(default_factory=dict)

    @property
    def track(self) -> FaceTrack:
        """The face."""
        return self.raw.track

    @property
    def quality(self) -> Quality:
        """How well the face can be read."""
        return self.raw.quality


@dataclass(frozen=True, slots=True, eq=False)
class FrameResult:
    """A frame with its readings.

    Attributes:
        frame: The picture that was read.
        readings: One for each face, by track id: what is shown, and in it what was read.
        model: The name of the network that read it.
        stage_times_s: Seconds that each stage worked on it, by the stage's name.
        other_model: The name of the second network, or None where there is none.
        dropped: Frames of this run that were dropped so far because reading them took too long; 0 for a file.
    """

    frame: Frame
    readings: tuple[ShownReading, ...]
    model: str
    stage_times_s: Mapping[str, float] = field(default_factory=dict)
    other_model: str | None = None
    dropped: int = 0
