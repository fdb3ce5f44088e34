"""The network of the face mesh in ONNX Runtime: 478 points and 52 blendshapes of a face.

MediaPipe's face mesh (Kartynnik et al., arXiv 1907.06724; Grishchenko et al., arXiv 2006.10962) and its
blendshapes, translated by ``models/mien_models/landmarks``; ``models/mien_models/zoo/landmarks`` has the file and
its card.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from mien.core.arrays import Floats, Image
from mien.errors import ModelError
from mien.inference.session import start_session
from mien.places import zoo_folder

if TYPE_CHECKING:
    import onnxruntime as ort

SIDE_PX: Final = 256
_NAMES: Final = ["landmarks", "presence", "blendshapes"]


class MeshAnswers(NamedTuple):
    """What the network says of N crops, float32.

    Attributes:
        points: (N, 478, 3) pixels of the crop; z with the same scale, smaller is nearer to the camera.
        presence: (N,) how likely it is that there is a face, 0 to 1.
        blendshapes: (N, 52), 0 to 1.
    """

    points: Floats
    presence: Floats
    blendshapes: Floats


class LandmarkSession:
    """The network. Used by one thread at a time.

    Args:
        provider: As for ``OnnxSession``.
        threads: Threads within one operation; 0 leaves it to ONNX Runtime.

    Raises:
        ModelError: Its file is missing or damaged.
        ProviderUnavailable: The provider was asked for by name and cannot be used.
    """

    def __init__(self, provider: str = "auto", threads: int = 1) -> None:
        path = zoo_folder() / "landmarks" / "face-landmarks.onnx"
        if not path.is_file():
            raise ModelError(f"{path} is missing; install Mien again")
        self._session: ort.InferenceSession
        self._session, self.provider = start_session(path, provider, threads)

    def run(self, crops: Image) -> MeshAnswers:
        """Look at crops (N, 256, 256, 3) uint8 BGR."""
        batch = np.multiply(crops[..., ::-1].transpose(0, 3, 1, 2), np.float32(1 / 255), dtype=np.float32)
        return MeshAnswers(*self._session.run(_NAMES, {"faces": np.ascontiguousarray(batch)}))


def face_model() -> Floats:
    """Return the face of known shape that the mesh is held against.

    Returns:
        (468, 3) float32, centimetres: x to the right of the picture, y down, z away from the camera.

    Raises:
        ModelError: Its file is missing or damaged.
    """
    path: Path = zoo_folder() / "landmarks" / "face-model.npy"
    try:
        model = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is missing or damaged; install Mien again") from error
    return np.asarray(model, dtype=np.float32)
