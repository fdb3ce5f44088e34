"""Own expressions in the settings: typed, found faulty, kept, applied."""

import pytest
from pytestqt.qtbot import QtBot

from mien.core.own_expressions import SHIPPED, read_own
from mien.gui.choices import Choices
from mien.gui.settings_dialog.own_card import OwnCard
from mien.settings import Settings


@pytest.fixture
def choices() -> Choices:
    return Choices(Settings(), lambda _: None)


@pytest.fixture
def card(choices: Choices, qtbot: QtBot) -> OwnCard:
    card = OwnCard(choices)
    choices.changed.connect(lambda _, settings: card.show_settings(settings))
    card.show_settings(choices.settings)
    qtbot.addWidget(card)
    card.show()
    return card


def test_each_faulty_line_is_told_and_the_others_apply(card: OwnCard, choices: Choices, qtbot: QtBot) -> None:
    text = "# mine\nsquint = au07 > 0.6\nodd = au07 >\n\nsquint = happiness\nfar = hapiness > 0.5"
    card.editor.setPlainText(text)
    qtbot.waitUntil(lambda: choices.settings.own.text == text)
    assert choices.settings.own.expressions == ("squint = au07 > 0.6",)
    said = card.said.text().split("\n")
    assert [line.split(":")[0] for line in said[:3]] == ["Line 3", "Line 5", "Line 6"]
    assert "stands in a line above" in said[1]
    assert "hapiness is nothing that is known" in said[2]
    assert "need Face in detail, which is off" in said[3]
    choices.change(reading={"face_details": True})
    assert len(card.said.text().split("\n")) == 3


def test_what_was_typed_is_there_the_next_time(choices: Choices, qtbot: QtBot) -> None:
    text = "# mine\nglad = happiness > 0.5\nodd ="
    choices.change(own={"expressions": ("glad = happiness > 0.5",), "text": text})
    card = OwnCard(choices)
    qtbot.addWidget(card)
    card.show_settings(choices.settings)
    assert card.editor.toPlainText() == text
    choices.change(own={"expressions": ("sad = sadness > 0.5",)})  # elsewhere, as by mien config
    card.show_settings(choices.settings)
    assert card.editor.toPlainText() == "sad = sadness > 0.5"


def test_the_example_is_added_once(card: OwnCard, choices: Choices) -> None:
    card.editor.setPlainText("glad = happiness > 0.5")
    card.example.click()
    assert choices.settings.own.expressions == ("glad = happiness > 0.5", *SHIPPED)
    assert not card.example.isEnabled()


def test_closing_takes_over_what_was_typed_and_nothing_else(card: OwnCard, choices: Choices) -> None:
    card.finish()
    assert choices.settings == Settings()
    card.editor.setPlainText("glad = happiness > 0.5")
    card.finish()
    assert choices.settings.own.expressions == ("glad = happiness > 0.5",)


def test_a_line_too_many_is_a_fault() -> None:
    read = read_own("\n".join(f"e{at} = au12" for at in range(51)))
    assert (len(read.expressions), list(read.faults)) == (50, [51])
