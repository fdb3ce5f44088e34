"""Settings that belong together for one kind of material, under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from mien.errors import SettingsError, did_you_mean
from mien.settings.groups import Settings

ProfileName = Literal["lecture", "interview", "posed"]


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of material.

    Attributes:
        about: For what it is, in a sentence.
        changes: Group and field with their values; every profile sets the same ones, so that none leaves something
            behind of the one before.
    """

    about: str
    changes: Mapping[str, Mapping[str, Any]]


def _profile(about: str, *, prior: str, every: int, smoothing_s: float) -> Profile:
    return Profile(
        about,
        {
            "reading": {"every": every, "recognise_people": True},
            "shown": {"prior": prior, "smoothing_s": smoothing_s, "min_confidence": "auto"},
        },
    )


PROFILES: Final[Mapping[ProfileName, Profile]] = {
    "lecture": _profile(
        "People who are filmed for long: mostly neutral faces, calm curves, little computing.",
        prior="everyday",
        every=0,
        smoothing_s=1.0,
    ),
    "interview": _profile(
        "Conversations, where short expressions count: faces are looked for in every frame.",
        prior="everyday",
        every=1,
        smoothing_s=0.3,
    ),
    "posed": _profile(
        "Posed or emotional material: all expressions are alike, and nothing is smoothed.",
        prior="balanced",
        every=1,
        smoothing_s=0.0,
    ),
}


def with_profile(settings: Settings, name: str) -> Settings:
    """Return settings with those of a profile.

    Raises:
        SettingsError: There is none of that name.
    """
    for known, profile in PROFILES.items():
        if known == name:
            return settings.changed(**profile.changes)
    near = did_you_mean(name, PROFILES) or f"; choose {', '.join(PROFILES)}"
    raise SettingsError(f"{name}: no such profile{near}")


def profile_of(settings: Settings) -> ProfileName | None:
    """Return the profile whose settings these are, or None."""
    return next((name for name in PROFILES if with_profile(settings, name) == settings), None)
