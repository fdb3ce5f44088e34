"""From the faces of a frame to their readings: crops, one call of the network, quality, smoothing."""

from collections.abc import Sequence

import numpy as np

from mien.core.arrays import Image
from mien.core.emotion import Affect, Emotion
from mien.core.face import FaceBox, FaceReading, FaceTrack, SecondReading
from mien.core.frame import Frame
from mien.core.quality import assess
from mien.core.smoothing import Smoother
from mien.inference.classifier import Classifier
from mien.vision.crops import crop_face, luma, normalise


class FaceReader:
    """Reads all faces of a frame at once. Used by one thread at a time.

    Args:
        classifier: The network.
        smoothing_s: Time constant of the smoothing, seconds; 0 is raw.
        min_confidence: Below this a label is withheld as uncertain.
        other: A second network, which reads the same faces to be compared, or None.
    """

    def __init__(
        self, classifier: Classifier, smoothing_s: float, min_confidence: float, other: Classifier | None = None
    ) -> None:
        self._classifier, self._other = classifier, other
        self._first = _SmoothReader(classifier, smoothing_s)
        self._second = None if other is None else _SmoothReader(other, smoothing_s)
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
    def other_labels(self) -> tuple[str, ...]:
        """What the second network tells apart; empty where there is none."""
        return () if self._other is None else self._other.labels

    @property
    def other_name(self) -> str | None:
        """The second network's name, or None where there is none."""
        return None if self._other is None else self._other.name

    @property
    def provider_name(self) -> str:
        """The execution provider that really runs it."""
        return self._classifier.provider.used

    @property
    def fell_back(self) -> bool:
        """Whether a faster provider was there but could not start."""
        return self._classifier.provider.fell_back

    def tune(self, smoothing_s: float, min_confidence: float) -> None:
        """Calm the readings otherwise and withhold other labels from the next frame on. Safe from any thread."""
        self._min_confidence = min_confidence
        for reader in (self._first, self._second):
            if reader is not None:
                reader.calm(smoothing_s)

    def seen(self, image: Image, box: FaceBox) -> Image:
        """Return a face exactly as the network gets it: cut out, turned, scaled, in its colours.

        Args:
            image: (H, W, 3) uint8 BGR, the frame.
            box: The face.

        Returns:
            (h, w, 3) uint8 BGR of the network's size; all channels alike where it sees gray.
        """
        spec = self._classifier.manifest.input
        crop = crop_face(image, box, spec)
        if spec.colour == "GRAY":
            return np.repeat(crop, 3, axis=2)
        return np.ascontiguousarray(crop[:, :, ::-1]) if spec.colour == "RGB" else crop

    def read(self, frame: Frame, tracks: Sequence[FaceTrack]) -> tuple[FaceReading, ...]:
        """Return a reading for each face, in the order of ``tracks``."""
        spec = self._classifier.manifest.input
        crops = [crop_face(frame.image, track.box, spec) for track in tracks]
        firsts = self._first.read(frame, tracks, crops)
        seconds: Sequence[SecondReading | None] = [None] * len(tracks)
        if self._other is not None and self._second is not None:
            other_spec = self._other.manifest.input
            other_crops = crops
            if other_spec != spec:
                other_crops = [crop_face(frame.image, track.box, other_spec) for track in tracks]
            seconds = [SecondReading(*each) for each in self._second.read(frame, tracks, other_crops)]
        return tuple(
            FaceReading(
                track,
                emotion,
                affect,
                assess(track.box, luma(crop, spec), frame.size_wh, track.covered),
                self._min_confidence,
                second,
            )
            for track, crop, (emotion, affect), second in zip(tracks, crops, firsts, seconds, strict=True)
        )


class _SmoothReader:
    """One network with the memory of what it read."""

    def __init__(self, classifier: Classifier, smoothing_s: float) -> None:
        self._classifier = classifier
        self._smoother = Smoother(smoothing_s)

    def calm(self, smoothing_s: float) -> None:
        """Smooth otherwise from now on; what was read so far stays."""
        self._smoother.tau_s = smoothing_s

    def read(
        self, frame: Frame, tracks: Sequence[FaceTrack], crops: Sequence[Image]
    ) -> list[tuple[Emotion, Affect | None]]:
        """Return the smoothed reading of each face from its crop."""
        predictions = self._classifier.predict(normalise(crops, self._classifier.manifest.input))
        readings = [
            self._smoother.smooth(track.track_id, frame.timestamp_s, raw.emotion, raw.affect)
            for track, raw in zip(tracks, predictions, strict=True)
        ]
        self._smoother.keep([track.track_id for track in tracks], frame.timestamp_s)
        return readings
