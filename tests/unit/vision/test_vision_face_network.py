"""What a detector's network is given of a picture."""

import msgspec
import numpy as np
import pytest

from mien.core.arrays import Floats
from mien.inference.catalog import find_detector
from mien.inference.detector_session import AnchorAnswers, DetectorSession
from mien.vision.face_network import FaceNetwork


class Watched(DetectorSession):
    """The network that comes along, with another manifest, and a memory of what it was given."""

    def __init__(self, **changes: object) -> None:
        super().__init__(find_detector(), "cpu")
        changed = msgspec.structs.replace(self.manifest.input, **changes)
        self.manifest = msgspec.structs.replace(self.manifest, input=changed)
        self.given: Floats = np.empty(0, np.float32)

    def run(self, batch: Floats) -> AnchorAnswers:
        self.given = batch
        return super().run(batch)


@pytest.mark.parametrize("colour", ["BGR", "RGB"])
@pytest.mark.parametrize(
    ("scale", "mean", "std"), [(1.0, (104, 117, 123), (1, 1, 1)), (0.5, (10, 20, 30), (2, 3, 4))]
)
def test_pixels_are_scaled_as_the_manifest_says(
    colour: str, scale: float, mean: tuple[float, ...], std: tuple[float, ...]
) -> None:
    session = Watched(colour=colour, scale=scale, mean=mean, std=std)
    pictures = list(np.random.default_rng(1).integers(0, 256, (2, 64, 96, 3), dtype=np.uint8))
    FaceNetwork(session, 0.5).look(pictures)
    ordered = np.stack(pictures)[..., :: -1 if colour == "RGB" else 1].astype(np.float64)
    wanted = (ordered * scale - np.array(mean)) / np.array(std)
    assert session.given.dtype == np.float32
    assert np.allclose(session.given, wanted.transpose(0, 3, 1, 2), atol=1e-4)
