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
