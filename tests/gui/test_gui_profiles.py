"""The profiles in the settings: the same list as on the command line, and what each would change."""

import pytest
from pytestqt.qtbot import QtBot

from mien.gui.choices import Choices
from mien.gui.settings_dialog.profiles_card import ProfilesCard
from mien.settings import Settings, ShownSettings
from mien.settings.profiles import PROFILES, profile_of


@pytest.fixture
def choices() -> Choices:
    return Choices(Settings(), lambda _: None)


def make_card(qtbot: QtBot, choices: Choices, name: str = "") -> ProfilesCard:
    card = ProfilesCard(choices, lambda _parent: name)
    qtbot.addWidget(card)
    choices.changed.connect(lambda _before, after: card.show_settings(after))
    card.show_settings(choices.settings)
    return card


def test_each_says_what_it_would_change_and_does_that(qtbot: QtBot, choices: Choices) -> None:
    card = make_card(qtbot, choices)
    assert list(card.rows) == [profile.name for profile in PROFILES]
    said = card.rows["posed"].sentence
    assert "Smoothing 0.3 s → Raw" in said
    assert "Expected expressions Everyday → Balanced" in said
    assert "Look for faces Automatic → In every frame" in said
    card.uses["posed"].click()
    assert profile_of(choices.settings) == "posed"
    assert card.rows["posed"].sentence.endswith("In use.")
    assert not card.uses["posed"].isEnabled()
    assert "Smoothing Raw → 1.0 s" in card.rows["lecture"].sentence


def test_one_of_ones_own_is_kept_used_and_deleted(qtbot: QtBot, choices: Choices) -> None:
    choices.change(shown={"smoothing_s": 2.0}, own={"expressions": ("squint = au06 > 0.5",)})
    card = make_card(qtbot, choices, " study 2 ")
    assert card.own.isHidden()
    assert card.own_row.sentence.startswith("None yet.")
    card.keep.click()
    assert profile_of(choices.settings) == "study 2"
    assert card.own_row.sentence == "In use."
    choices.change(shown={"smoothing_s": 0.3}, own={"expressions": ()})
    assert "Smoothing 0.3 s → 2.0 s" in card.own_row.sentence
    assert "Own expressions 0 → 1" in card.own_row.sentence
    card.use_own.click()
    assert choices.settings.shown == ShownSettings(smoothing_s=2.0)
    card.delete_own.click()
    assert choices.settings.profiles.kept == ()
    assert choices.settings.shown.smoothing_s == 2.0
    assert card.own.isHidden()


@pytest.mark.parametrize(
    ("name", "said"),
    [("lecture", "lecture: comes with Mien"), ("a/b", "a/b: not usable for a profile"), ("", "Keep how faces")],
)
def test_a_name_that_cannot_be_is_refused_in_words(qtbot: QtBot, choices: Choices, name: str, said: str) -> None:
    card = make_card(qtbot, choices, name)
    card.keep.click()
    assert card.keep_row.sentence.startswith(said)
    assert choices.settings == Settings()
