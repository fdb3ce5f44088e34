"""The selection from A to B, and labels by hand."""

import pytest
from fake_review import FPS
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from review_pages import go, run

from mien.gui.review.review_page import ReviewPage
from mien.session.notes.annotation_file import load_annotations
from mien.session.notes.annotations import Marker
from mien.timeline.clock import clock


def spans(page: ReviewPage) -> list[tuple[float, float, str]]:
    return [(each.start_s, each.end_s, each.label) for each in page.controller.notes.annotations.labels]


def choose(page: ReviewPage, word: str) -> None:
    person_id = page.readings.curves_id
    menu = page.labelling.show_menu(page.timeline.place_of(person_id), person_id)
    assert menu is not None
    (action,) = [each for each in menu.actions() if each.text().endswith(word)]
    assert action.isEnabled()
    action.trigger()
    menu.close()


def test_a_and_b_are_set_by_keys_in_any_order(opened: ReviewPage, qtbot: QtBot) -> None:
    selection = opened.selection
    go(opened, 2.0, qtbot)
    run(opened, "set_end")
    assert selection.span == (0.0, 2.0)
    go(opened, 1.0, qtbot)
    run(opened, "set_start")
    assert selection.span == (1.0, 2.0)
    go(opened, 2.4, qtbot)
    run(opened, "set_start")
    assert (selection.start_s, selection.end_s) == (pytest.approx(2.4, abs=0.01), None)
    go(opened, 1.6, qtbot)
    run(opened, "set_end")
    assert selection.span == (0.0, pytest.approx(1.6, abs=0.01))
    assert opened.take_escape()
    assert selection.span is None
    assert not opened.take_escape()


def test_shift_and_dragging_selects(opened: ReviewPage, qtbot: QtBot) -> None:
    timeline = opened.timeline
    area = timeline.layout_now.time
    y = round(timeline.layout_now.lanes_area.center().y())
    places = [QPoint(round(area.left() + timeline.view.x_of(at_s, area.width())), y) for at_s in (2.0, 1.0)]
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, places[0])
    qtbot.mouseMove(timeline, places[1])
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, places[1])
    assert opened.selection.span == pytest.approx((1.0, 2.0), abs=0.6 / FPS)
    assert opened.readings.time_s == 0.0
    run(opened, "loop")
    assert opened.selection.is_looping
    qtbot.waitUntil(lambda: opened.controller.player.state.loop == opened.selection.span)


def test_a_selection_is_labelled_undone_and_saved(opened: ReviewPage, qtbot: QtBot) -> None:
    opened.selection.choose(1.0, 2.0)
    read_before = opened.controller.lanes.lanes[0].readings.top_labels()
    choose(opened, "Sadness")
    assert spans(opened) == [(1.0, 2.0, "sadness")]
    opened.selection.choose(1.4, 1.6)
    choose(opened, "Uncertain")
    assert spans(opened) == [(1.0, 1.4, "sadness"), (1.4, 1.6, "uncertain"), (1.6, 2.0, "sadness")]
    assert opened.controller.notes.stack.undoText() == "label by hand"
    run(opened, "undo")
    assert spans(opened) == [(1.0, 2.0, "sadness")]
    run(opened, "redo")
    opened.selection.choose(1.2, 3.0)
    choose(opened, "Remove the label by hand")
    assert spans(opened) == [(1.0, 1.2, "sadness")]
    assert opened.controller.lanes.lanes[0].readings.top_labels() == read_before
    folder = opened.controller.subject
    assert folder is not None
    assert folder.notes_folder is not None
    opened.controller.notes.flush()
    assert [each.label for each in load_annotations(folder.notes_folder).labels] == ["sadness"]


def test_without_a_selection_the_run_under_the_playhead_is_labelled(opened: ReviewPage, qtbot: QtBot) -> None:
    go(opened, 1.0, qtbot)
    lane = opened.controller.lanes.lanes[0]
    span = opened.labelling.span_at(lane, 1.0)
    assert span is not None
    choose(opened, "Fear")
    assert spans(opened) == [(pytest.approx(span[0], abs=1e-3), pytest.approx(span[1], abs=1e-3), "fear")]
    # From then on the label itself is what the playhead is on.
    opened.controller.notes.label(lane.face_ids, (0.9, 1.1), "anger")
    assert opened.labelling.span_at(lane, 1.0) == (0.9, 1.1)
    assert opened.labelling.span_at(lane, 1e6) is None


def test_a_span_in_hand_is_the_selection(opened: ReviewPage) -> None:
    span = Marker(kind="exclude", start_s=0.5, end_s=0.8)
    opened.controller.notes.add(span)
    opened.marking.select(span)
    assert opened.selection.span == (0.5, 0.8)
    opened.selection.choose(1.0, 1.2)
    assert opened.selection.span == (1.0, 1.2)


def test_labels_have_a_band_of_their_own_that_selects_them(opened: ReviewPage, qtbot: QtBot) -> None:
    timeline, lane = opened.timeline, opened.controller.lanes.lanes[0]
    plain = timeline.layout_now
    assert plain.hand(0).height() == 0
    before = timeline.grab().toImage()
    opened.controller.notes.label(lane.face_ids, (1.0, 2.0), "anger")
    layout = timeline.layout_now
    assert layout.hand(0).top() >= layout.lane(0).bottom()
    assert layout.lanes[0] > plain.lanes[0]
    assert timeline.grab().toImage() != before
    band = layout.hand(0)
    place = QPoint(round(band.left() + timeline.view.x_of(1.5, band.width())), round(band.center().y()))
    assert (
        timeline.text_at(place.toPointF()) == f"By hand: Anger, {clock(1, decimals=3)} to {clock(2, decimals=3)}"
    )
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=place)
    assert opened.selection.span == (1.0, 2.0)
    image = timeline.grab().toImage()
    ratio = timeline.devicePixelRatioF()
    from mien.overlay.style import colour_of

    inks = {
        image.pixelColor(
            round((band.left() + timeline.view.x_of(at_s, band.width())) * ratio), round(place.y() * ratio)
        ).name()
        for at_s in (1.6, 1.7, 1.8)
    }
    assert colour_of("anger").lower() in inks


def test_nobody_in_view_is_said(opened: ReviewPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(opened.notified) as told:
        assert opened.labelling.show_menu(QPoint(0, 0), 99) is None
    assert told.args[0].text == "Nobody is in view here; select from A to B, or go where the face is read"
