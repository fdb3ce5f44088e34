"""``mien config`` and the profiles: what is kept, and what is refused."""

import json
from typing import Any

import pytest

from mien.api.choices import with_choices
from mien.cli import run
from mien.cli.options import settings_with
from mien.settings import OwnProfile, Settings, ShownSettings, load_settings, save_settings
from mien.settings.profiles import (
    PROFILES,
    all_profiles,
    changes_by,
    find_profile,
    keep_profile,
    profile_of,
    with_profile,
)

NAMES = [profile.name for profile in PROFILES]


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_leaves_nothing_of_the_one_before(name: str) -> None:
    for before in NAMES:
        settings = with_profile(with_profile(Settings(), before), name)
        assert settings == with_profile(Settings(), name)
        assert settings.checked() == settings
        assert profile_of(settings) == name
    assert with_profile(Settings(), "posed").shown.prior == "balanced"


def test_a_profile_is_kept_and_options_go_over_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "profile", "lecture"]) == 0
    assert load_settings().shown.smoothing_s == 1.0
    assert run(["config", "profile"]) == 0
    assert "* lecture" in capsys.readouterr().out
    settings = settings_with({"profile": "posed", "smoothing": 0.5, "model": None})
    assert (settings.shown.prior, settings.shown.smoothing_s) == ("balanced", 0.5)
    assert settings_with({}).shown.smoothing_s == 1.0


def test_a_profile_is_a_choice_of_python() -> None:
    chosen = with_choices(Settings(), {"every": 5, "profile": "interview"})
    assert (chosen.reading.every, chosen.shown.smoothing_s) == (5, 0.3)


def test_a_profile_of_ones_own_holds_all_of_how_faces_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    expression = "squint = au06 + au07 > 0.6"
    mine = Settings().changed(
        reading={"model": "mine.onnx", "face_details": True}, own={"expressions": (expression,)}
    )
    save_settings(mine)
    assert run(["config", "profile", "Studie zwei", "--save", "--about", "Infants at a table."]) == 0
    assert run(["config", "reset"]) == 0
    assert run(["config", "profile", "posed"]) == 0
    capsys.readouterr()

    assert run(["config", "profile"]) == 0
    listed = capsys.readouterr().out
    assert "* posed" in listed
    assert "  Studie zwei Infants at a table.\n" in listed
    assert "      shown.prior: balanced -> everyday\n" in listed
    assert "shown.relative" not in listed  # is so already

    chosen = with_choices(Settings(), {"profile": "Studie zwei", "every": 3})
    assert chosen == mine.changed(reading={"every": 3})
    assert settings_with({"profile": "Studie zwei"}).reading == mine.reading

    assert run(["config", "profile", "Studie zwei"]) == 0
    assert profile_of(load_settings()) == "Studie zwei"
    assert run(["config", "profile", "Studie zwei", "--delete", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [each["name"] for each in told["profiles"]] == NAMES
    assert load_settings() == mine  # of which the profile is gone


def test_a_kept_profile_says_what_it_would_change() -> None:
    settings = keep_profile(Settings().changed(shown={"smoothing_s": 2.0}), "calm")
    profile = find_profile(settings, "calm")
    assert changes_by(profile, settings) == {}
    assert changes_by(profile, Settings()) == {"shown.smoothing_s": (0.3, 2.0)}
    again = keep_profile(settings.changed(shown={"smoothing_s": 3.0}), "calm", "Calmer")
    assert [each.name for each in all_profiles(again)] == [*NAMES, "calm"]
    assert changes_by(find_profile(again, "calm"), Settings()) == {"shown.smoothing_s": (0.3, 3.0)}


def test_a_file_cannot_put_something_else_under_the_name_of_one_of_miens() -> None:
    forged = Settings().changed(
        profiles={"kept": (OwnProfile(name="lecture", shown=ShownSettings(smoothing_s=9)),)}
    )
    assert with_profile(forged, "lecture").shown.smoothing_s == 1.0
    assert [each.name for each in all_profiles(forged)] == NAMES


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("shown.prior", "balanced", "balanced"),
        ("shown.smoothing_s", "1.5", 1.5),
        ("shown.min_confidence", "0.6", 0.6),
        ("shown.min_confidence", "auto", "auto"),
        ("reading.recognise_people", "false", False),
        ("reading.model", "7", "7"),
        ("camera.size_wh", "[640, 480]", (640, 480)),
    ],
)
def test_a_setting_is_kept_with_its_type(
    name: str, value: str, kept: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "set", name, value]) == 0
    group, field = name.split(".")
    assert getattr(getattr(load_settings(), group), field) == kept
    assert run(["config", "set", "video.quality", "best"]) == 0
    assert run(["config", "reset", name]) == 0
    assert load_settings() == Settings().changed(video={"quality": "best"})
    capsys.readouterr()
    assert run(["config"]) == 0
    assert "video.quality = best" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["set", "shown.piror", "balanced"], "shown.piror: no such setting; did you mean shown.prior?"),
        (["set", "xyzzy", "1"], "`mien config --all` lists them"),
        (["set", "shown.prior", "weekend"], "shown.prior: weekend is no value of it"),
        (["set", "shown.smoothing_s", "99"], "shown.smoothing_s: 99 is no value of it"),
        (["profile", "lecure"], "lecure: no such profile; did you mean lecture?"),
        (["profile", "lecture", "--save"], "lecture: comes with Mien; choose another name"),
        (["profile", "lecture", "--delete"], "lecture: comes with Mien and stays"),
        (["profile", "a/b", "--save"], "a/b: not usable for a profile; a name has up to 40 letters"),
        (["profile", "", "--save"], "the name: not usable for a profile"),
        (["profile", "x" * 41, "--save"], "not usable for a profile"),
        (["profile", "fine", "--save", "--about", "x" * 201], "the description: not usable for a profile"),
        (["profile", "fine", "--save", "--delete"], "--save and --delete exclude each other"),
        (["profile", "--delete"], "need the name of a profile"),
        (["profile", "fine", "--delete"], "fine: no such profile"),
        (["reset", "shown"], "shown: no such setting"),
        (["set", "profiles.kept", "[]"], "profiles.kept: no such setting"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    save_settings(Settings().changed(shown={"smoothing_s": 2.0}))
    assert run(["config", *words]) == 1
    assert told in capsys.readouterr().err
    assert load_settings() == Settings().changed(shown={"smoothing_s": 2.0})


def test_reset_leaves_what_is_not_of_reading(capsys: pytest.CaptureFixture[str]) -> None:
    save_settings(with_profile(Settings(), "posed").changed(window={"consented": True}))
    assert run(["config", "reset"]) == 0
    assert load_settings() == Settings().changed(window={"consented": True})
    capsys.readouterr()
    assert run(["config", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["command"], told["profile"]) == ("config", None)
    assert told["settings"]["shown"]["prior"] == "everyday"
