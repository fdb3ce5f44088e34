"""The window's colours: told apart by everybody, legible in both themes, and never without a word."""

from itertools import combinations
from pathlib import Path

import pytest
from fake_queue import make_summary
from PySide6.QtWidgets import QApplication

from mien.batch.item import Item, State
from mien.batch.item_text import describe_item
from mien.gui.bar.tab_switch import Segment
from mien.gui.batch.row import _ICONS
from mien.gui.look.theme import DARK, LIGHT, Surfaces, apply_theme, surfaces, system_theme
from mien.gui.parts.camera_light import CameraLight
from mien.overlay.style import COLOURS
from mien.runs.task import Task
from tests.colour_vision import DEFICIENCIES, contrast, distance

THEMES = pytest.mark.parametrize("s", [DARK, LIGHT], ids=["dark", "light"])
VISIONS = pytest.mark.parametrize("kind", [None, *DEFICIENCIES])

LEAST_DISTANCE = 9.5
"""In CIELAB, of colours that mean different things; each stands beside a word or has a shape of its own."""
TEXT_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
GRAPHIC_CONTRAST = 3.0
"""WCAG 2.2, success criterion 1.4.11."""


@THEMES
@VISIONS
def test_what_acts_what_fails_and_what_warns_look_different(s: Surfaces, kind: str | None) -> None:
    meanings = {"acts": s.accent, "fails": s.red, "warns": s.amber, "quiet": s.quiet}
    for one, other in combinations(meanings, 2):
        assert distance(meanings[one], meanings[other], kind) >= LEAST_DISTANCE, (one, other)


@THEMES
@VISIONS
def test_every_expression_stands_out_from_the_surfaces(s: Surfaces, kind: str | None) -> None:
    for name, colour in COLOURS.items():
        for ground in (s.window, s.panel, s.line):
            assert distance(colour, ground, kind) >= LEAST_DISTANCE, (name, ground)


@THEMES
def test_text_can_be_read_on_every_surface(s: Surfaces) -> None:
    for ground in (s.window, s.panel, s.raised):
        assert contrast(s.text, ground) >= 7.0
        assert contrast(s.quiet, ground) >= TEXT_CONTRAST, ground
        for ink in (s.accent, s.red, s.amber):  # links, failures, and figures that warn
            if ground != s.raised:
                assert contrast(ink, ground) >= TEXT_CONTRAST, (ink, ground)
    assert contrast(s.on_accent, s.accent) >= TEXT_CONTRAST


@THEMES
def test_text_can_be_read_on_what_is_chosen(s: Surfaces) -> None:
    for ground in (s.window, s.panel):
        for ink, share in (
            (s.accent, 0.24),
            (s.red, 0.26),
            (s.live, 0.14),
        ):  # the tints of buttons and of the light
            assert contrast(s.text, _mixed(ink, ground, share)) >= TEXT_CONTRAST
            assert contrast(ink, _mixed(ink, ground, 0.16)) >= GRAPHIC_CONTRAST, "its icon"


def _mixed(ink: str, ground: str, share: float) -> str:
    """Return a colour of which ``share`` is laid over another."""
    pairs = [(int(ink[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(over * share + below * (1 - share)):02X}" for over, below in pairs)


@THEMES
def test_lines_and_lights_are_seen_on_every_surface(s: Surfaces) -> None:
    for ground in (s.window, s.panel):
        for ink in (s.accent, s.red, s.amber, s.live):
            assert contrast(ink, ground) >= GRAPHIC_CONTRAST, (ink, ground)


def test_colour_never_stands_alone(qapp: QApplication) -> None:
    items = [Item(1, Path("a"), Task(source="a"), state, summary=make_summary()) for state in State]
    assert len({describe_item(item).state for item in items}) == len(State)
    assert _ICONS[State.FAILED] != _ICONS[State.DONE]
    light = CameraLight()
    light.set_on(True)
    assert light.words == "Camera on"
    segment = Segment("Live", "What the camera sees")
    segment.set_busy("recording")
    assert "recording" in segment.accessibleName()


def test_a_theme_changes_all_surfaces(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    assert surfaces() is LIGHT
    assert system_theme() in ("dark", "light")
