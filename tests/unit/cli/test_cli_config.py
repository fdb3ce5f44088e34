"""``mien config`` and the profiles: what is kept, and what is refused."""

import json
from typing import Any

import pytest

from mien.api.choices import with_choices
from mien.cli import run
from mien.cli.options import settings_with
from mien.settings import Settings, load_settings, save_settings
from mien.settings.profiles import PROFILES, profile_of, with_profile


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_leaves_nothing_of_the_one_before(name: str) -> None:
    for before in PROFILES:
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
        (["reset", "shown"], "shown: no such setting"),
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
