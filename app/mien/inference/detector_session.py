"""A face detector's network in ONNX Runtime, opened with the same care as any other network."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from mien.core.arrays import Floats
from mien.errors import ManifestError, ModelError
from mien.inference.detector_manifest import POINTS, DetectorManifest, parse_detector_manifest
from mien.inference.session import check_file, manifest_text, start_session

if TYPE_CHECKING:
    import onnxruntime as ort


class AnchorAnswers(NamedTuple):
    """What the anchors of N pictures see, float32: scores (N, A), boxes (N, A, 4), points (N, A, 10)."""

    scores: Floats
    boxes: Floats
    points: Floats


class DetectorSession:
    """One face detector, ready to run.

    Args:
        path: The ``.onnx`` file.
        provider: As for ``OnnxSession``.
        threads: Threads within one operator; 0 leaves it to ONNX Runtime.

    Raises:
        ModelError: The file is missing, damaged, too large, or does not do what its manifest says.
        ManifestError: It has no manifest of a face detector, or a wrong one.
        ProviderUnavailable: The provider was asked for by name and cannot be used.
    """

    def __init__(self, path: Path, provider: str = "auto", threads: int = 1) -> None:
        self.path = path
        check_file(path)
        self._session, self.provider = start_session(path, provider, threads)
        text = manifest_text(self._session)
        if text is None:
            raise ManifestError(f"{path.name}: has no manifest; make a detector's file with `mien export`")
        self.manifest = parse_detector_manifest(text, path.name)
        self._names = _checked_names(self._session, self.manifest, path)
        side = self.manifest.input.multiple_px
        self.run(np.zeros((1, 3, side, side), dtype=np.float32))

    def run(self, batch: Floats) -> AnchorAnswers:
        """Look at pictures of one size.

        Args:
            batch: (N, 3, H, W) float32 as the manifest says.

        Raises:
            ModelError: The network answers something else than its manifest promises.
        """
        try:
            answers = AnchorAnswers(*self._session.run(self._names, {self.manifest.input.name: batch}))
        except Exception as error:  # ONNX Runtime raises many types
            reason = str(error).splitlines()[0][:160]
            raise ModelError(f"{self.path.name}: cannot look at a picture ({reason}); export it anew") from error
        count, anchors = len(batch), self.anchor_count(batch.shape[2], batch.shape[3])
        shapes = (count, anchors), (count, anchors, 4), (count, anchors, 2 * POINTS)
        if tuple(answer.shape for answer in answers) != shapes:
            raise ModelError(f"{self.path.name}: its answers do not fit its anchors; export it anew")
        return answers

    def anchor_count(self, height_px: int, width_px: int) -> int:
        """Return how many anchors a picture has."""
        anchors = self.manifest.anchors
        return sum(
            (height_px // stride) * (width_px // stride) * len(sides)
            for stride, sides in zip(anchors.strides_px, anchors.sides_px, strict=True)
        )


def _checked_names(session: "ort.InferenceSession", manifest: DetectorManifest, path: Path) -> list[str]:
    """Hold the manifest against the graph, and return the names of the outputs."""
    inputs = session.get_inputs()
    if [entry.name for entry in inputs] != [manifest.input.name] or inputs[0].type != "tensor(float)":
        raise ManifestError(f"{path.name}: its input is not the one that its manifest names; export it anew")
    names = [manifest.outputs.scores, manifest.outputs.boxes, manifest.outputs.points]
    there = {entry.name: entry.type for entry in session.get_outputs()}
    if any(there.get(name) != "tensor(float)" for name in names):
        raise ManifestError(f"{path.name}: it lacks an output that its manifest names; export it anew")
    return names
