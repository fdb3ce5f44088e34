"""The painter's promises."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mien.overlay.painter import Painter
from mien.overlay.style import sizes_for
from mien.overlay.tag import TagForm, tag_of, tag_size_wh


def test_the_frame_stays_as_it_is(make_picture: Any, make_reading: Any, make_result: Any) -> None:
    picture = make_picture(320, 240)
    before = picture.copy()
    result = make_result(picture, make_reading(1, (100, 80, 180, 190)))
    painted = Painter().paint(result)
    assert (picture == before).all()
    assert painted.shape == picture.shape
    assert painted.dtype == np.uint8
    assert painted.flags.writeable
    assert not np.shares_memory(painted, picture)
    assert (painted != before).any()


def test_a_frame_without_faces_is_a_copy(make_picture: Any, make_result: Any) -> None:
    picture = make_picture(320, 240)
    assert (Painter().paint(make_result(picture)) == picture).all()


def test_a_mirrored_picture_is_flipped_below_the_overlay(
    make_picture: Any, make_reading: Any, make_result: Any
) -> None:
    picture = make_picture(320, 240)
    assert (Painter(mirror=True).paint(make_result(picture)) == picture[:, ::-1]).all()
    # The same face painted in a picture that was flipped beforehand looks the same: box moved, text not mirrored.
    mirrored = Painter(mirror=True).paint(make_result(picture, make_reading(1, (40, 80, 120, 190))))
    beforehand = Painter().paint(
        make_result(np.ascontiguousarray(picture[:, ::-1]), make_reading(1, (200, 80, 280, 190)))
    )
    assert (mirrored == beforehand).all()


@pytest.mark.parametrize("cover", ["blur", "plate"])
def test_covered_faces_cannot_be_seen(cover: str, make_reading: Any, make_result: Any) -> None:
    rng = np.random.default_rng(1)
    box = (100, 60, 180, 170)
    reading = make_reading(1, box, affect=None)
    noise = rng.integers(0, 256, (240, 320, 3), dtype=np.uint8)
    painter = Painter(cover=cover, bars=False)
    inside = painter.paint(make_result(noise, reading))[80:150, 120:160].astype(int)
    # Neighbouring pixels of the noise differ by 85 on average; nothing of that is left.
    assert np.abs(np.diff(inside, axis=1)).mean() < 6
    if cover == "plate":
        other = 255 - noise
        assert (
            Painter(cover=cover, bars=False).paint(make_result(other, reading))[80:150, 120:160] == inside
        ).all()


def test_an_unknown_cover_is_refused() -> None:
    with pytest.raises(ValueError, match="sepia"):
        Painter(cover="sepia")


def test_a_predicted_face_is_drawn_like_any_other(make_picture: Any, make_reading: Any, make_result: Any) -> None:
    picture = make_picture(320, 240)
    seen, predicted = (
        Painter().paint(make_result(picture, make_reading(1, (100, 80, 180, 190), is_predicted=each)))
        for each in (False, True)
    )
    assert (seen == predicted).all()


def test_low_confidence_withholds_the_label(make_picture: Any, make_reading: Any, make_result: Any) -> None:
    picture, box = make_picture(596, 336), (240, 80, 360, 240)
    sure = Painter().paint(make_result(picture, make_reading(1, box, confidence=0.41)))
    unsure = Painter().paint(make_result(picture, make_reading(1, box, confidence=0.41, min_confidence=0.5)))
    top_left_mark_sure, top_left_mark_unsure = sure[80, 250].astype(int), unsure[80, 250].astype(int)
    assert np.ptp(top_left_mark_sure) > 100  # yellow
    assert np.ptp(top_left_mark_unsure) < 40  # gray


@pytest.mark.parametrize(
    "box",
    [
        (-500, -500, -400, -400),
        (-1e9, -1e9, 1e9, 1e9),
        (0, 0, 0.2, 0.2),
        (318.9, 100, 5000, 200),
        (-900, -900, 900, 900),
    ],
)
def test_odd_boxes_do_not_matter(
    box: tuple[float, ...], make_picture: Any, make_reading: Any, make_result: Any
) -> None:
    for cover in ("none", "blur", "plate"):
        painted = Painter(cover=cover).paint(make_result(make_picture(320, 240), make_reading(1, box)))
        assert painted.shape == (240, 320, 3)


@pytest.mark.parametrize("size_wh", [(1, 1), (7, 5), (1, 300), (300, 1), (2000, 3)])
@pytest.mark.parametrize("cover", ["none", "blur", "plate"])
def test_degenerate_pictures(
    size_wh: tuple[int, int], cover: str, make_picture: Any, make_reading: Any, make_result: Any
) -> None:
    readings = [make_reading(1, (-1, -1, 3, 4)), make_reading(2, (0, 0, *size_wh), reason="dark")]
    painted = Painter(cover=cover, mirror=True).paint(make_result(make_picture(*size_wh), *readings))
    assert painted.shape == (size_wh[1], size_wh[0], 3)


@pytest.mark.parametrize("label", ["", " ", "x" * 200, "two\nlines", "\ud800", "مرحبا", "👩‍👩‍👧", "é" * 30])
def test_any_label_can_be_painted(label: str, make_picture: Any, make_reading: Any, make_result: Any) -> None:
    reading = make_reading(1, (240, 80, 360, 240), label, labels=(label, "anger"))
    assert Painter().paint(make_result(make_picture(596, 336), reading)).shape == (336, 596, 3)


def test_a_relative_reading_says_so_on_its_tag(make_reading: Any) -> None:
    reading = make_reading(1, (100, 80, 260, 290))
    plain, relative = tag_of(reading), tag_of(replace(reading, is_relative=True))
    assert [line.note for line in plain.lines] == [""]
    assert [line.note for line in relative.lines] == ["relative"]
    sizes = sizes_for(16)
    for form in (TagForm.FULL, TagForm.SHORT):
        assert tag_size_wh(relative, form, sizes)[0] > tag_size_wh(plain, form, sizes)[0] + 30
    assert tag_size_wh(relative, TagForm.NUMBER, sizes) == tag_size_wh(plain, TagForm.NUMBER, sizes)


def test_a_name_takes_the_place_of_the_number_and_is_shortened(make_reading: Any) -> None:
    reading, sizes = make_reading(1, (10, 10, 90, 120)), sizes_for(16)
    assert tag_of(reading).title == tag_of(reading, "  ").title == "1"
    named, long = tag_of(reading, " Anna "), tag_of(reading, "Anna " * 60)
    assert (named.title, named.track_id) == ("Anna", 1)
    for form in TagForm:
        plain_px, named_px, long_px = (tag_size_wh(tag, form, sizes)[0] for tag in (tag_of(reading), named, long))
        assert plain_px < named_px < long_px < plain_px + 9 * sizes.text + sizes.pad
    assert tag_size_wh(long, TagForm.NUMBER, sizes)[0] < tag_size_wh(long, TagForm.FULL, sizes)[0] / 2


def test_names_are_painted_for_those_who_have_one(make_result: Any, make_reading: Any, make_picture: Any) -> None:
    result = make_result(make_picture(320, 240), make_reading(7, (100, 80, 180, 190)))
    plain = Painter().paint(result)
    assert (Painter(names={1: "Anna"}).paint(result) == plain).all()
    assert (Painter(names={7: "Anna"}).paint(result) != plain).any()
