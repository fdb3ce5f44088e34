"""Markers and notes: made, changed, undone, kept."""

from pathlib import Path

import pytest
from fake_review import FPS
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from review_pages import Make, editor_of, go, open_and_read, run

from mien.gui.review.marker_editor import MarkerEditor
from mien.gui.review.review_page import ReviewPage
from mien.session.notes.annotation_file import load_annotations
from mien.session.notes.annotations import Marker
from mien.timeline.clock import seconds_of


def test_markers_by_key_undo_and_saved(opened: ReviewPage, qtbot: QtBot, tmp_path: Path) -> None:
    go(opened, 1.0, qtbot)
    run(opened, "mark_event")
    run(opened, "mark_event")  # pressed twice: one marker
    go(opened, 2.0, qtbot)
    run(opened, "mark_span")
    assert opened.transport.exclude.isChecked()
    go(opened, 3.0, qtbot)
    run(opened, "mark_span")
    markers = opened.controller.notes.annotations.markers
    assert [(m.kind, m.start_s, m.end_s) for m in markers] == [("event", 1.0, None), ("exclude", 2.0, 3.0)]
    assert [row.title for row in opened.side.markers.rows] == ["Event", "Excluded"]
    run(opened, "undo")
    assert len(opened.controller.notes.annotations.markers) == 1
    run(opened, "redo")
    run(opened, "delete_marker")
    assert len(opened.controller.notes.annotations.markers) == 2  # undo put nothing in hand
    opened.marking.select(markers[0])
    run(opened, "delete_marker")
    opened.controller.notes.flush()
    folder = opened.controller.subject.notes_folder if opened.controller.subject else tmp_path
    assert load_annotations(folder).markers == (markers[1],)


def test_a_span_begun_is_forgotten_by_escape(opened: ReviewPage, qtbot: QtBot) -> None:
    run(opened, "mark_span")
    assert opened.take_escape()
    assert not opened.transport.exclude.isChecked()
    assert not opened.take_escape()
    assert opened.controller.notes.annotations.markers == ()


def test_a_note_is_written_changed_and_deleted(opened: ReviewPage, qtbot: QtBot) -> None:
    go(opened, 1.0, qtbot)
    run(opened, "mark_note")
    editor = editor_of(opened, MarkerEditor)
    assert isinstance(editor, MarkerEditor)
    editor.text.setPlainText("laughs\nloudly")
    editor._save()
    (note,) = opened.controller.notes.annotations.markers
    assert (note.kind, note.text, note.start_s) == ("note", "laughs\nloudly", 1.0)
    opened.marking.edit(note)
    editor = editor_of(opened, MarkerEditor)
    assert isinstance(editor, MarkerEditor)
    editor.end.setText("0.5")
    editor._save()
    assert "after the start" in editor.problem.text()
    editor.end.setText("00:02.5")
    editor._save()
    assert opened.controller.notes.annotations.markers[0].end_s == 2.5
    opened.marking.edit(opened.controller.notes.annotations.markers[0])
    editor = editor_of(opened, MarkerEditor)
    assert isinstance(editor, MarkerEditor)
    editor._delete()
    assert opened.controller.notes.annotations.markers == ()


def test_times_are_read_as_people_write_them() -> None:
    assert seconds_of("1:02:03.5") == 3723.5
    assert seconds_of("02:03") == 123.0
    assert seconds_of("12,5") == 12.5
    for wrong in ("", "a", "1:2:3:4", "-3", "nan"):
        with pytest.raises(ValueError, match="Write a time"):
            seconds_of(wrong)


def test_a_dragged_marker_is_moved_undone_and_with_escape_left(opened: ReviewPage, qtbot: QtBot) -> None:
    marker, timeline = Marker(kind="note", start_s=1.0, text="bell"), opened.timeline
    opened.controller.notes.add(marker)
    layout = timeline.layout_now

    def place(time_s: float) -> QPoint:
        x = layout.time.left() + timeline.view.x_of(time_s, layout.time.width())
        return QPoint(round(x) + 3, int(layout.markers.center().y()))

    def drag_to(time_s: float) -> None:
        qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=place(1.0))
        qtbot.mouseMove(timeline, place(time_s))

    drag_to(3.0)
    assert opened.take_escape()
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=place(3.0))
    assert opened.controller.notes.annotations.markers == (marker,)
    assert not opened.take_escape()
    drag_to(3.0)
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=place(3.0))
    (moved,) = opened.controller.notes.annotations.markers
    assert (moved.kind, moved.text) == ("note", "bell")
    assert moved.start_s == pytest.approx(3.0, abs=0.02)
    assert opened.marking.selected == moved
    assert opened.controller.notes.stack.undoText() == "move the marker"
    qtbot.waitUntil(lambda: abs(opened.readings.time_s - 3.0) < 1.5 / FPS)
    run(opened, "undo")
    assert opened.controller.notes.annotations.markers == (marker,)


def test_notes_come_back_with_the_video(make: Make, video: Path, qtbot: QtBot) -> None:
    page = make()
    open_and_read(page, video, qtbot)
    page.controller.notes.rename(2, "Grace")
    go(page, 1.0, qtbot)
    run(page, "mark_event")
    page.close_current()
    assert page.subject == ""
    other = make()
    open_and_read(other, video, qtbot)
    assert [lane.name for lane in other.controller.lanes.lanes] == ["Face 1", "Grace", "Face 3"]
    assert len(other.controller.notes.annotations.markers) == 1


def test_a_note_is_written_while_the_video_goes_on(opened: ReviewPage, qtbot: QtBot) -> None:
    go(opened, 1.0, qtbot)
    run(opened, "mark_note")
    editor = editor_of(opened, MarkerEditor)
    assert isinstance(editor, MarkerEditor)
    assert not editor.isModal()
    go(opened, 2.0, qtbot)
    editor.text.setPlainText("a laugh")
    editor._save()
    assert [(each.start_s, each.text) for each in opened.controller.notes.annotations.markers] == [
        (1.0, "a laugh")
    ]


def test_one_note_is_open_at_a_time_and_none_outlives_its_video(opened: ReviewPage, qtbot: QtBot) -> None:
    run(opened, "mark_note")
    first = editor_of(opened, MarkerEditor)
    run(opened, "mark_note")
    second = opened.marking._editor
    assert second is not None
    assert second is not first
    opened.controller.close()
    assert opened.marking._editor is None
    assert opened.controller.notes.annotations.markers == ()
