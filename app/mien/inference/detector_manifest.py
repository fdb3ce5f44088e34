"""What a face detector's network says of itself: JSON under the same key as of a network that reads faces.

::

    {"schema": 1, "kind": "face detector", "name": "retinaface-m025",
     "input": {"name": "image", "colour": "BGR", "scale": 1, "mean": [104, 117, 123], "std": [1, 1, 1],
               "multiple_px": 32},
     "anchors": {"strides_px": [8, 16, 32], "sides_px": [[16, 32], [64, 128], [256, 512]],
                 "variances": [0.1, 0.2]},
     "outputs": {"scores": "scores", "boxes": "boxes", "points": "points"},
     "provenance": {…}}

The input is (N, 3, H, W) float32 of any size that is a multiple of ``multiple_px``; a pixel enters as
``(pixel * scale - mean) / std``. Each place of a level, a square of a stride, has one anchor for each of its
sides, centred on the place. The A anchors go level by level, row by row, from left to right, in the order of the
sides. The scores are (N, A) from 0 to 1; the boxes (N, A, 4): centre and the logarithm of the size, relative to
the anchor and divided by the variances; the points (N, A, 10), like the centres: the eyes as they appear from left
to right, the nose, the corners of the mouth (Liu et al., "SSD", arXiv 1512.02325; Deng et al., "RetinaFace",
arXiv 1905.00641).
"""

from typing import Annotated, Any, Final, Literal

import msgspec

from mien.errors import ManifestError
from mien.inference.manifest import Positive, Text, decode_manifest

DETECTOR_KIND: Final[Literal["face detector"]] = "face detector"
POINTS: Final = 5

Pixels = Annotated[int, msgspec.Meta(ge=1, le=4096)]
Sides = Annotated[tuple[Pixels, ...], msgspec.Meta(min_length=1, max_length=16)]


class DetectorInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the detector wants to see; see the module's docstring."""

    name: Text
    colour: Literal["RGB", "BGR"]
    scale: Positive = 1.0
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[Positive, Positive, Positive] = (1.0, 1.0, 1.0)
    multiple_px: Annotated[int, msgspec.Meta(ge=1, le=256)] = 32


class Anchors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The squares that boxes and points are relative to.

    Attributes:
        strides_px: Of each level.
        sides_px: Of the anchors of each level.
        variances: What centres and sizes were divided by.
    """

    strides_px: Sides
    sides_px: Annotated[tuple[Sides, ...], msgspec.Meta(min_length=1, max_length=16)]
    variances: tuple[Positive, Positive] = (0.1, 0.2)


class DetectorOutputs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Names of the outputs in the ONNX graph."""

    scores: Text = "scores"
    boxes: Text = "boxes"
    points: Text = "points"


class DetectorManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the program needs to know about a face detector."""

    schema: int
    kind: Literal["face detector"]
    name: Text
    input: DetectorInput
    anchors: Anchors
    outputs: DetectorOutputs = DetectorOutputs()
    provenance: dict[str, Any] = {}

    def to_json(self) -> str:
        """Return the manifest as the JSON text that goes into the ONNX file."""
        return msgspec.json.encode(self).decode()


def parse_detector_manifest(text: str | bytes, origin: str) -> DetectorManifest:
    """Read and check a face detector's manifest.

    Args:
        text: JSON.
        origin: What to call the detector in messages; its file's name.

    Raises:
        ManifestError: It is no JSON, of another schema or kind, or says something impossible.
    """
    head = decode_manifest(text, origin)
    if head.get("kind") != DETECTOR_KIND:
        raise ManifestError(f"{origin}: reads expressions and finds no faces; name it with --model")
    try:
        manifest = msgspec.convert(head, DetectorManifest)
    except msgspec.ValidationError as error:
        raise ManifestError(f"{origin}: its manifest is wrong: {error}; export it anew") from error
    anchors, multiple = manifest.anchors, manifest.input.multiple_px
    if len(anchors.strides_px) != len(anchors.sides_px):
        raise ManifestError(f"{origin}: anchors.sides_px must have one entry for each of anchors.strides_px")
    if any(multiple % stride for stride in anchors.strides_px):
        raise ManifestError(f"{origin}: input.multiple_px must be a multiple of each of anchors.strides_px")
    return manifest
