"""What came of one input, counted while it ran."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mien.sinks.missing_frames import MissingFrames
from mien.sinks.sink import Sink

if TYPE_CHECKING:
    from mien.core.arrays import Image
    from mien.core.face import FrameResult

Cell = int | float | str | bool | None
"""As in ``mien.sinks.readings.rows``, which is too heavy to import here; a test compares them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What came of one input.

    Attributes:
        source: As given.
        outputs: What was written: a session, videos, a picture, the readings.
        frames: Frames read.
        frames_with_face: Of these, with a face or more.
        faces: Face ids in all.
        dropped: Frames that a camera or stream gave while reading them took too long.
        left_out: Frames that were read, but came faster than an output took them.
        damaged: Frames that did not come through the stream or the camera's cable.
        media_s: Media time of the last frame, seconds.
        elapsed_s: Time it took, seconds.
        labels: How often each label of the network stood on top, uncertain readings left out; the most frequent
            first.
        uncertain: Readings without a label.
        confidence: Mean over the readings with a label; None where there is none.
        valence: Mean over the readings with a label; None where there is none.
        arousal: Mean over the readings with a label; None where there is none.
        model: The network.
        provider: What it ran on.
        was_cut: True where it was stopped early.
        damage: What of a file could not be read, or None.
        notes: What else one should know.
        faces_read: Of a picture of a set: a row for each face, or one without a face, by the columns of a table.
    """

    source: str
    outputs: tuple[str, ...] = ()
    frames: int = 0
    frames_with_face: int = 0
    faces: int = 0
    dropped: int = 0
    left_out: int = 0
    damaged: int = 0
    media_s: float = 0.0
    elapsed_s: float = 0.0
    labels: dict[str, int] = field(default_factory=dict)
    uncertain: int = 0
    confidence: float | None = None
    valence: float | None = None
    arousal: float | None = None
    model: str = ""
    provider: str = ""
    was_cut: bool = False
    damage: str | None = None
    notes: tuple[str, ...] = ()
    faces_read: tuple[dict[str, Cell], ...] = ()

    @property
    def certain(self) -> int:
        """Readings with a label."""
        return sum(self.labels.values())

    @property
    def shares(self) -> dict[str, float]:
        """The share of each label among the readings with a label."""
        return {label: count / max(self.certain, 1) for label, count in self.labels.items()}

    @property
    def uncertain_share(self) -> float | None:
        """The share of readings without a label, or None where no face was read."""
        readings = self.certain + self.uncertain
        return self.uncertain / readings if readings else None


class Tally(Sink):
    """A sink that counts what goes by.

    Args:
        labels: The network's.
        other_labels: Those of a second network, where one runs.
        keeps_rows: Whether to keep the readings themselves: of one picture, not of a video.
    """

    def __init__(
        self, labels: Sequence[str], other_labels: Sequence[str] = (), *, keeps_rows: bool = False
    ) -> None:
        self.rows: list[dict[str, Cell]] = []
        self._names = (tuple(labels), tuple(other_labels)) if keeps_rows else None
        self.frames = 0
        self.frames_with_face = 0
        self.face_ids: set[int] = set()
        self.uncertain = 0
        self.media_s = 0.0
        self.missing = MissingFrames()
        self._readings = self._upside_down = 0
        self._labels = Counter(dict.fromkeys(labels, 0))
        self._confidence_sum = 0.0
        self._affect_sums = [0.0, 0.0]
        self._affect_count = 0

    @property
    def labels(self) -> dict[str, int]:
        """How often each label stood on top, the most frequent first."""
        return dict(self._labels.most_common())

    @property
    def mean_confidence(self) -> float | None:
        """Mean confidence of the readings with a label."""
        count = sum(self._labels.values())
        return self._confidence_sum / count if count else None

    @property
    def mean_affect(self) -> tuple[float | None, float | None]:
        """Mean valence and arousal of the readings with a label."""
        if not self._affect_count:
            return None, None
        return self._affect_sums[0] / self._affect_count, self._affect_sums[1] / self._affect_count

    @property
    def is_upside_down(self) -> bool:
        """Whether the picture itself looks turned by 180 degrees: its heads do, and there are some."""
        from mien.core.quality import looks_turned

        return looks_turned(self._upside_down, self._readings)

    def write(self, result: "FrameResult", picture: "Image | None") -> None:
        """Count one result."""
        from mien.core.face import Reason

        self.frames += 1
        self.frames_with_face += bool(result.readings)
        self.media_s = result.frame.timestamp_s
        if self._names is not None:
            self._keep_rows(result, *self._names)
        self.missing.note(result)
        for reading in result.readings:
            self.face_ids.add(reading.track.face_id)
            self._readings += 1
            self._upside_down += reading.quality.reason == Reason.UPSIDE_DOWN
            if not reading.usable:
                self.uncertain += 1
                continue
            self._labels[reading.label] += 1
            self._confidence_sum += float(reading.confidence)
            if reading.affect is not None:
                self._affect_sums[0] += reading.affect.valence
                self._affect_sums[1] += reading.affect.arousal
                self._affect_count += 1

    def _keep_rows(self, result: "FrameResult", labels: Sequence[str], other_labels: Sequence[str]) -> None:
        from mien.sinks.readings.rows import columns_of, rows_of

        has_details = any(reading.raw.details is not None for reading in result.readings)
        own = tuple(result.readings[0].own) if result.readings else ()
        columns = columns_of(labels, other_labels, has_details=has_details, own=own)
        rows = rows_of(result, labels, other_labels, has_details=has_details, own=own)
        self.rows += [dict(zip(columns, row, strict=True)) for row in rows]
