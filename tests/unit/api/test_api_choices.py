from pathlib import Path

import pytest

from mien.api.choices import Choices, with_choices
from mien.errors import SettingsError
from mien.settings import Settings

VALUES = {
    "profile": "posed",
    "model": "net.onnx",
    "compare": "mien-s",
    "detector": "short-range",
    "provider": "cpu",
    "threads": 2,
    "every": 3,
    "faces_are_crops": True,
    "min_face_score": 0.7,
    "prior": "balanced",
    "face_details": True,
    "auto_neutral": True,
    "own": ("squint = au07 > 0.6",),
    "min_confidence": 0.7,
    "recognise_people": False,
    "smoothing_s": 0.0,
    "cover": "blur",
    "video_codec": "av1",
    "video_hardware": "any",
    "video_quality": "best",
}


def test_choices_change_settings_and_leave_the_rest() -> None:
    before = Settings().changed(shown={"smoothing_s": 1.0}, reading={"every": 2})
    after = with_choices(before, {"every": 3, "model": Path("net.onnx"), "cover": "blur"})
    assert (after.reading.every, after.reading.model, after.video.cover, after.shown.smoothing_s) == (
        3,
        "net.onnx",
        "blur",
        1.0,
    )
    assert before.reading.every == 2


def test_a_yunet_file_is_a_detector() -> None:
    after = with_choices(Settings(), {"detector": Path("faces.ONNX")})
    assert (after.reading.detector, after.reading.yunet_file) == ("yunet", "faces.ONNX")


def test_each_choice_is_a_setting() -> None:
    for name, value in VALUES.items():
        assert with_choices(Settings(), {name: value}) != Settings()
    assert VALUES.keys() == Choices.__annotations__.keys()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("provider", "quantum", "quantum: no such execution provider; choose auto, cpu"),
        ("detector", "magic", "magic: no such detector; choose retinaface, full-range"),
        ("cover", "hat", "hat: no such way to hide a face; choose none, blur, plate"),
        ("video_codec", "divx", "divx: no such video codec; choose auto, h264"),
        ("profile", "lecure", "lecure: no such profile; did you mean lecture?"),
        ("prior", "weekend", "weekend: no such prior; choose everyday, balanced"),
        ("min_confidence", 1.5, "1.5: not usable as min_confidence"),
        ("every", "often", "often: not usable as every"),
        ("model", [1], "[1]: not usable as model"),
        ("model", object, "model: expected text or a number"),
        ("smoothing", 1, "smoothing: no such choice; did you mean smoothing_s?"),
        ("weekday", 1, "weekday: no such choice; there are profile, model"),
        ("theme", "light", "theme: no such choice"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: object, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        with_choices(Settings(), {name: value})
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)
