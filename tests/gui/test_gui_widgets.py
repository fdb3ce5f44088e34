"""Single widgets: what they show, and the pixels where it matters."""

import numpy as np
import pytest
from fake_engine import BOXES, make_emotion, make_quality, make_reading, make_result
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontInfo, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from mien.core.emotion import EXPRESSIONS, Affect
from mien.gui.live.face_list import FaceEntry, FaceList, thumbnail_of
from mien.gui.live.face_panel import FacePanel
from mien.gui.live.live_timeline import LiveTimeline
from mien.gui.live.readings_presenter import NOBODY_AFTER_S, ReadingsPresenter
from mien.gui.look.icons import icon
from mien.gui.look.theme import DARK, LIGHT, apply_theme
from mien.gui.look.typography import load_fonts, text_font
from mien.gui.parts.circumplex import TRAIL_S, Circumplex
from mien.gui.parts.face_header import FaceHeader
from mien.gui.parts.gauges import AffectGauges
from mien.gui.parts.picture_view import PictureView
from mien.gui.parts.probability_bars import ProbabilityBars
from mien.overlay.style import COLOURS
from mien.timeline.history import History


def test_bars_keep_their_order_and_glide(qtbot: QtBot) -> None:
    bars = _shown(qtbot, ProbabilityBars(), 280, 200)
    bars.show_emotion(make_emotion(top="anger"), "anger", is_certain=True, jump=True, tells=True)
    bars.show_emotion(make_emotion(top="fear"), "fear", is_certain=True, jump=False, tells=False)
    assert list(bars.shown) == list(EXPRESSIONS)
    bars.advance(0.02)
    assert 0.1 < bars.shown["fear"] < 0.86
    bars.advance(1.0)
    assert bars.shown["fear"] == pytest.approx(0.86)


def test_a_bar_has_the_colour_of_its_expression_and_the_length_of_its_probability(qtbot: QtBot) -> None:
    bars = _shown(qtbot, ProbabilityBars(), 280, 192)
    bars.show_emotion(make_emotion(top="happiness"), "happiness", is_certain=True, jump=True, tells=True)
    row = _row(bars, 24 + 12)
    filled = [x for x, colour in enumerate(row) if colour == COLOURS["happiness"].lower()]
    track = 280 - 84 - 44
    assert len(filled) == pytest.approx(0.86 * track, abs=4)


def test_uncertain_bars_do_not_shine(qtbot: QtBot) -> None:
    bars = _shown(qtbot, ProbabilityBars(), 280, 192)
    bars.show_emotion(make_emotion(top="happiness"), "uncertain", is_certain=False, jump=True, tells=True)
    assert COLOURS["happiness"].lower() not in _row(bars, 24 + 12)


def test_gauges_and_circle_are_empty_without_affect(qtbot: QtBot) -> None:
    gauges = _shown(qtbot, AffectGauges(), 280, 48)
    gauges.show_affect(Affect(0.5, -0.5), jump=True, tells=True)
    assert gauges.shown == (0.5, -0.5)
    gauges.show_affect(None, jump=True, tells=True)
    assert gauges.shown == (0.0, 0.0)


def test_a_gauge_has_a_band_as_wide_as_the_network_s_error_and_none_where_it_was_not_measured(
    qtbot: QtBot,
) -> None:
    gauges = _shown(qtbot, AffectGauges(), 280, 48)
    track = 280 - 84 - 52
    above_the_track = 24 // 2 - 6
    ground = QColor(_row(gauges, above_the_track)[84 + 10])
    gauges.show_affect(Affect(0.5, 0.0, (0.25, 0.1)), jump=True, tells=True)
    banded = [x for x, ink in enumerate(_row(gauges, above_the_track)) if x > 84 and QColor(ink) != ground]
    banded = [x for x in banded if x < 84 + track and abs(x - (84 + track / 2)) > 2]  # without the mark at 0
    assert banded[0] == pytest.approx(84 + track / 2 + 0.25 * (track - 8) / 2, abs=3)
    assert banded[-1] == pytest.approx(84 + track / 2 + 0.75 * (track - 8) / 2, abs=3)
    assert "±0.25 and ±0.10" in gauges.toolTip()
    gauges.show_affect(Affect(0.5, 0.0), jump=True, tells=True)
    assert "±" not in gauges.toolTip()


def test_the_point_lies_where_valence_and_arousal_say(qtbot: QtBot) -> None:
    circle = _shown(qtbot, Circumplex(), 240, 240)
    circle.show_affect(Affect(0.5, 0.5), "happiness", 0.0, jump=True)
    image = circle.grab().toImage()
    assert image.pixelColor(170, 70) == QColor(COLOURS["happiness"])
    assert image.pixelColor(70, 170) != QColor(COLOURS["happiness"])


def test_the_trail_ends_after_a_while_and_starts_anew_for_another_face(qtbot: QtBot) -> None:
    circle = _shown(qtbot, Circumplex(), 240, 240)
    for step in range(300):
        circle.show_affect(Affect(0.1, 0.1), "fear", step * 0.5, jump=False)
    assert len(circle.trail) == pytest.approx(TRAIL_S / 0.5, abs=1)
    circle.show_affect(Affect(0.1, 0.1), "fear", 150.0, jump=True)
    assert len(circle.trail) == 1


def test_the_header_says_why_a_face_is_uncertain(qtbot: QtBot) -> None:
    header = _shown(qtbot, FaceHeader(), 280, 76)
    header.show_face("Face 3", "uncertain", 0.4, make_quality("turned away"), "turned away")
    assert (header.headline, header.detail) == ("Uncertain", "Turned away")
    header.show_face("Face 3", "anger", 0.9, make_quality(), "")
    assert (header.headline, header.detail) == ("Anger", "182 px high, turned by 8°")


def test_a_click_in_the_list_chooses_a_face(qtbot: QtBot) -> None:
    faces = _shown(qtbot, FaceList(), 280, 132)
    entries = tuple(FaceEntry(track_id, make_reading(track_id, top="fear"), None) for track_id in (4, 7))
    faces.show_faces(entries, 4)
    with qtbot.waitSignal(faces.chosen) as chosen:
        qtbot.mouseClick(faces, Qt.MouseButton.LeftButton, pos=QPoint(60, 44 + 20))
    assert chosen.args == [7]
    with qtbot.assertNotEmitted(faces.chosen):
        qtbot.mouseClick(faces, Qt.MouseButton.LeftButton, pos=QPoint(60, 120))


@pytest.mark.parametrize(
    "box", [(-50.0, -50.0, 40.0, 40.0), (300.0, 160.0, 400.0, 260.0), (0.0, 0.0, 320.0, 180.0)]
)
def test_a_thumbnail_is_cut_out_even_at_the_edge(box: tuple[float, float, float, float]) -> None:
    image = np.random.default_rng(1).integers(0, 255, (180, 320, 3), np.uint8)
    thumbnail = thumbnail_of(image, make_reading(box=box).track.box)
    assert thumbnail is not None
    assert thumbnail.width() == thumbnail.height() == 64


def test_a_face_outside_the_picture_has_no_thumbnail() -> None:
    box = make_reading(box=(900.0, 900.0, 950.0, 950.0)).track.box
    assert thumbnail_of(np.zeros((180, 320, 3), np.uint8), box) is None


def test_the_picture_is_shown_whole_and_in_its_colours(qtbot: QtBot) -> None:
    view = _shown(qtbot, PictureView(), 640, 480)
    picture = np.zeros((180, 320, 3), np.uint8)
    picture[:, :160] = (255, 0, 0)
    picture[:, 160:] = (0, 0, 255)
    view.show_picture(picture, (320, 180), (), None)
    image = view.grab().toImage()
    assert view.picture_rect().getRect() == (0.0, 60.0, 640.0, 360.0)
    assert image.pixelColor(100, 240).name() == "#0000ff"
    assert image.pixelColor(500, 240).name() == "#ff0000"
    assert image.pixelColor(100, 20).name() == DARK.window.lower()


def test_rows_of_odd_length_and_views_are_shown_right(qtbot: QtBot) -> None:
    view = _shown(qtbot, PictureView(), 320, 180)
    whole = np.zeros((181, 333, 3), np.uint8)
    whole[:, :, 1] = 200
    whole[:, 300:] = 0
    view.show_picture(whole[:, :300], (300, 181), (), None)
    rect = view.picture_rect()
    image = view.grab().toImage()
    assert image.pixelColor(int(rect.right()) - 3, 170).green() == 200


def test_a_click_on_a_face_chooses_it_also_in_a_mirrored_picture(qtbot: QtBot) -> None:
    view = _shown(qtbot, PictureView(), 640, 360)
    readings = (make_reading(1, box=BOXES[0]), make_reading(2, box=BOXES[1]))
    picture = np.zeros((180, 320, 3), np.uint8)
    view.show_picture(picture, (320, 180), readings, 1)
    assert view.face_at(QPointF(160, 180)) == 1
    assert view.face_at(QPointF(450, 180)) == 2
    assert view.face_at(QPointF(10, 10)) is None
    view.show_picture(picture, (320, 180), readings, 1, is_mirrored=True)
    assert view.face_at(QPointF(640 - 160, 180)) == 1
    assert view.face_at(QPointF(640 - 450, 180)) == 2


def test_of_overlapping_faces_the_smaller_is_hit(qtbot: QtBot) -> None:
    view = _shown(qtbot, PictureView(), 320, 180)
    readings = (make_reading(1, box=(0, 0, 200, 180)), make_reading(2, box=(50, 50, 100, 100)))
    view.show_picture(np.zeros((180, 320, 3), np.uint8), (320, 180), readings, 1)
    assert view.face_at(QPointF(75, 75)) == 2


def test_the_chosen_face_is_marked_only_where_there_is_a_choice(qtbot: QtBot) -> None:
    view = _shown(qtbot, PictureView(), 320, 180)
    picture = np.zeros((180, 320, 3), np.uint8)
    view.show_picture(picture, (320, 180), (make_reading(1),), 1)
    assert _lit(view) == 0
    view.show_picture(picture, (320, 180), (make_reading(1), make_reading(2, box=BOXES[1])), 1)
    assert _lit(view) > 300


def test_the_timeline_paints_bands_lines_and_holes(qtbot: QtBot) -> None:
    history = History()
    timeline = _shown(qtbot, LiveTimeline(history), 900, 128)
    for index in range(600):
        history.move_on(index * 0.1)
        if not 200 <= index < 300:
            label = "anger" if index < 200 else "happiness"
            history.add(1, index, index * 0.1, label, make_emotion(), Affect(0.5, -0.5))
    timeline.refresh(1)
    image = timeline.grab().toImage()
    row = [image.pixelColor(x, 14).name() for x in range(900)]
    assert row.count(COLOURS["anger"].lower()) == pytest.approx(800 / 3, abs=20)
    assert row.count(COLOURS["happiness"].lower()) == pytest.approx(400, abs=20)
    assert timeline.text_at(10.0).startswith("Face 1: Anger, valence +0.50, arousal −0.50")
    assert timeline.text_at(25.0) == ""


def test_the_panel_says_nobody_only_after_a_while(qtbot: QtBot) -> None:
    panel, view = _readings_view(qtbot)
    picture = np.zeros((180, 320, 3), np.uint8)
    view.show(make_result((make_reading(1),), time_s=0.0), picture)
    assert panel.face_id == 1
    view.show(make_result((), time_s=0.3), picture)
    assert panel.face_id == 1
    view.show(make_result((), time_s=NOBODY_AFTER_S + 0.1), picture)
    assert panel.is_empty
    assert panel.empty.title == "Nobody in view"


def test_no_thumbnail_is_made_while_faces_are_hidden(qtbot: QtBot) -> None:
    panel, view = _readings_view(qtbot)
    readings = (make_reading(1), make_reading(2, box=BOXES[1]))
    view.show(make_result(readings, time_s=0.0), np.zeros((180, 320, 3), np.uint8))
    assert all(entry.thumbnail is not None for entry in panel.faces.entries)
    view.hides_faces = True
    view.show(make_result(readings, time_s=1.0), np.zeros((180, 320, 3), np.uint8))
    assert [entry.thumbnail for entry in panel.faces.entries] == [None, None]


def test_another_face_is_shown_at_once_without_gliding(qtbot: QtBot) -> None:
    panel, view = _readings_view(qtbot)
    readings = (make_reading(1, top="anger"), make_reading(2, box=BOXES[1], top="fear"))
    view.show(make_result(readings, time_s=0.0), np.zeros((180, 320, 3), np.uint8))
    view.choose(2)
    assert panel.face_id == 2
    assert panel.bars.shown["fear"] == pytest.approx(0.86)
    view.choose_neighbour(1)
    assert panel.face_id == 1


def test_the_shipped_font_is_used() -> None:
    assert load_fonts()
    assert QFontInfo(text_font(13)).family() == "Inter"
    assert QFontInfo(text_font(13, strong=True)).family() == "Inter SemiBold"


def test_both_themes_reach_every_pixel(qtbot: QtBot, qapp: QApplication) -> None:
    view = _shown(qtbot, PictureView(), 320, 180)
    assert view.grab().toImage().pixelColor(5, 5).name() == DARK.window.lower()
    apply_theme(qapp, "light")
    assert view.grab().toImage().pixelColor(5, 5).name() == LIGHT.window.lower()


def test_every_icon_draws_something() -> None:
    from mien.gui.look.icons import _SHAPES

    for name in _SHAPES:
        image = icon(name, 24, "#ffffff").toImage().convertToFormat(QImage.Format.Format_ARGB32)
        assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)), name


def _shown(qtbot: QtBot, widget: QWidget, width: int, height: int):  # noqa: ANN202 - the widget that came in
    qtbot.addWidget(widget)
    widget.resize(width, height)
    widget.show()
    return widget


def _readings_view(qtbot: QtBot) -> tuple[FacePanel, ReadingsPresenter]:
    history = History()
    panel = _shown(qtbot, FacePanel(), 320, 700)
    picture, timeline = PictureView(), LiveTimeline(history)
    qtbot.addWidget(picture)
    qtbot.addWidget(timeline)
    return panel, ReadingsPresenter(picture, panel, timeline, history)


def _row(widget: QWidget, y: int) -> list[str]:
    image = widget.grab().toImage()
    return [image.pixelColor(x, y).name() for x in range(image.width())]


def _lit(widget: QWidget) -> int:
    image = widget.grab().toImage()
    return sum(
        image.pixelColor(x, y).lightness() > 150 for x in range(image.width()) for y in range(image.height())
    )
