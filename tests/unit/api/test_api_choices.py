from pathlib import Path

import pytest

from mien.api.choices import Choices, with_choices
from mien.errors import SettingsError
from mien.settings import Settings


def test_choices_change_settings_and_leave_the_rest() -> None:
    before = Settings(smoothing_s=1.0, every=2)
    after = with_choices(before, {"every": 3, "model": Path("net.onnx"), "cover": "blur"})
    assert (after.every, after.model, after.cover, after.smoothing_s) == (3, "net.onnx", "blur", 1.0)
    assert before.every == 2


def test_a_yunet_file_is_a_detector() -> None:
    after = with_choices(Settings(), {"detector": Path("faces.ONNX")})
    assert (after.detector, after.yunet_file) == ("yunet", "faces.ONNX")


def test_each_choice_is_a_setting() -> None:
    assert set(Choices.__annotations__) <= set(Settings.__struct_fields__)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("provider", "quantum", "quantum: no such execution provider; choose auto, cpu"),
        ("detector", "magic", "magic: no such detector; choose retinaface, full-range"),
        ("cover", "hat", "hat: no such way to hide a face; choose none, blur, plate"),
        ("video_codec", "divx", "divx: no such video codec; choose auto, h264"),
        ("min_confidence", 1.5, "1.5: not usable as min_confidence"),
        ("every", "often", "often: not usable as every"),
        ("smooth", 1, "smooth: no such choice; there are model"),
        ("theme", "light", "theme: no such choice"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: object, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        with_choices(Settings(), {name: value})
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)
