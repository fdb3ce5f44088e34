"""Makes the shipped landmark network out of MediaPipe's ``face_landmarker.task``, and checks it.

python -m mien_models.landmarks.ship face_landmarker.task
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort

from mien.core.landmarks import BLENDSHAPES, COUNT
from mien.errors import AppError
from mien_models.catalog import ZOO
from mien_models.landmarks.tflite_graph import read_tflite
from mien_models.landmarks.to_onnx import SIDE_PX, to_onnx

FILE: Final = ZOO / "landmarks" / "face-landmarks.onnx"
TASK_SHA256: Final = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
VERTEX_TAG: Final = b"\x1d"
"""Of a number of the third field, four bytes."""

FACE_MODEL: Final = ZOO / "landmarks" / "face-model.npy"


def ship(task: Path, out: Path = FILE) -> str:
    """Translate the two networks of the published file and write them to the zoo, with its face of known shape.

    Args:
        task: ``face_landmarker.task``, as MediaPipe publishes it.
        out: Where the network goes; the face's shape goes beside it.

    Returns:
        One line for people.

    Raises:
        AppError: It is another file, or is not what is expected of it.
    """
    found = hashlib.sha256(task.read_bytes()).hexdigest()
    if found != TASK_SHA256:
        raise AppError(f"{task.name}: its sha256 is {found[:16]}…, not that of the published file")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(task) as archive:
        archive.extractall(folder)
        parts = [
            read_tflite(Path(folder) / f"face_{name}.tflite") for name in ("landmarks_detector", "blendshapes")
        ]
        shape = face_model((Path(folder) / "geometry_pipeline_metadata_landmarks.binarypb").read_bytes())
    model = to_onnx(*parts)
    points, presence, shapes = answers(model, np.zeros((1, 3, SIDE_PX, SIDE_PX), np.float32))
    if points.shape[1:] != (COUNT, 3) or shapes.shape[1:] != (len(BLENDSHAPES),) or presence.shape != (1,):
        raise AppError(f"{task.name}: the translated network answers in other shapes; nothing was written")
    out.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(out))
    np.save(out.with_name(FACE_MODEL.name), shape)
    return f"{out.name}: {out.stat().st_size:,} bytes"


def face_model(metadata: bytes) -> npt.NDArray[np.float32]:
    """Return MediaPipe's canonical face out of the metadata of its geometry pipeline.

    The file is a protocol buffer; its vertices are 2,340 floats in a row, each behind its tag, five for each of
    468 points: x to the right of the picture, y up, z towards the camera, in centimetres, and two of a texture.

    Returns:
        (468, 3) float32, centimetres; x to the right of the picture, y down, z away from the camera.

    Raises:
        AppError: There is no such list in it.
    """
    count = COUNT - 10
    start = metadata.find(VERTEX_TAG)
    raw = np.frombuffer(metadata[start : start + 25 * count], np.uint8)
    if start < 0 or len(raw) != 25 * count or (raw[::5] != VERTEX_TAG[0]).any():
        raise AppError("the geometry metadata holds no list of 468 vertices")
    values = np.ascontiguousarray(raw.reshape(-1, 5)[:, 1:]).view("<f4").reshape(count, 5)
    return np.ascontiguousarray(values[:, :3] * np.array([1.0, -1.0, -1.0], np.float32))


def answers(model: onnx.ModelProto, crops: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
    """Return what the network makes of crops (N, 3, 256, 256): points, presence, blendshapes."""
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return [np.asarray(answer) for answer in session.run(None, {"faces": crops})]


if __name__ == "__main__":
    print(ship(Path(sys.argv[1])))
