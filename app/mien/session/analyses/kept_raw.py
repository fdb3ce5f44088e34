"""Raw readings from a table, given back frame by frame as if a network had read them just now."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, Image
from mien.core.emotion import Affect, AffectError, Emotion, Priors
from mien.core.face import FaceBox, FaceReading, FaceTrack, Quality, Reason, SecondReading
from mien.core.face_details import DETAILS, HEAD, FaceDetails
from mien.core.frame import Frame, SourceInfo
from mien.errors import SessionError
from mien.session.tables import open_table

if TYPE_CHECKING:
    import pyarrow as pa

SAME_FRAME_S: Final = 5e-5
"""Tables round times to microseconds; of the fastest cameras pictures are 0.8 ms apart."""

_BOX: Final = ("x1", "y1", "x2", "y2", "face_score", "quality", *HEAD)


@dataclass(frozen=True, slots=True)
class KeptNetwork:
    """A network that made kept readings.

    Attributes:
        name: As in its manifest.
        labels: What it tells apart.
        priors: What its probabilities hold of what is expected, or None.
        affect_error: How far its valence and arousal lie from a person's rating, or None.
    """

    name: str = ""
    labels: tuple[str, ...] = ()
    priors: Priors | None = None
    affect_error: AffectError | None = None


class KeptRaw:
    """Finder and reader of a pipeline that takes everything from a table: no network runs. Safe from any thread.

    Args:
        path: A table of readings with its raw columns; it is read at once, and may be replaced from then on.
        network: What made them.
        other: The second network beside it; without labels where there was none.
        provider: What the network ran on.
        start_s: Media time of the source at the table's time 0.

    Raises:
        SessionError: The table is damaged, or another network's.
    """

    fell_back = False

    def __init__(
        self,
        path: Path,
        network: KeptNetwork,
        other: KeptNetwork = KeptNetwork(),
        *,
        provider: str = "",
        start_s: float = 0.0,
    ) -> None:
        import pyarrow as pa

        self._path, self._network, self._other, self.provider_name = path, network, other, provider
        with open_table(path) as table:
            if (table.labels, table.other_labels) != (network.labels, other.labels):
                raise SessionError(f"{path}: holds readings of another network; read the video again")
            self._has_details = table.has_details
            rows = pa.Table.from_batches(table.batches, table.schema)
        times_s = rows["time_s"].to_numpy() + start_s
        self._starts = np.flatnonzero(np.diff(times_s, prepend=-np.inf))
        self._ends = np.append(self._starts[1:], len(times_s))
        self._times_s: npt.NDArray[np.float64] = times_s[self._starts]
        self._frames = rows["frame"].to_numpy()[self._starts]
        self._has_face = rows["face_id"].is_valid().to_numpy()
        self._ids = np.stack([rows[name].fill_null(0).to_numpy() for name in ("face_id", "track_id")], axis=1)
        self._boxes = _numbers(rows, _BOX)
        self._reasons = rows["raw_reason"].to_pylist()
        self._raw = _raw_of(rows, "raw_", network.labels)
        self._raw_other = _raw_of(rows, "other_raw_", other.labels)
        self._details = _numbers(rows, DETAILS if self._has_details else ())

    @property
    def frame_count(self) -> int:
        """Frames in the table, with and without faces."""
        return len(self._times_s)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the network tells apart."""
        return self._network.labels

    @property
    def other_labels(self) -> tuple[str, ...]:
        """What the second network tells apart; empty where there is none."""
        return self._other.labels

    @property
    def model_name(self) -> str:
        """The network's name."""
        return self._network.name

    @property
    def other_name(self) -> str | None:
        """The second network's name, or None where there is none."""
        return self._other.name or None

    @property
    def priors(self) -> Priors | None:
        """What the network's probabilities hold of what is expected."""
        return self._network.priors

    @property
    def other_priors(self) -> Priors | None:
        """That of the second network."""
        return self._other.priors

    @property
    def affect_error(self) -> AffectError | None:
        """How far the network's valence and arousal lie from a person's rating, or None."""
        return self._network.affect_error

    @property
    def other_affect_error(self) -> AffectError | None:
        """That of the second network."""
        return self._other.affect_error

    def frames(self) -> Iterator[tuple[int, float]]:
        """Give index and media time of each frame."""
        yield from zip(self._frames.tolist(), self._times_s.tolist(), strict=True)

    def find(self, frame: Frame, dropped: int = 0) -> list[FaceTrack]:
        """Return the faces of a frame; see ``mien.pipeline.contracts.Finder``.

        Raises:
            SessionError: The table has no such frame.
        """
        return [reading.track for reading in self.read(frame)]

    def read(self, frame: Frame, tracks: Sequence[FaceTrack] = ()) -> tuple[FaceReading, ...]:
        """Return the raw readings of a frame; see ``mien.pipeline.contracts.Reader``.

        Raises:
            SessionError: The table has no such frame.
        """
        place = int(np.searchsorted(self._times_s, frame.timestamp_s - SAME_FRAME_S))
        if place == len(self._times_s) or self._times_s[place] > frame.timestamp_s + SAME_FRAME_S:
            raise SessionError(f"{self._path}: has no frame at {frame.timestamp_s:.3f} s; read the video again")
        rows = range(self._starts[place], self._ends[place])
        return tuple(self._reading(row, place) for row in rows if self._has_face[row])

    def seen(self, image: Image, box: FaceBox) -> Image:
        """Return a face as it lies in the picture: no network sees it here."""
        x1, y1, x2, y2 = (max(round(side), 0) for side in box.xyxy)
        return image[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)]

    def close(self) -> None:
        """Nothing to release."""

    def _reading(self, row: int, place: int) -> FaceReading:
        x1, y1, x2, y2, score, quality, *turn = self._boxes[row].tolist()
        face_id, track_id = self._ids[row].tolist()
        judged = Quality(
            face_height_px=y2 - y1,
            sharpness=math.nan,
            brightness=math.nan,
            yaw_deg=turn[0],
            roll_deg=turn[1],
            reason=Reason.of(self._reasons[row]),
            score=quality,
        )
        emotion, affect = _expression(self._network, self._raw[row])
        other = None
        if self._other.labels and not np.isnan(self._raw_other[row, 0]):
            other = SecondReading(*_expression(self._other, self._raw_other[row]))
        details = None
        if self._has_details and not np.isnan(self._details[row, len(HEAD) :]).all():
            details = FaceDetails(self._details[row])
        yaw, roll = (None if math.isnan(angle) else angle for angle in turn)
        return FaceReading(
            FaceTrack(track_id, FaceBox(x1, y1, x2, y2, score), place, face_id=face_id),
            emotion,
            affect,
            judged,
            other,
            details,
            (yaw, roll),
        )


class KeptFrames:
    """A source that has the frames of kept readings, and no pictures: each is a black dot.

    Args:
        kept: The readings.
        info: What is known of the source that they were read from.
    """

    notice = None

    def __init__(self, kept: KeptRaw, info: SourceInfo) -> None:
        self._kept, self._info = kept, info
        self._is_closed = False

    @property
    def info(self) -> SourceInfo:
        """What is known of the source."""
        return self._info

    def frames(self) -> Iterator[Frame]:
        """Yield the frames in order."""
        dot = np.zeros((1, 1, 3), np.uint8)
        for index, time_s in self._kept.frames():
            if self._is_closed:
                return
            yield Frame(dot, index, time_s, time.monotonic())

    def close(self) -> None:
        """End ``frames`` soon."""
        self._is_closed = True


def _numbers(rows: "pa.Table", names: Sequence[str]) -> Floats:
    """Return columns (N, K) as float32, NaN where a cell is empty."""
    found = [np.asarray(rows[name].to_numpy(), np.float32) for name in names]
    return np.stack(found, axis=1) if found else np.zeros((rows.num_rows, 0), np.float32)


def _raw_of(rows: "pa.Table", prefix: str, labels: Sequence[str]) -> Floats:
    """Return what a network read: (N, C + 2) probabilities, valence, arousal."""
    if not labels:
        return np.zeros((rows.num_rows, 0), np.float32)
    return _numbers(
        rows, [f"{prefix}{name}" for name in (*(f"p_{label}" for label in labels), "valence", "arousal")]
    )


def _expression(network: KeptNetwork, values: Floats) -> tuple[Emotion, Affect | None]:
    valence, arousal = values[-2:].tolist()
    affect = None if math.isnan(valence) or math.isnan(arousal) else Affect(valence, arousal, network.affect_error)
    return Emotion(network.labels, values[:-2], network.priors), affect
