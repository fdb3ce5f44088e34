"""From the faces of frames to their raw readings: crops, one call of the network, quality."""

import itertools
from collections.abc import Sequence

import numpy as np

from mien.core.arrays import Image
from mien.core.emotion import AffectError, Priors
from mien.core.face import FaceBox, FaceReading, FaceTrack, SecondReading
from mien.core.frame import Frame
from mien.core.quality import assess
from mien.inference.classifier import Classifier, Prediction
from mien.vision.crops import crop_face, luma, normalise


class FaceReader:
    """Reads all faces of a frame, or of several, at once. Used by one thread at a time.

    Args:
        classifier: The network.
        other: A second network, which reads the same faces to be compared, or None.
    """

    def __init__(self, classifier: Classifier, other: Classifier | None = None) -> None:
        self._classifier, self._other = classifier, other

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
    def priors(self) -> Priors | None:
        """What the network's probabilities hold of what is expected, or None where it offers no choice."""
        return self._classifier.priors

    @property
    def other_priors(self) -> Priors | None:
        """That of the second network."""
        return None if self._other is None else self._other.priors

    @property
    def affect_error(self) -> AffectError | None:
        """How far its valence and arousal lie from a person's rating, or None where that was not measured."""
        return self._classifier.affect_error

    @property
    def other_affect_error(self) -> AffectError | None:
        """That of the second network."""
        return None if self._other is None else self._other.affect_error

    @property
    def provider_name(self) -> str:
        """The execution provider that really runs it."""
        return self._classifier.provider.used

    @property
    def fell_back(self) -> bool:
        """Whether a faster provider was there but could not start."""
        return self._classifier.provider.fell_back

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
        """Return the raw reading of each face, in the order of ``tracks``."""
        return self.read_several([(frame, tracks)])[0]

    def read_several(self, found: Sequence[tuple[Frame, Sequence[FaceTrack]]]) -> list[tuple[FaceReading, ...]]:
        """Return the raw readings of the faces of several frames, read at once."""
        faces = [(frame, track) for frame, tracks in found for track in tracks]
        spec = self._classifier.manifest.input
        crops = [crop_face(frame.image, track.box, spec) for frame, track in faces]
        firsts = _predict(self._classifier, crops)
        seconds: Sequence[SecondReading | None] = [None] * len(faces)
        if self._other is not None:
            other_spec = self._other.manifest.input
            other_crops = crops
            if other_spec != spec:
                other_crops = [crop_face(frame.image, track.box, other_spec) for frame, track in faces]
            seconds = [SecondReading(each.emotion, each.affect) for each in _predict(self._other, other_crops)]
        readings = (
            FaceReading(
                track,
                first.emotion,
                first.affect,
                assess(track.box, luma(crop, spec), frame.size_wh, track.condition),
                second,
            )
            for (frame, track), crop, first, second in zip(faces, crops, firsts, seconds, strict=True)
        )
        return [tuple(itertools.islice(readings, len(tracks))) for _, tracks in found]


def _predict(classifier: Classifier, crops: Sequence[Image]) -> Sequence[Prediction]:
    """Return what a network reads from each crop."""
    return classifier.predict(normalise(crops, classifier.manifest.input))
