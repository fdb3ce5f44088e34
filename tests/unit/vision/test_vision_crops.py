import cv2
import numpy as np
import pytest

from mien.core.face import FaceBox
from mien.inference.manifest import CropSpec, InputSpec
from mien.vision.crops import batch, crop_face, luma, normalise, prepare_crop


def spec(size: int = 48, colour: str = "GRAY", layout: str = "NCHW", **more: object) -> InputSpec:
    return InputSpec(name="image", size_wh=(size, size), layout=layout, colour=colour, **more)  # type: ignore[arg-type]


def face(eyes: list[tuple[float, float]], side: float = 100.0, at: tuple[float, float] = (100, 100)) -> FaceBox:
    x, y = at
    return FaceBox(x, y, x + side, y + side, 0.9, np.array(eyes, dtype=np.float32))


def dotted(points: list[tuple[float, float]], radius: int = 6) -> np.ndarray:
    image = np.zeros((480, 640, 3), np.uint8)
    for x, y in points:
        cv2.circle(image, (round(x), round(y)), radius, (255, 255, 255), -1)
    return image


def centre_of_light(pixels: np.ndarray) -> tuple[float, float]:
    ys, xs = np.mgrid[: pixels.shape[0], : pixels.shape[1]] + 0.5
    weights = pixels.astype(float)
    return float((xs * weights).sum() / weights.sum()), float((ys * weights).sum() / weights.sum())


@pytest.mark.parametrize("eyes", [[(130, 150), (170, 150)], [(120, 140), (180, 170)], [(140, 260), (300, 240)]])
@pytest.mark.parametrize("size", [48, 96])
def test_eyes_lie_where_the_manifest_says(eyes: list[tuple[float, float]], size: int) -> None:
    wanted = spec(size, crop=CropSpec(eye_y=0.4, eye_distance=0.5))
    crop = crop_face(dotted(eyes), face(eyes), wanted)[:, :, 0]
    half = size // 2
    left, right = centre_of_light(crop[:, :half]), centre_of_light(crop[:, half:])
    # cv2.circle draws around the middle of a pixel: half a pixel of the picture off.
    assert left == pytest.approx((0.25 * size, 0.4 * size), abs=1.0)
    assert (right[0] + half, right[1]) == pytest.approx((0.75 * size, 0.4 * size), abs=1.0)


def test_shrinking_averages_instead_of_skipping_pixels() -> None:
    image = np.zeros((400, 400, 3), np.uint8)
    image[:, ::2] = 255
    box = FaceBox(0, 0, 400, 400, 0.9)
    crop = crop_face(image, box, spec(32, crop=CropSpec(align="box", margin=0.0)))
    assert crop.min() > 120
    assert crop.max() < 136


def test_a_crop_does_not_move_when_it_is_shrunk() -> None:
    gradient = np.tile(np.arange(400, dtype=np.float32)[None, :] * 0.6, (400, 1)).astype(np.uint8)
    image = np.dstack([gradient] * 3)
    crop = crop_face(image, FaceBox(40, 40, 360, 360, 0.9), spec(40, crop=CropSpec(align="box", margin=0.0)))
    middles = 40 + (np.arange(40) + 0.5) * 8 - 0.5
    assert np.abs(crop[20, :, 0] - middles * 0.6).max() < 1.5


def test_outside_the_picture_its_border_is_repeated() -> None:
    image = np.full((100, 100, 3), 77, np.uint8)
    for box in (
        FaceBox(-80, -80, 20, 20, 0.9),
        FaceBox(150, 150, 300, 300, 0.9),
        FaceBox(-500, 10, -400, 90, 0.9),
    ):
        assert (crop_face(image, box, spec()) == 77).all()


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (2, 300)])
def test_tiny_pictures_give_crops_too(shape: tuple[int, int]) -> None:
    crop = crop_face(np.full((*shape, 3), 50, np.uint8), FaceBox(0, 0, 400, 400, 0.5), spec())
    assert crop.shape == (48, 48, 1)
    assert (crop == 50).all()


def test_without_landmarks_the_box_tells_where_the_eyes_are() -> None:
    eyes = [(127.0, 137.0), (173.0, 137.0)]
    image = dotted(eyes)
    with_eyes = crop_face(image, face(eyes), spec())
    without = crop_face(image, FaceBox(100, 100, 200, 200, 0.9), spec())
    assert np.array_equal(with_eyes, without)


def test_eyes_that_nearly_coincide_are_not_believed() -> None:
    image = dotted([(130, 131), (170, 131)])
    slipped = face([(150, 131), (151, 131)])
    assert np.array_equal(crop_face(image, slipped, spec()), crop_face(image, FaceBox(*slipped.xyxy, 0.9), spec()))


def test_colours_and_their_order() -> None:
    image = np.zeros((50, 50, 3), np.uint8)
    image[:] = (10, 100, 200)  # blue, green, red
    box = FaceBox(0, 0, 50, 50, 0.9)
    assert crop_face(image, box, spec(colour="BGR"))[5, 5].tolist() == [10, 100, 200]
    assert crop_face(image, box, spec(colour="RGB"))[5, 5].tolist() == [200, 100, 10]
    gray = round(0.114 * 10 + 0.587 * 100 + 0.299 * 200)
    assert crop_face(image, box, spec(colour="GRAY"))[5, 5].tolist() == [gray]
    for colour in ("BGR", "RGB", "GRAY"):
        pixels = luma(crop_face(image, box, spec(colour=colour)), spec(colour=colour))
        assert pixels.shape == (48, 48)
        assert (pixels == gray).all()


@pytest.mark.parametrize(("layout", "shape"), [("NCHW", (2, 3, 48, 48)), ("NHWC", (2, 48, 48, 3))])
def test_a_batch_is_laid_out_and_normalised_as_said(layout: str, shape: tuple[int, ...]) -> None:
    mean, std = (0.1, 0.2, 0.3), (0.5, 0.25, 0.2)
    wanted = spec(colour="RGB", layout=layout, mean=mean, std=std)
    image = np.random.default_rng(1).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    boxes = [FaceBox(10, 10, 70, 70, 0.9), FaceBox(60, 20, 150, 110, 0.8)]
    values = batch(image, boxes, wanted)
    assert values.shape == shape
    assert values.dtype == np.float32
    assert values.flags.c_contiguous
    crop = crop_face(image, boxes[1], wanted).astype(np.float64)
    expected = (crop / 255 - mean) / std
    second = values[1].transpose(1, 2, 0) if layout == "NCHW" else values[1]
    assert np.allclose(second, expected, atol=1e-5)


def test_no_face_gives_an_empty_batch() -> None:
    assert batch(np.zeros((9, 9, 3), np.uint8), [], spec()).shape == (0, 1, 48, 48)


def test_a_crop_of_the_right_size_goes_in_as_it_is() -> None:
    gray = np.random.default_rng(2).integers(0, 255, (48, 48), dtype=np.uint8)
    for crop in (gray, gray[:, :, None]):
        assert np.allclose(prepare_crop(crop, spec())[0, 0], gray / 255)
    colour = prepare_crop(gray, spec(colour="RGB", layout="NHWC"))
    assert colour.shape == (1, 48, 48, 3)
    assert np.allclose(colour[0], gray[:, :, None] / 255)


@pytest.mark.parametrize("side", [20, 48, 200])
def test_a_crop_of_another_size_is_stretched(side: int) -> None:
    crop = np.full((side, side, 3), 60, np.uint8)
    assert np.allclose(prepare_crop(crop, spec(64)), np.full((1, 1, 64, 64), 60 / 255))


def test_a_crop_of_a_wrong_shape_is_named() -> None:
    with pytest.raises(ValueError, match=r"\(48, 48, 1\), got \(10, 48, 1\)"):
        normalise([np.zeros((10, 48, 1), np.uint8)], spec())
