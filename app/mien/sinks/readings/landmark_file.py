"""The points of all face meshes as a file: .npz for NumPy, or .parquet."""

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from mien.core.arrays import Floats, Image
from mien.core.face import FrameResult
from mien.core.landmarks import COUNT
from mien.sinks.output_path import check_output, write_failure
from mien.sinks.part_file import PartFile
from mien.sinks.sink import Sink

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

SUFFIXES: Final = (".npz", ".parquet")
ROWS_IN_GROUP: Final = 512
_FACE_BYTES: Final = COUNT * 3 * 4


class LandmarkFile(Sink):
    """A sink that writes a row for each face that has a mesh.

    A row is ``frame`` (int64), ``time_s`` (float64), ``face_id``, ``track_id`` (int64) and ``points``: 478 x 3
    float32, x and y in pixels of the picture, z in the same scale, smaller nearer to the camera, in MediaPipe's
    order. In .npz each is an array of its own, ``points`` (N, 478, 3); in .parquet ``points`` is a list of 1,434
    numbers, x, y and z of the first point first.

    Args:
        target: The file; its suffix chooses the form.
        overwrite: Whether a file of that name may be replaced.

    Raises:
        RecordingError: The target cannot be written.
    """

    def __init__(self, target: Path, *, overwrite: bool = False) -> None:
        check_output(target, SUFFIXES, overwrite=overwrite)
        self._target = target
        self._part = PartFile(target, overwrite=overwrite)
        self._rows: list[tuple[int, float, int, int]] = []
        self._closed = False
        self._parquet: pq.ParquetWriter | None = None
        self._waiting: list[Floats] = []
        is_npz = target.suffix.lower() == ".npz"
        try:
            # Points come first and their number last: they wait in a file without a name, which no crash leaves.
            self._spool = tempfile.TemporaryFile(dir=target.parent) if is_npz else None  # noqa: SIM115
        except OSError as error:
            self._part.discard()
            raise write_failure(target, error) from error

    @property
    def part_path(self) -> Path:
        """Where it grows."""
        return self._part.path

    def write(self, result: FrameResult, picture: Image | None) -> None:
        """Write the faces of one frame. See ``Sink``."""
        try:
            for reading in result.readings:
                mesh = None if reading.raw.details is None else reading.raw.details.mesh
                if mesh is None:
                    continue
                track = reading.track
                self._rows.append((result.frame.index, result.frame.timestamp_s, track.face_id, track.track_id))
                if self._spool is not None:
                    self._spool.write(mesh.points.tobytes())
                else:
                    self._waiting.append(mesh.points)
            if len(self._waiting) >= ROWS_IN_GROUP:
                self._write_group()
        except OSError as error:
            raise write_failure(self._target, error) from error

    def finish(self) -> None:
        """Complete the file and put it under its name. Safe twice.

        Raises:
            RecordingError: It cannot be completed.
        """
        if self._closed:
            return
        self._closed = True
        try:
            if self._spool is not None:
                self._write_npz(self._spool)
            else:
                self._write_group()
                assert self._parquet is not None
                self._parquet.close()
        except OSError as error:
            raise write_failure(self._target, error, self._part.kept) from error
        finally:
            self._end_spool()
        self._part.publish()

    def abort(self) -> None:
        """Stop: nothing stays under the final name."""
        if not self._closed:
            self._closed = True
            self._end_spool()
            self._part.discard()

    def _end_spool(self) -> None:
        if self._spool is not None:
            self._spool.close()

    def _columns(self) -> dict[str, npt.NDArray[Any]]:
        frames, times_s, faces, tracks = zip(*self._rows, strict=True) if self._rows else ((), (), (), ())
        return {
            "frame": np.array(frames, np.int64),
            "time_s": np.array(times_s, np.float64),
            "face_id": np.array(faces, np.int64),
            "track_id": np.array(tracks, np.int64),
        }

    def _write_npz(self, spool: Any) -> None:  # noqa: ANN401 - a temporary file has no public type
        with zipfile.ZipFile(self._part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, values in self._columns().items():
                with archive.open(f"{name}.npy", "w") as entry:
                    np.lib.format.write_array(entry, values)
            spool.seek(0)
            header = {"descr": "<f4", "fortran_order": False, "shape": (len(self._rows), COUNT, 3)}
            with archive.open("points.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array_header_1_0(entry, header)
                while block := spool.read(64 * _FACE_BYTES):
                    entry.write(block)

    def _write_group(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._parquet is None:
            self._parquet = pq.ParquetWriter(self._part, _schema(), compression="zstd")
        columns = self._columns()
        self._rows = []
        flat = np.concatenate([points.reshape(-1) for points in self._waiting]) if self._waiting else np.empty(0)
        self._waiting = []
        values = pa.FixedSizeListArray.from_arrays(pa.array(flat, pa.float32()), COUNT * 3)
        arrays = [*(pa.array(column) for column in columns.values()), values]
        self._parquet.write_batch(pa.record_batch(arrays, schema=_schema()))


def _schema() -> "pa.Schema":
    import pyarrow as pa

    whole = [pa.field(name, pa.int64()) for name in ("frame", "face_id", "track_id")]
    return pa.schema(
        [
            whole[0],
            pa.field("time_s", pa.float64()),
            *whole[1:],
            pa.field("points", pa.list_(pa.float32(), COUNT * 3)),
        ]
    )
