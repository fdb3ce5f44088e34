from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from mien.core.arrays import Floats
from mien.errors import ParityError
from mien.inference.manifest import AffectOutput, ExpressionOutput, InputSpec, OutputsSpec
from mien_export.network import Answer
from mien_export.parity import check_parity
from mien_export.samples import as_batch, face_crops, noise_pictures
from mien_networks.facts import Facts

onnx = pytest.importorskip("onnx")

SPEC = InputSpec(name="image", size_wh=(8, 8), layout="NCHW", colour="GRAY")
OUTPUTS = OutputsSpec(
    expression=ExpressionOutput(name="logits"), affect=AffectOutput(name="affect", order=("valence", "arousal"))
)
WEIGHTS = np.random.default_rng(0).normal(size=(64, 5)).astype(np.float32)


class Original:
    """Three logits and two numbers of affect, linear in the picture."""

    facts = Facts()
    versions: Mapping[str, str] = {}

    def __init__(self, weights: Floats) -> None:
        self._weights = weights

    def answer(self, batch: Floats) -> Answer:
        both = batch.reshape(len(batch), -1) @ self._weights
        return Answer(both[:, :3], both[:, 3:])

    def answer_exactly(self, batch: Floats) -> Answer | None:
        both = batch.reshape(len(batch), -1).astype(np.float64) @ self._weights.astype(np.float64)
        return Answer(both[:, :3], both[:, 3:])

    def write_onnx(self, path: Path, spec: InputSpec, outputs: OutputsSpec) -> None:
        raise NotImplementedError


def write(path: Path, weights: Floats, batch: str | int = "batch") -> Path:
    """Write the same network by hand."""
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["image"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["both"]),
            helper.make_node("Split", ["both", "at"], ["logits", "affect"], axis=1),
        ],
        "linear",
        [helper.make_tensor_value_info("image", kind, [batch, 1, 8, 8])],
        [
            helper.make_tensor_value_info("logits", kind, [batch, 3]),
            helper.make_tensor_value_info("affect", kind, [batch, 2]),
        ],
        [
            onnx.numpy_helper.from_array(weights, "weights"),
            onnx.numpy_helper.from_array(np.array([3, 2], np.int64), "at"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.save(model, path)
    return path


@pytest.fixture
def samples() -> tuple[Floats, Floats]:
    return as_batch(face_crops(None), SPEC), as_batch(noise_pictures(SPEC.size_wh), SPEC)


def test_the_same_network_passes_with_its_figures(tmp_path: Path, samples: tuple[Floats, Floats]) -> None:
    figures = check_parity(Original(WEIGHTS), write(tmp_path / "a.onnx", WEIGHTS), OUTPUTS, *samples)

    assert figures.max_abs_diff < 1e-4
    assert figures.top_label_agreement == 1.0
    assert (figures.faces, figures.noise) == (20, 10)
    assert figures.as_provenance()["batches"] == [1, 5]


@pytest.mark.parametrize(("column", "name"), [(0, "logits"), (4, "affect")])
def test_a_single_wrong_output_is_refused(
    tmp_path: Path, samples: tuple[Floats, Floats], column: int, name: str
) -> None:
    wrong = WEIGHTS.copy()
    wrong[:, column] *= 1.01

    with pytest.raises(ParityError, match=f"{name}: the exported network differs"):
        check_parity(Original(WEIGHTS), write(tmp_path / "a.onnx", wrong), OUTPUTS, *samples)


class Coarse(Original):
    """Rounds in its own way on noise."""

    def __init__(self, error: float, noise: Floats, *, knows_itself: bool = True) -> None:
        super().__init__(WEIGHTS)
        self._error = np.float32(error)
        self._noise = {picture.tobytes() for picture in noise}
        self._knows_itself = knows_itself

    def answer(self, batch: Floats) -> Answer:
        exact = super().answer(batch)
        off = np.array([[self._error if picture.tobytes() in self._noise else 0] for picture in batch], np.float32)
        return Answer(exact.expression + off, exact.affect)

    def answer_exactly(self, batch: Floats) -> Answer | None:
        return super().answer_exactly(batch) if self._knows_itself else None


def test_on_noise_the_original_s_own_rounding_is_the_measure(
    tmp_path: Path, samples: tuple[Floats, Floats]
) -> None:
    path, (faces, noise) = write(tmp_path / "a.onnx", WEIGHTS), samples
    figures = check_parity(Coarse(0.02, noise), path, OUTPUTS, faces, noise)
    assert figures.max_abs_diff == pytest.approx(0.02, rel=0.1)
    with pytest.raises(ParityError, match="differs from the original"):
        check_parity(Coarse(0.02, noise, knows_itself=False), path, OUTPUTS, faces, noise)
    with pytest.raises(ParityError, match="differs from the original"):  # faces are judged strictly
        check_parity(Coarse(0.02, noise), path, OUTPUTS, noise, faces)


def test_swapped_affect_is_refused(tmp_path: Path, samples: tuple[Floats, Floats]) -> None:
    swapped = WEIGHTS[:, [0, 1, 2, 4, 3]]

    with pytest.raises(ParityError, match="affect"):
        check_parity(Original(WEIGHTS), write(tmp_path / "a.onnx", swapped), OUTPUTS, *samples)


def test_a_constant_answer_is_refused_even_where_the_original_hardly_varies(
    tmp_path: Path, samples: tuple[Floats, Floats]
) -> None:
    hardly = WEIGHTS * np.float32(1e-6)

    with pytest.raises(ParityError, match="differs from the original"):
        check_parity(Original(hardly), write(tmp_path / "a.onnx", hardly * 0), OUTPUTS, *samples)


def test_an_original_that_answers_the_same_for_every_picture_is_refused(
    tmp_path: Path, samples: tuple[Floats, Floats]
) -> None:
    blind = WEIGHTS * np.float32(0)

    with pytest.raises(ParityError, match="the same for every picture"):
        check_parity(Original(blind), write(tmp_path / "a.onnx", blind), OUTPUTS, *samples)


def test_an_affect_head_that_answers_the_same_is_refused(tmp_path: Path, samples: tuple[Floats, Floats]) -> None:
    blind = WEIGHTS.copy()
    blind[:, 3:] = 0

    with pytest.raises(ParityError, match="affect: the checkpoint answers the same"):
        check_parity(Original(blind), write(tmp_path / "a.onnx", blind), OUTPUTS, *samples)


def test_numbers_that_are_not_finite_are_refused(tmp_path: Path, samples: tuple[Floats, Floats]) -> None:
    broken = WEIGHTS.copy()
    broken[0, 0] = np.nan

    with pytest.raises(ParityError, match="not finite"):
        check_parity(Original(broken), write(tmp_path / "a.onnx", broken), OUTPUTS, *samples)
    with pytest.raises(ParityError, match="not finite"):
        check_parity(Original(WEIGHTS), write(tmp_path / "b.onnx", broken), OUTPUTS, *samples)


def test_a_batch_fixed_to_one_is_refused(tmp_path: Path, samples: tuple[Floats, Floats]) -> None:
    with pytest.raises(ParityError, match="5 pictures at once"):
        check_parity(Original(WEIGHTS), write(tmp_path / "a.onnx", WEIGHTS, batch=1), OUTPUTS, *samples)


def test_samples_are_real_varied_and_repeatable() -> None:
    crops = face_crops(None)

    assert all(np.array_equal(first, again) for first, again in zip(crops, face_crops(None), strict=True))
    means = [crop.mean() for crop in crops]
    assert max(means) - min(means) > 20
    assert all(crop.shape[0] == crop.shape[1] >= 64 for crop in crops)


@pytest.mark.parametrize("colour", ["RGB", "BGR"])
def test_colour_order_and_normalisation_reach_the_network(colour: str) -> None:
    spec = InputSpec(
        name="image",
        size_wh=(8, 8),
        layout="NHWC",
        colour=colour,  # type: ignore[arg-type]
        scale=1 / 255,
        mean=(0.1, 0.2, 0.3),
        std=(0.5, 0.6, 0.7),
    )
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:] = (255, 0, 51)

    row = as_batch([picture], spec)[0, 0, 0]

    channels = np.array([1.0, 0.0, 0.2]) if colour == "BGR" else np.array([0.2, 0.0, 1.0])
    assert row == pytest.approx((channels - spec.mean) / spec.std, abs=1e-6)
