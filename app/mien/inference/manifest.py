"""What a network says of itself: the one place that knows its labels, its input and its outputs.

The manifest is JSON under the key ``mien`` of the ONNX file's ``metadata_props``::

    {"schema": 1, "name": "mien-s", "labels": ["neutral", "happiness", …],
     "input": {"name": "image", "size_wh": [48, 48], "layout": "NCHW", "colour": "GRAY",
               "scale": 0.00392156862745098, "mean": [0.5], "std": [0.25],
               "crop": {"align": "eyes", "eye_y": 0.4, "eye_distance": 0.4}},
     "outputs": {"expression": {"name": "logits", "kind": "logits", "temperature": 1.3,
                                "priors": {"everyday": [0.36, 0.3, …], "balanced": [0.125, 0.125, …]}},
                 "affect": {"name": "affect", "order": ["valence", "arousal"], "range": [-1, 1]},
                 "fer2013": {"name": "fer2013_logits", "kind": "logits", "temperature": 1.2}},
     "provenance": {"checkpoint_sha256": "…", "licence": "…", "trained_on": "…", "parity": {…}}}

A pixel enters the network as ``(pixel * scale - mean) / std``, channel by channel.
"""

from typing import Annotated, Any, Final, Literal

import msgspec

from mien.errors import ManifestError

METADATA_KEY: Final = "mien"
SCHEMA: Final = 1
FER2013_LABELS: Final = 7
PRIOR_TOLERANCE: Final = 0.01
MAX_SIDE_PX: Final = 2048
MAX_MANIFEST_BYTES: Final = 1_000_000

Positive = Annotated[float, msgspec.Meta(ge=1e-9)]
"""Not ``gt=0``: msgspec builds that on the smallest denormal, which is 0 where a library flushes denormals."""

Fraction = Annotated[float, msgspec.Meta(gt=0, lt=1)]
Distance = Annotated[float, msgspec.Meta(ge=0, le=2)]
Side = Annotated[int, msgspec.Meta(ge=8, le=MAX_SIDE_PX)]
Shares = Annotated[tuple[Positive, ...], msgspec.Meta(max_length=100)]
PriorName = Literal["everyday", "balanced"]
"""What may be expected of faces: "everyday", people before a camera, mostly neutral or happy; "balanced", every
expression alike, as in posed or emotional material."""

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class CropSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a face is cut out of a frame.

    Attributes:
        align: "eyes" turns, scales and moves the face so that the eyes lie where the network expects them;
            "box" takes the detector's box as it is. Faces without landmarks always take the box.
        eye_y: With "eyes": height of the line through the eyes, as a fraction of the crop's height.
        eye_distance: With "eyes": distance of the eyes, as a fraction of the crop's width.
        margin: With "box": what is added on each side, as a fraction of the box's longer side; the crop is square.
    """

    align: Literal["eyes", "box"] = "eyes"
    eye_y: Fraction = 0.4
    eye_distance: Fraction = 0.4
    margin: Annotated[float, msgspec.Meta(ge=-0.4, le=2)] = 0.2


class InputSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the network wants to see.

    Attributes:
        name: Of the input in the ONNX graph.
        size_wh: Width and height in pixels.
        layout: NCHW or NHWC.
        colour: RGB, BGR or GRAY (one channel, ITU-R BT.601 luma).
        scale: Factor on the pixels of 0 to 255.
        mean: Taken off after scaling; one number a channel.
        std: Divided by at last; one number a channel.
        crop: How the face is cut out.
    """

    name: Text
    size_wh: tuple[Side, Side]
    layout: Literal["NCHW", "NHWC"]
    colour: Literal["RGB", "BGR", "GRAY"]
    scale: Positive = 1.0 / 255.0
    mean: tuple[float, ...] = (0.0,)
    std: tuple[Positive, ...] = (1.0,)
    crop: CropSpec = CropSpec()

    @property
    def channels(self) -> int:
        """1 or 3."""
        return 1 if self.colour == "GRAY" else 3


class ExpressionOutput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The output with one number a label: probabilities, or logits.

    The probabilities of logits are ``softmax(logits / temperature - log(learned_prior) + log(prior))``, where
    ``prior`` is the one of ``priors`` that the user chose (raw readings hold "everyday", whatever was chosen);
    without ``priors`` they are ``softmax(logits / temperature)``, and hold how often the network met each label
    while it learned.

    Attributes:
        name: Of the output in the ONNX graph.
        kind: What its numbers are.
        temperature: What logits are divided by.
        priors: By name, how often each label is to be expected, in the order of the labels; empty for no choice.
        learned_prior: What the divided logits hold of the data's own shares; empty where they hold nothing of it.
        certain_from: A label is certain from this probability on, with every label alike to be expected, as was
            measured on faces kept out of training; 0 where that was not measured.
    """

    name: Text
    kind: Literal["logits", "probabilities"] = "logits"
    temperature: Positive = 1.0
    priors: dict[PriorName, Shares] = {}
    learned_prior: Shares = ()
    certain_from: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0


class AffectOutput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The output with valence and arousal.

    Attributes:
        name: Of the output.
        order: Of the two numbers.
        range: What is mapped to −1 … 1.
        error: How far valence and arousal, from −1 to 1, lie from a person's rating: root mean square over rated
            faces that were kept out of training; None where that was not measured.
    """

    name: Text
    order: tuple[Literal["valence", "arousal"], Literal["valence", "arousal"]] = ("valence", "arousal")
    range: tuple[float, float] = (-1.0, 1.0)
    error: tuple[Distance, Distance] | None = None


class OutputsSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the network answers.

    Attributes:
        expression: What the program shows.
        affect: Valence and arousal.
        fer2013: A second answer, to the question how FER2013 labels the face: neutral, happiness, surprise,
            sadness, anger, disgust, fear. Those labels and the votes of FER+ disagree on a third of the faces; it
            is there to be compared with published figures, and the program does not ask for it.
    """

    expression: ExpressionOutput
    affect: AffectOutput | None = None
    fer2013: ExpressionOutput | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that the program needs to know about a network. See the module's docstring."""

    schema: int
    name: Text
    labels: Annotated[tuple[Text, ...], msgspec.Meta(min_length=2, max_length=100)]
    input: InputSpec
    outputs: OutputsSpec
    provenance: dict[str, Any] = {}

    def to_json(self) -> str:
        """Return the manifest as the JSON text that goes into the ONNX file."""
        return msgspec.json.encode(self).decode()


def parse_manifest(text: str | bytes, origin: str) -> Manifest:
    """Read and check a manifest.

    Args:
        text: JSON.
        origin: What to call the network in messages; its file's name.

    Raises:
        ManifestError: It is no JSON, of another schema, or says something impossible.
    """
    head = decode_manifest(text, origin)
    if "kind" in head:
        raise ManifestError(f"{origin}: is a {head['kind']!s:.40}, which reads no expressions; choose another")
    try:
        manifest = msgspec.convert(head, Manifest)
    except msgspec.ValidationError as error:
        raise ManifestError(f"{origin}: its manifest is wrong: {error}; export it anew") from error
    _check_sense(manifest, origin)
    return manifest


def decode_manifest(text: str | bytes, origin: str) -> dict[str, Any]:
    """Return a manifest's entries, of whatever kind, once its size and its schema are known to be right.

    Raises:
        ManifestError: They are not.
    """
    if len(text) > MAX_MANIFEST_BYTES:
        raise ManifestError(f"{origin}: its manifest is larger than {MAX_MANIFEST_BYTES:,} bytes; export it anew")
    try:
        head = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError(f"{origin}: its manifest is no JSON ({error}); export it anew") from error
    schema = head.get("schema") if isinstance(head, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise ManifestError(
            f"{origin}: its manifest has schema {schema}, this Mien reads up to {SCHEMA}; update Mien"
        )
    if schema != SCHEMA:
        raise ManifestError(f"{origin}: its manifest names no known schema; export it anew with `mien export`")
    assert isinstance(head, dict)
    return head


def _check_sense(manifest: Manifest, origin: str) -> None:
    """Check what types alone cannot say."""
    spec = manifest.input
    for name, values in (("mean", spec.mean), ("std", spec.std)):
        if len(values) not in (1, spec.channels):
            raise ManifestError(
                f"{origin}: input.{name} has {len(values)} numbers for {spec.channels} channels; export it anew"
            )
    for text in (manifest.name, *manifest.labels):
        if not text.isprintable():
            raise ManifestError(
                f"{origin}: a name in its manifest holds a control character ({text!a}); export it anew"
            )
    plain = [label.strip().lower() for label in manifest.labels]
    if len(set(plain)) != len(plain):
        raise ManifestError(f"{origin}: a label stands twice in {', '.join(manifest.labels)}; export it anew")
    _check_priors(manifest, origin)
    affect = manifest.outputs.affect
    if affect is not None:
        if set(affect.order) != {"valence", "arousal"}:
            raise ManifestError(f"{origin}: outputs.affect.order must name valence and arousal once each")
        if not affect.range[0] < affect.range[1]:
            raise ManifestError(f"{origin}: outputs.affect.range must rise, not {affect.range}")


def _check_priors(manifest: Manifest, origin: str) -> None:
    """Check that each prior says how often every label is to be expected."""
    for name, answer in (("expression", manifest.outputs.expression), ("fer2013", manifest.outputs.fer2013)):
        if answer is None:
            continue
        count = len(manifest.labels) if name == "expression" else FER2013_LABELS
        priors = list(answer.priors.values()) + ([answer.learned_prior] if answer.learned_prior else [])
        if priors and answer.kind != "logits":
            raise ManifestError(f"{origin}: outputs.{name} has priors, which only logits can have; export it anew")
        for prior in priors:
            if len(prior) != count or abs(sum(prior) - 1.0) > PRIOR_TOLERANCE:
                raise ManifestError(
                    f"{origin}: a prior of outputs.{name} is not {count} shares that sum to 1; export it anew"
                )
