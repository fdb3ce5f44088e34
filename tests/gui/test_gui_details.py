"""The face in detail: in Live by a key, in Review where a session has it."""

import numpy as np
import pytest
from fake_engine import FakeCloser, FakeEngine, make_reading, make_result
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from mien.core.face_details import details_of
from mien.core.head_pose import HeadPose
from mien.core.series import ReadingSeries
from mien.core.shown import as_read
from mien.gui.parts.curve_menu import CurveMenu
from mien.gui.parts.detail_view import DetailView
from mien.gui.parts.tab_row import TabRow
from mien.gui.review.details import FaceDetails
from mien.gui.shell.main_window import MainWindow
from mien.inference.landmark_session import face_model
from mien.session.analyses.recall import reading_of
from tests.made_meshes import made_mesh


def test_u_looks_closely_at_the_faces_of_a_camera(engine: FakeEngine, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.live.view.panel.face_id is not None)
    panel = window.live.view.panel
    assert not panel.tabs.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_U)
    assert window.live.controller.settings.reading.face_details
    assert panel.tabs.isVisible()
    qtbot.waitUntil(lambda: panel.detail.isVisible() and bool(panel.detail.figures))
    assert panel.detail.figures["Yaw"] == "0°"
    panel.tabs.choose(0)
    assert panel.bars.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_U)
    assert not panel.tabs.isVisible()
    assert not window.live.controller.settings.reading.face_details


def test_what_cannot_be_loaded_is_said_and_switched_off(
    engine: FakeEngine, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mien.errors import ModelError

    def fail(*_: object, **__: object) -> None:
        raise ModelError("face-landmarks.onnx is missing; install Mien again")

    monkeypatch.setattr(engine.live, "load_closer", fail)
    qtbot.waitUntil(lambda: window.live.view.panel.face_id is not None)
    qtbot.keyClick(window, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: window.messages.banner.isVisible())
    assert not window.live.controller.settings.reading.face_details


def test_figures_are_those_of_the_face_and_stay_while_nobody_looks(qtbot: QtBot) -> None:
    view = DetailView()
    qtbot.addWidget(view)
    details = details_of(made_mesh(pose=HeadPose(20.0, -10.0, 0.0)), face_model(), 0.0, 0.0)
    view.show_details(details, 17.4, tells=True)
    assert (view.figures["Yaw"], view.figures["Pitch"], view.figures["Blinks / min"]) == ("+20°", "−10°", "17")
    assert "Yaw +20°" in view.accessibleDescription()
    view.show_details(None, None, tells=True)
    assert view.figures["Yaw"] == "+20°"


def _series() -> ReadingSeries:
    series = ReadingSeries(make_reading(1).emotion.labels, has_details=True)
    (raw,) = FakeCloser().look(make_result((), 0, 0.0).frame, [make_reading(1).raw])
    series.append_readings(0, 0.0, [as_read(raw)])
    series.append_readings(1, 0.04, [as_read(make_reading(1).raw)])
    return series


def test_review_offers_the_details_of_a_session_that_has_them(qtbot: QtBot) -> None:
    part, face = FaceDetails(), _series().face(1)
    qtbot.addWidget(part)
    part.show()
    plain = reading_of(face, 1, 1)
    assert plain is not None
    part.show_reading("Face 1", plain, 0.0, [])
    assert not part.tabs.isVisible()
    close = reading_of(face, 0, 1)
    assert close is not None
    assert close.raw.details is not None
    assert close.raw.details["au12_left"] == pytest.approx(0.7)
    part.show_reading("Face 1", close, 0.04, [])
    assert part.tabs.isVisible()
    part.tabs.choose(1)
    assert part.detail.isVisible()
    assert part.detail.figures["Eyes open"] == "100 %"


def test_the_menu_of_curves_has_a_menu_for_each_group_of_details(qtbot: QtBot) -> None:
    menu = CurveMenu()
    qtbot.addWidget(menu)
    series = _series()
    menu.offer(series.labels, (), ("au12_left", "valence"), series.detail_names)
    titles = [action.menu().title() for action in menu.actions() if action.menu() is not None]  # type: ignore[attr-defined]
    assert titles[:3] == ["Head", "Gaze", "Eyes and mouth"]
    assert [each.key for each in menu.quantities] == ["valence", "au12_left"]
    values = menu.quantities[1].values(series.face(1))
    assert values[0] == pytest.approx(0.7)
    assert np.isnan(values[1])


def test_a_tab_is_chosen_by_mouse_and_by_arrow_keys(qtbot: QtBot) -> None:
    row = TabRow(("Expression", "In detail"))
    qtbot.addWidget(row)
    row.show()
    with qtbot.waitSignal(row.chosen):
        qtbot.keyClick(row, Qt.Key.Key_Right)
    assert row.current == 1
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(4, 10))
    assert row.current == 0
