"""Events in Live: marked with a key or a button, on the timeline always, in the recording where there is one."""

import pytest
from fake_engine import FakeEngine
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from windows import MakeWindow, WaitFor

from mien.gui.live.live_controller import Phase
from mien.gui.look.theme import surfaces
from mien.gui.parts.name_editor import NameEditor
from mien.gui.shell.main_window import MainWindow
from mien.settings import EventType


def amber_columns(window: MainWindow) -> int:
    """Return in how many columns of the timeline an event's line stands."""
    image = window.live.view.timeline.grab().toImage()
    row = image.height() // 2
    return sum(image.pixelColor(x, row).name() == surfaces().amber.lower() for x in range(image.width()))


def test_an_event_is_marked_also_while_nothing_is_recorded(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.live.view.readings.latest is not None)
    assert amber_columns(window) == 0
    qtbot.keyClick(window, Qt.Key.Key_E)
    (event,) = window.live.events.events
    assert event.text == ""
    assert "nothing is being recorded" in window.messages.banner.text
    qtbot.waitUntil(lambda: amber_columns(window) == 1)
    window.open("camera:1")
    assert window.live.events.events == ()


def test_the_button_asks_what_happened_and_keeps_the_moment_of_the_click(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.live.controller.recorder.session is not None)
    qtbot.waitUntil(lambda: window.live.view.readings.latest is not None)
    latest = window.live.view.readings.latest
    assert latest is not None
    qtbot.mouseClick(window.live.transport.mark, Qt.MouseButton.LeftButton)
    field = window.live.events._field
    assert field.isVisible()
    qtbot.wait(150)
    field.field.setText("  the door opens ")
    qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert not field.isVisible()
    (event,) = window.live.events.events
    assert event.text == "the door opens"
    now = window.live.view.readings.latest
    assert now is not None
    assert latest[0].frame.timestamp_s <= event.time_s < now[0].frame.timestamp_s
    assert engine.sinks[0].markers == [("event", event.time_s, None, "the door opens", "key")]
    assert "the door opens" in window.live.view.timeline.text_at(event.time_s)


TYPES = (
    EventType(name="Stimulus", code="12", key="G"),
    EventType(name="Answer", code="A", key="F5", is_span=True),
)


def test_events_of_a_type_have_keys_of_their_own(
    engine: FakeEngine, make_window: MakeWindow, wait_for: WaitFor, qtbot: QtBot
) -> None:
    window = make_window(engine, "camera:0", events={"types": TYPES})
    wait_for(window, Phase.PLAYING)
    qtbot.waitUntil(lambda: window.live.view.readings.latest is not None)
    qtbot.keyClick(window, Qt.Key.Key_F5)  # before the recording: it does not begin there
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.keyClick(window, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: window.live.controller.recorder.session is not None)
    sink = engine.sinks[0]
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert [each[:2] for each in sink.typed] == [("Stimulus", "12"), ("Answer", "A")]
    assert window.live.events.open_names == {"Answer"}
    qtbot.wait(100)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    ((name, start_s, end_s),) = sink.ended
    assert (name, start_s) == ("Answer", sink.typed[1][2])
    assert end_s > start_s
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.wait(100)
    qtbot.keyClick(window, Qt.Key.Key_R)  # ends what is open with the recording
    assert [each[0] for each in sink.ended] == ["Answer", "Answer"]
    assert not window.live.events.open_names
    window.choices.change(events={"types": (EventType(name="Other", key="P"),)})
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.keyClick(window, Qt.Key.Key_P)
    assert window.live.events.events[-1].title == "Other"
    assert [each.title for each in window.live.events.events].count("Stimulus") == 1
    assert "P: Mark Other" in window.sheet.accessibleDescription()


def test_a_stream_is_opened_by_its_address(
    make_window: MakeWindow, wait_for: WaitFor, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    engine = FakeEngine([])
    window = make_window(engine, "synthetic")
    wait_for(window, Phase.OVER)
    answers = iter(["not an address", "rtsp://camera.local/1"])

    def accept(editor: NameEditor) -> int:
        editor.field.setText(next(answers))
        return int(QDialog.DialogCode.Accepted.value)

    monkeypatch.setattr(NameEditor, "exec", accept)
    action = next(each for each in window.live.transport._sources.actions() if each.text() == "Network stream…")
    action.trigger()
    assert "begins with rtsp://" in window.messages.banner.text
    action.trigger()
    qtbot.waitUntil(lambda: engine.sources[-1].info.path == "rtsp://camera.local/1")
    wait_for(window, Phase.OVER)
