"""The painter's promises."""

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from mien.core.face import FaceBox
from mien.overlay.gauges import draw_gauge
from mien.overlay.painter import Painter
from mien.overlay.rect import Rect
from mien.overlay.screen_size import ScreenSize
from mien.overlay.style import sizes_for
from mien.overlay.tag import TagForm, tag_of, tag_size_wh
from mien.settings import OverlaySettings

NOTHING = OverlaySettings(box=False, label=False, bars=False, gauges=False, mesh=False)


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
    painter = Painter(cover=cover, parts=OverlaySettings(bars=False))
    inside = painter.paint(make_result(noise, reading))[80:150, 120:160].astype(int)
    # Neighbouring pixels of the noise differ by 85 on average; nothing of that is left.
    assert np.abs(np.diff(inside, axis=1)).mean() < 6
    if cover == "plate":
        other = 255 - noise
        assert (
            Painter(cover=cover, parts=OverlaySettings(bars=False)).paint(make_result(other, reading))[
                80:150, 120:160
            ]
            == inside
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


def test_a_picture_for_a_screen_is_painted_at_its_size(
    make_picture: Any, make_reading: Any, make_result: Any
) -> None:
    box = (80, 40, 120, 100)
    result = make_result(make_picture(240, 135, [box]), make_reading(1, box=box))
    screen = ScreenSize()
    painter = Painter(screen=screen)
    assert painter.paint(result).shape == (135, 240, 3), "until the screen is known"
    screen.show((960, 1000), 1.0)
    large = painter.paint(result)
    assert large.shape == (540, 960, 3)
    plain = Painter(parts=NOTHING, screen=screen).paint(result)
    rows, columns = np.nonzero((large != plain).any(axis=2))
    inside = (rows > 200) & (rows < 380) & (columns > 340) & (columns < 460)
    assert not inside.any(), "the middle of the face stays free"
    corner = large[160 - 2 : 160 + 6, 320 - 2 : 320 + 6].astype(int) - plain[158:166, 318:326]
    assert np.abs(corner).max() > 60, "the box begins at four times its place"
    screen.show((120, 120), 1.0)
    assert painter.paint(result).shape == (68, 120, 3)


def test_text_is_as_large_on_a_screen_of_small_pixels(make_picture: Any, make_reading: Any) -> None:
    screen = ScreenSize()
    assert screen.show((400, 300), 2.0)
    assert not screen.show((400, 300), 2.0)
    painter = Painter(screen=screen)
    painter._copied(make_picture(400, 300, []), (400, 300))
    face = painter._face(
        make_reading(1, box=(20, 20, 60, 70)), FaceBox(20, 20, 60, 70, 0.9), (400, 300), ("", None)
    )
    assert face is not None
    assert (face.sizes.text, face.sizes.small) == (22, 22)


@pytest.mark.parametrize("part", ["box", "label", "bars", "gauges"])
def test_each_part_can_be_left_out(part: str, make_picture: Any, make_reading: Any, make_result: Any) -> None:
    box = (200, 100, 340, 280)
    result = make_result(make_picture(640, 360, [box]), make_reading(1, box=box))
    nothing = Painter(parts=NOTHING).paint(result)
    assert (nothing == result.frame.image).all()
    alone = Painter(parts=msgspec.structs.replace(NOTHING, **{part: True})).paint(result)
    assert (alone != nothing).any()
    rest = Painter(parts=OverlaySettings(**{part: False})).paint(result)
    assert (rest != Painter().paint(result)).any()


@pytest.mark.parametrize("rect", [Rect(20, 20, 240, 37), Rect(20, 20, 37, 240)])
def test_a_gauge_has_a_band_as_wide_as_the_network_s_error(rect: Rect) -> None:
    def banded(error: float, value: float = 0.0) -> int:
        """How many pixels along the gauge look otherwise than without a band."""
        plain, told = np.zeros((2, 260, 260, 3), np.uint8)
        for picture, drawn in ((plain, 0.0), (told, error)):
            draw_gauge(picture, rect, value, sizes_for(12), "Valence", certain=True, error=drawn)
        along = (plain != told).any(axis=2).any(axis=1 if rect.height > rect.width else 0)
        return int(along.nonzero()[0].max() - along.nonzero()[0].min())

    assert banded(0.5) == pytest.approx(2 * banded(0.25), abs=3)
    assert banded(0.5, value=1.0) == pytest.approx(banded(0.25), abs=6)  # the other half lies beyond the end
