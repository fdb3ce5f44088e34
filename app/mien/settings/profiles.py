"""Settings that belong together for one kind of material, under a name: Mien's own, and those that the user kept.

The one list of them: for ``mien config profile``, ``--profile``, Python's ``profile=``, the settings in the window
and Batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from mien.errors import SettingsError, did_you_mean
from mien.settings.groups import OwnProfile, ProfileSettings, Settings


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of material.

    Attributes:
        name: What it is called, on the command line as well.
        about: For what it is, in a sentence; may be empty where the user kept it.
        changes: Group and field with their values. Those of Mien all set the same few, so that none leaves
            something behind of another; those of the user set all that says how faces are read and shown.
        is_own: Whether the user kept it.
    """

    name: str
    about: str
    changes: Mapping[str, Mapping[str, Any]]
    is_own: bool = False


def _profile(name: str, about: str, *, prior: str, every: int, smoothing_s: float) -> Profile:
    return Profile(
        name,
        about,
        {
            "reading": {"every": every, "recognise_people": True},
            "shown": {"prior": prior, "smoothing_s": smoothing_s, "min_confidence": "auto"},
        },
    )


PROFILES: Final = (
    _profile(
        "lecture",
        "People who are filmed for long: mostly neutral faces, calm curves, little computing.",
        prior="everyday",
        every=0,
        smoothing_s=1.0,
    ),
    _profile(
        "interview",
        "Conversations, where short expressions count: faces are looked for in every frame.",
        prior="everyday",
        every=1,
        smoothing_s=0.3,
    ),
    _profile(
        "posed",
        "Posed or emotional material: all expressions are equally likely, and nothing is smoothed.",
        prior="balanced",
        every=1,
        smoothing_s=0.0,
    ),
)
"""Those that come with Mien."""

_GROUPS: Final = ("reading", "shown", "own")
"""What a kept profile holds."""


def all_profiles(settings: Settings) -> tuple[Profile, ...]:
    """Return the profiles that there are: Mien's, then those that were kept."""
    return (*PROFILES, *(_from_kept(kept) for kept in settings.profiles.kept if kept.name not in _MIENS))


def find_profile(settings: Settings, name: str) -> Profile:
    """Return a profile by its name.

    Raises:
        SettingsError: There is none of that name.
    """
    there = {profile.name: profile for profile in all_profiles(settings)}
    if name not in there:
        near = did_you_mean(name, there) or f"; choose {', '.join(there)}"
        raise SettingsError(f"{name}: no such profile{near}")
    return there[name]


def with_profile(settings: Settings, name: str) -> Settings:
    """Return settings with those of a profile.

    Raises:
        SettingsError: There is none of that name.
    """
    return settings.changed(**find_profile(settings, name).changes)


def profile_of(settings: Settings) -> str | None:
    """Return the profile whose settings these are, or None; where there are two, one that the user kept."""
    there = reversed(all_profiles(settings))
    return next((each.name for each in there if settings.changed(**each.changes) == settings), None)


def changes_by(profile: Profile, settings: Settings) -> dict[str, tuple[Any, Any]]:
    """Return what a profile would change: fields as in "shown.smoothing_s", with the values before and after."""
    return {
        f"{group}.{field}": (before, after)
        for group, fields in profile.changes.items()
        for field, after in fields.items()
        if (before := getattr(getattr(settings, group), field)) != after
    }


def keep_profile(settings: Settings, name: str, about: str = "") -> Settings:
    """Return settings that hold a profile of how faces are read and shown in them; one of that name is replaced.

    Raises:
        SettingsError: The name is one of Mien's, or none at all.
    """
    if name in _MIENS:
        raise SettingsError(f"{name}: comes with Mien; choose another name for your profile")
    profile = OwnProfile(name=name, about=about, **{group: getattr(settings, group) for group in _GROUPS})
    others = (kept for kept in settings.profiles.kept if kept.name != name)
    kept = msgspec.structs.replace(settings, profiles=ProfileSettings(kept=(*others, profile)))
    try:
        return kept.checked()
    except msgspec.ValidationError as error:
        where = "the description" if str(error).rstrip("`").endswith("about") else repr(name)[1:-1] or "the name"
        raise SettingsError(
            f"{where}: not usable for a profile; a name has up to 40 letters, digits, blanks, dots and hyphens, "
            "a description up to 200 characters, and there are up to 100 profiles"
        ) from error


def delete_profile(settings: Settings, name: str) -> Settings:
    """Return settings without a profile that the user kept; all else stays as it is.

    Raises:
        SettingsError: There is none of that name, or it comes with Mien.
    """
    if not find_profile(settings, name).is_own:
        raise SettingsError(f"{name}: comes with Mien and stays; only profiles of your own can be deleted")
    left = tuple(kept for kept in settings.profiles.kept if kept.name != name)
    return msgspec.structs.replace(settings, profiles=ProfileSettings(kept=left))


_MIENS: Final = frozenset(profile.name for profile in PROFILES)


def _from_kept(kept: OwnProfile) -> Profile:
    changes = {group: msgspec.structs.asdict(getattr(kept, group)) for group in _GROUPS}
    return Profile(kept.name, kept.about, changes, is_own=True)
