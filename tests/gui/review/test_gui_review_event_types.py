"""The user's own types of events in Review: their keys, spans, colours, and the list that defines them."""

import pytest
from pytestqt.qtbot import QtBot
from review_pages import Make, editor_of, go, open_and_read, run

from mien.gui.parts.event_types_editor import EventTypesEditor
from mien.gui.review.marker_editor import MarkerEditor
from mien.gui.review.marker_paint import ink_of
from mien.gui.review.review_page import ReviewPage
from mien.gui.shell.shortcuts import KEYS
from mien.gui.tab_page import Tab
from mien.session.notes.annotations import Marker
from mien.settings import EVENT_KEYS, EventType

TYPES = (
    EventType(name="Stimulus", code="12", key="G", colour="#56B4E9"),
    EventType(name="Answer", code="A", key="4", colour="#009E73", is_span=True),
)


@pytest.fixture
def page(make: Make, video: object, qtbot: QtBot) -> ReviewPage:
    shown = make(events={"types": TYPES})
    open_and_read(shown, video, qtbot)  # type: ignore[arg-type]
    return shown


def found(page: ReviewPage) -> list[tuple[float, float | None, str, str]]:
    return [(m.start_s, m.end_s, m.event_type, m.code) for m in page.controller.notes.annotations.markers]


def test_a_moment_and_a_span_are_marked_by_the_same_kind_of_key(page: ReviewPage, qtbot: QtBot) -> None:
    go(page, 1.0, qtbot)
    run(page, "event Stimulus")
    run(page, "event Answer")
    assert found(page) == [(1.0, None, "Stimulus", "12")]
    plain = page.timeline.grab().toImage()
    go(page, 1.8, qtbot)
    assert page.timeline.grab().toImage() != plain
    run(page, "event Answer")
    assert found(page) == [(1.0, None, "Stimulus", "12"), (1.0, 1.8, "Answer", "A")]
    run(page, "undo")
    assert found(page) == [(1.0, None, "Stimulus", "12")]
    run(page, "event Answer")
    assert page.take_escape()
    assert not page.marking.open_types
    assert [row.title for row in page.side.markers.rows] == ["Stimulus"]
    assert page.side.markers.rows[0].ink == "#56B4E9"


def test_a_span_of_a_type_counts_in_statistics(page: ReviewPage) -> None:
    from mien.session.notes.persons import included

    page.controller.notes.add(Marker(kind="event", start_s=0.0, end_s=9.0, event_type="Answer"))
    series = page.controller.lanes.lanes[0].readings
    assert included(series.times_s, page.controller.notes.annotations).all()


def test_colours_are_the_types_and_stay_when_a_type_is_gone() -> None:
    inks = {each.name: each.colour for each in TYPES}
    event = Marker(kind="event", start_s=0.0, event_type="Answer")
    assert ink_of(event, inks) == "#009E73"
    assert ink_of(event, {}).startswith("#")
    assert ink_of(event, {}) == ink_of(event, {"Other": "#000000"})


def test_an_event_gets_another_type_in_its_editor(page: ReviewPage, qtbot: QtBot) -> None:
    page.controller.notes.add(Marker(kind="event", start_s=1.0, event_type="Gone", code="9"))
    page.marking.edit(page.controller.notes.annotations.markers[0])
    editor = editor_of(page, MarkerEditor)
    assert isinstance(editor, MarkerEditor)
    assert [text for _, text in editor.type.options] == ["No type", "Stimulus (12)", "Answer (A)", "Gone (9)"]
    editor.type._choose(("Answer", "A"))
    editor._save()
    assert found(page) == [(1.0, None, "Answer", "A")]


def test_the_list_is_changed_and_kept(page: ReviewPage, qtbot: QtBot) -> None:
    editor = page.event_menu.edit()
    assert editor.types == TYPES
    editor.add()
    row = editor.rows[-1]
    assert row.event_type.key not in {"G", "4", ""}
    assert row.event_type.colour not in {"#56B4E9", "#009E73"}
    row.name.setText("stimulus")
    editor._save()
    assert editor.isVisible()
    assert "name" in editor.problem.text()
    row.name.setText("Pause")
    editor.rows[0].remove.click()
    editor._save()
    assert [each.name for each in page.choices.settings.events.types] == ["Answer", "Pause"]
    assert set(page.event_menu.commands()) == {"event Answer", "event Pause"}


def test_an_empty_list_offers_a_row_that_counts_only_once_something_is_written(qtbot: QtBot) -> None:
    editor = EventTypesEditor(())
    qtbot.addWidget(editor)
    assert len(editor.rows) == 1
    assert editor.types == ()
    editor.rows[0].code.setText("7")
    editor._save()
    assert "no name" in editor.problem.text()


def test_the_keys_of_events_mean_nothing_else() -> None:
    taken = {key.sequence for key in KEYS if key.tab in (None, Tab.LIVE, Tab.REVIEW)}
    assert not taken & set(EVENT_KEYS)


def test_the_menu_lists_the_types_and_says_which_is_open(page: ReviewPage) -> None:
    run(page, "event Answer")
    page.event_menu.open_above(page.transport.types)
    assert [each.text() for each in page.event_menu.actions() if each.text()] == [
        "Stimulus\tG",
        "End Answer\t4",
        "Event types…",
    ]
    page.event_menu.close()
