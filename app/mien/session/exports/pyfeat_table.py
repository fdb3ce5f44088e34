"""A table under Py-feat's names, as its Fex has them, for scripts that were written for it.

Angles follow Py-feat 0.6: degrees, and the turn is Rx(-Pitch) Ry(Yaw) Rz(Roll) in axes to the right, down and away
from the camera.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from mien.core.action_units import UNITS
from mien.core.head_pose import HeadPose
from mien.version import VERSION

if TYPE_CHECKING:
    import pyarrow as pa

EMOTIONS: Final = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""Those that every version of Py-feat has; contempt comes behind them where the network tells it apart."""

UNIT_NUMBERS: Final = (1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 18, 20, 23, 24, 25, 26, 28, 43)
_BOX: Final = ("FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight")
_POSE: Final = ("Pitch", "Roll", "Yaw")
_TEXTS: Final = ("approx_time", "input", "Identity", "program")
_COLUMNS_OF: Final = {unit.number: unit.columns for unit in UNITS}

Floats = npt.NDArray[np.float64]


class Rows(Protocol):
    """A table whose rows come in pieces: see ``mien.session.tables.Table`` and ``PersonTable``."""

    @property
    def schema(self) -> "pa.Schema":
        """Its columns."""

    @property
    def batches(self) -> "Iterator[pa.RecordBatch]":
        """Its rows."""


class PyFeatTable:
    """The rows of a table under Py-feat's names; a frame without a face has a row without numbers, as there.

    Args:
        table: Under Mien's names.
        video: The name of the video, for the column ``input``; may be empty.

    Attributes:
        schema: Its columns. Those of action units that Mien does not tell are empty.
    """

    def __init__(self, table: Rows, video: str = "") -> None:
        import pyarrow as pa

        self._table = table
        self._video = video
        has_contempt = "p_contempt" in table.schema.names
        self._emotions = (*EMOTIONS, *(("contempt",) if has_contempt else ()))
        model = (table.schema.metadata or {}).get(b"model", b"").decode(errors="replace")
        self._program = f"Mien {VERSION} {model}".strip()
        names = (
            *("frame", "time_s", "approx_time"),
            *(*_BOX, "FaceScore", *_POSE),
            *(f"AU{number:02}" for number in UNIT_NUMBERS),
            *(*self._emotions, "valence", "arousal", "input", "Identity", "program"),
        )
        types = {"frame": pa.int64(), "time_s": pa.float64()} | dict.fromkeys(_TEXTS, pa.string())
        self.schema = pa.schema([pa.field(name, types.get(name, pa.float32())) for name in names])

    @property
    def batches(self) -> "Iterator[pa.RecordBatch]":
        """The rows in pieces, of ``schema``. Read once."""
        import pyarrow as pa

        for batch in self._table.batches:
            columns = self._converted(batch)
            arrays = [pa.array(columns[field.name], field.type, from_pandas=True) for field in self.schema]
            yield pa.record_batch(arrays, schema=self.schema)

    def _converted(self, batch: "pa.RecordBatch") -> dict[str, Any]:
        def numbers(name: str) -> Floats:
            if name not in batch.schema.names:
                return np.full(batch.num_rows, np.nan)
            return np.asarray(batch.column(name).to_numpy(zero_copy_only=False), np.float64)

        x1, y1, x2, y2 = (numbers(name) for name in ("x1", "y1", "x2", "y2"))
        columns: dict[str, Any] = {"frame": batch.column("frame"), "time_s": batch.column("time_s")}
        columns |= dict(zip(_BOX, (x1, y1, x2 - x1, y2 - y1), strict=True))
        columns["FaceScore"] = numbers("face_score")
        columns |= _pose(numbers("yaw_deg"), numbers("pitch_deg"), numbers("roll_deg"))
        for number in UNIT_NUMBERS:
            sides = [numbers(name) for name in _COLUMNS_OF.get(number, ()) if name in batch.schema.names]
            columns[f"AU{number:02}"] = np.mean(sides, axis=0) if sides else numbers(f"au{number:02}")
        columns |= {name: numbers(f"p_{name}") for name in self._emotions}
        columns |= {name: numbers(name) for name in ("valence", "arousal")}
        face_ids = batch.column("face_id").to_pylist()
        columns["Identity"] = [None if each is None else f"Person_{each - 1}" for each in face_ids]
        seconds = [int(time_s) for time_s in batch.column("time_s").to_pylist()]
        columns["approx_time"] = [f"{each // 60:02}:{each % 60:02}" for each in seconds]
        columns["input"] = [self._video or None] * batch.num_rows
        columns["program"] = [self._program] * batch.num_rows
        return columns


def _pose(yaw: Floats, pitch: Floats, roll: Floats) -> dict[str, Floats]:
    """Return the turn under Py-feat's convention; where one angle is not known, none is."""
    turned = np.full((len(yaw), 3), np.nan)
    for row in np.flatnonzero(np.isfinite(yaw) & np.isfinite(pitch) & np.isfinite(roll)).tolist():
        turn = HeadPose(float(yaw[row]), float(pitch[row]), float(roll[row])).matrix
        about_x = np.arctan2(-turn[1, 2], turn[2, 2])
        about_y = np.arcsin(np.clip(turn[0, 2], -1.0, 1.0))
        about_z = np.arctan2(-turn[0, 1], turn[0, 0])
        turned[row] = -about_x, about_z, about_y
    return {name: np.degrees(turned[:, at]) for at, name in enumerate(_POSE)}
