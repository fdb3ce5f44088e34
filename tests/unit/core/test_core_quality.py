import numpy as np
import pytest

from mien.core.face import FaceBox
from mien.core.quality import QualityLimits, assess
from tests.makers import make_raw, make_track

PICTURE_WH = (640, 480)


def face(height: float = 120, nose_aside: float = 0.0, roll: float = 0.0, left: float = 100) -> FaceBox:
    eyes = np.array(
        [[0.3, 0.31], [0.7, 0.31 + 0.4 * np.tan(np.radians(roll))], [0.5 + 0.4 * nose_aside, 0.5], [0.5, 0.7]]
    )
    landmarks = (eyes * height + [left, 100]).astype(np.float32)
    return FaceBox(left, 100, left + height, 100 + height, 0.9, landmarks)


def crop(blur: float = 0.0, side: int = 48) -> np.ndarray:
    """A crop with the 1/f spectrum of natural pictures, Gaussian-blurred by a fraction of its width."""
    frequency = np.hypot(np.fft.fftfreq(96)[:, None], np.fft.fftfreq(96)[None])
    frequency[0, 0] = 1.0
    phases = np.fft.fft2(np.random.default_rng(7).normal(size=(96, 96)))
    kept = np.exp(-2 * (np.pi * frequency * blur * 96) ** 2) / frequency
    kept[0, 0] = 0.0
    pixels = np.fft.ifft2(phases * kept).real
    pixels = pixels[:: 96 // side, :: 96 // side]
    return np.clip(128 + 40 * pixels / pixels.std(), 0, 255).astype(np.uint8)


def test_a_good_face_is_usable() -> None:
    quality = assess(face(), crop(), PICTURE_WH)
    assert quality.reason is None
    assert quality.usable
    assert quality.score > 0.5
    assert quality.face_height_px == 120
    assert quality.brightness == pytest.approx(crop().mean() / 255)


@pytest.mark.parametrize(
    ("box", "luma", "reason"),
    [
        (face(height=31), crop(), "too small"),
        (face(left=-40), crop(), "cut off"),
        (face(left=560), crop(), "cut off"),
        (face(), crop() // 10, "dark"),
        (face(), np.full((48, 48), 250, np.uint8), "overexposed"),
        (face(nose_aside=0.9), crop(), "turned away"),
        (face(nose_aside=-0.9), crop(), "turned away"),
        (face(), crop(blur=0.05), "blurred"),
    ],
)
def test_each_reason(box: FaceBox, luma: np.ndarray, reason: str) -> None:
    quality = assess(box, luma, PICTURE_WH)
    assert quality.reason == reason
    assert quality.score < 0.5
    assert not quality.usable


def test_a_face_of_32_px_is_large_enough() -> None:
    assert assess(face(height=32), crop(), PICTURE_WH).reason is None


def test_sharpness_does_not_depend_on_contrast() -> None:
    luma = crop()
    faint = (luma // 4 + 90).astype(np.uint8)
    sharp, calm = (assess(face(), pixels, PICTURE_WH).sharpness for pixels in (luma, faint))
    assert calm == pytest.approx(sharp, abs=0.05)


def test_sharpness_falls_with_blur() -> None:
    values = [assess(face(), crop(blur), PICTURE_WH).sharpness for blur in (0.0, 0.01, 0.02, 0.03, 0.04)]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.5 > 0.3 > values[-1]


def test_sharpness_does_not_depend_on_the_crop_size() -> None:
    small, large = (assess(face(), crop(0.02, side), PICTURE_WH).sharpness for side in (48, 96))
    assert large == pytest.approx(small, abs=0.1)


def test_pose() -> None:
    assert assess(face(), crop(), PICTURE_WH).yaw_deg == pytest.approx(0, abs=0.1)
    turned = assess(face(nose_aside=0.55), crop(), PICTURE_WH)
    assert turned.yaw_deg == pytest.approx(45, abs=0.5)
    assert assess(face(roll=20), crop(), PICTURE_WH).roll_deg == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (8, 8)])
def test_a_tiny_or_flat_crop_breaks_nothing(shape: tuple[int, int]) -> None:
    assert assess(face(), np.zeros(shape, np.uint8), PICTURE_WH).reason == "dark"


def test_a_face_without_landmarks_is_taken_as_frontal() -> None:
    quality = assess(FaceBox(10, 10, 110, 130, 0.9), crop(), PICTURE_WH)
    assert (quality.yaw_deg, quality.roll_deg) == (0, 0)
    assert quality.usable


def test_limits_can_be_chosen() -> None:
    assert assess(face(height=30), crop(), PICTURE_WH, limits=QualityLimits(min_height_px=20)).usable


@pytest.mark.parametrize(
    ("points", "yaw", "roll"),
    [
        (None, None, None),
        ([(40, 40), (80, 40)], None, 0.0),
        ([(40, 40), (80, 40), (60, 60)], 0.0, 0.0),
        ([(40, 40), (80, 40), (82, 60)], 45.0, 0.0),  # the nose 0.55 eye distances to the right of the picture
        ([(40, 40), (40, 80), (20, 60)], 0.0, 90.0),  # clockwise by a quarter
    ],
)
def test_the_turn_of_the_head_is_known_where_the_detector_gives_points(
    points: list[tuple[int, int]] | None, yaw: float | None, roll: float | None
) -> None:
    track = make_track(box=(10, 10, 110, 130), points=points)
    quality = assess(track.box, np.full((48, 48), 128, np.uint8), (200, 200))
    assert make_raw(track=track, quality=quality).head_turn_deg == (
        yaw if yaw is None else pytest.approx(yaw, abs=0.1),
        roll if roll is None else pytest.approx(roll, abs=0.1),
    )
