"""From the faces of a frame to their readings: crops, one call of the network, quality, smoothing."""

from collections.abc import Sequence

from app.core.face import FaceReading, FaceTrack
from app.core.frame import Frame
from app.core.quality import assess
from app.core.smoothing import Smoother
from app.inference.classifier import Classifier
from app.vision.crops import crop_face, luma, normalise


class FaceReader:
    """Reads all faces of a frame at once.

    Args:
        classifier: The network.
        smoothing_s: Time constant of the smoothing, seconds; 0 is raw.
        min_confidence: Below this a label is withheld as uncertain.
    """

    def __init__(self, classifier: Classifier, smoothing_s: float, min_confidence: float) -> None:
        self._classifier = classifier
        self._smoother = Smoother(smoothing_s)
        self.min_confidence = min_confidence
