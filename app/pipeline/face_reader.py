"""From the faces of a frame to their readings: crops, one call of the network, quality, smoothing."""

from collections.abc import Sequence

from app.core.face import FaceReading, FaceTrack
from app.core.frame import Frame
from app.core.quality import assess
from app.core.smoothing import Smoother
from app.inference.classifier import Classifier
from app.vision.crops import crop_face, luma, normalise


class FaceReader:
    """Reads all faces of a frame at once. Used by one thread at a time.

    Args:
        classifier: The network.
        smoothing_s: Time constant of the smoothing, seconds; 0 is raw.
        min_confidence: Below this a label is withheld as uncertain.
    """

    def __init__(self, classifier: Classifier, smoothing_s: float, min_confidence: float) -> None:
        self._classifier = classifier
        self._smoother = Smoother(smoothing_s)
        self._min_confidence = min_confidence

    @property
    def labels(self) -> tuple[str, ...]:
        """What the network tells apart."""
        return self._classifier.labels

    @property
    def model_name(self) -> str:
        """The network's name."""
        return self._classifier.name

    @property
    def provider_name(self) -> str:
        """The execution provider that really runs it."""
        return self._classifier.provider.used

    @property
    def fell_back(self) -> bool:
        """Whether a faster provider was there but could not start."""
        return self._classifier.provider.fell_back

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        """Return a reading for each face, in the order of ``tracks``."""
        spec = self._classifier.manifest.input
        crops = [crop_face(frame.image, track.box, spec) for track in tracks]
        predictions = self._classifier.predict(normalise(crops, spec))
        readings: list[FaceReading] = []
        for track, crop, raw in zip(tracks, crops, predictions, strict=True):
            quality = assess(track.box, luma(crop, spec), frame.size_wh)
            emotion, affect = self._smoother.smooth(track.track_id, frame.timestamp_s, raw.emotion, raw.affect)
            readings.append(FaceReading(track, emotion, affect, quality, self._min_confidence))
        self._smoother.keep([track.track_id for track in tracks], frame.timestamp_s)
        return tuple(readings)
