"""``mien config``: the kept settings, which the window and the command line begin with."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import click
import msgspec

from mien.cli.spelling import SpellingGroup
from mien.errors import SettingsError, did_you_mean, printable
from mien.json_output import json_option, print_json
from mien.log_file import log_file
from mien.places import settings_file
from mien.settings import Settings, load_settings, save_settings
from mien.settings.profiles import (
    all_profiles,
    changes_by,
    delete_profile,
    keep_profile,
    profile_of,
    with_profile,
)


@click.group(cls=SpellingGroup, invoke_without_command=True)
@click.option("--all", "all_of_them", is_flag=True, help="Show also what was never changed.")
@json_option
@click.pass_context
def config(context: click.Context, all_of_them: bool, as_json: bool) -> None:
    """Show or change the settings that the window and the command line begin with.

    Without a command it shows where they lie and what was changed. Python never takes them over: there, `profile`
    is a choice like any other, by the name of one of Mien's or of your own.
    """
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    values, defaults = dict(_values(settings)), dict(_values(Settings()))
    if as_json:
        print_json(
            path=str(settings_file()),
            log=str(log_file()),
            profile=profile_of(settings),
            settings=msgspec.to_builtins(settings),
        )
        return
    click.echo(printable(f"{settings_file()}\nprofile: {profile_of(settings) or 'none'}\nlog: {log_file()}"))
    for name, value in values.items():
        if all_of_them or value != defaults[name]:
            click.echo(printable(f"{name} = {_text(value)}"))


@config.command("set")
@click.argument("name")
@click.argument("value")
@json_option
def set_command(name: str, value: str, as_json: bool) -> None:
    """Keep a value: `mien config set shown.prior balanced`."""
    settings = load_settings()
    group, field = _place(name, settings)
    changed = _with_value(settings, group, field, value)
    save_settings(changed)
    kept = getattr(getattr(changed, group), field)
    if as_json:
        print_json(settings={group: {field: msgspec.to_builtins(kept)}})
        return
    click.echo(printable(f"{name} = {_text(kept)}"))


def _with_value(settings: Settings, group: str, field: str, text: str) -> Settings:
    """Return settings with a value that was typed: as JSON where that is one of the field, or as the text it is.

    Raises:
        SettingsError: The field takes neither.
    """
    readings: list[object] = [text]
    with suppress(msgspec.DecodeError):
        readings.insert(0, msgspec.json.decode(text))
    for value in readings:
        try:
            return settings.changed(**{group: {field: value}}).checked()
        except msgspec.ValidationError as error:
            what = str(error).partition(" - at ")[0]
            failure = SettingsError(f"{group}.{field}: {text} is no value of it; {what[:1].lower()}{what[1:]}")
    raise failure


@config.command("reset")
@click.argument("name", required=False)
@json_option
def reset_command(name: str | None, as_json: bool) -> None:
    """Take back one setting, or all that say how faces are read and shown."""
    settings, fresh = load_settings(), Settings()
    if name is None:
        changed = msgspec.structs.replace(settings, reading=fresh.reading, shown=fresh.shown)
    else:
        group, field = _place(name, settings)
        changed = settings.changed(**{group: {field: getattr(getattr(fresh, group), field)}})
    save_settings(changed)
    if as_json:
        print_json(settings=msgspec.to_builtins(changed))
        return
    click.echo("as in a new installation")


@config.command("profile")
@click.argument("name", required=False)
@click.option("--save", is_flag=True, help="Keep how faces are read and shown now as a profile of this name.")
@click.option("--about", default="", metavar="TEXT", help="For what it is; with --save.")
@click.option("--delete", is_flag=True, help="Delete a profile of your own.")
@json_option
def profile_command(name: str | None, save: bool, about: str, delete: bool, as_json: bool) -> None:
    """List the profiles with what each would change, or take over one: `mien config profile lecture`."""
    settings = load_settings()
    if name is None:
        if save or delete:
            raise SettingsError("--save and --delete need the name of a profile")
        if not as_json:
            _list_profiles(settings)
            return
    elif save and delete:
        raise SettingsError("--save and --delete exclude each other")
    else:
        if save:
            settings = keep_profile(settings, name, about)
        elif delete:
            settings = delete_profile(settings, name)
        else:
            settings = with_profile(settings, name)
        save_settings(settings)
    if as_json:
        profiles = [
            {
                "name": each.name,
                "about": each.about,
                "is_own": each.is_own,
                "changes": msgspec.to_builtins(each.changes),
            }
            for each in all_profiles(settings)
        ]
        print_json(profile=profile_of(settings), profiles=profiles)
        return
    click.echo(printable(f"{'deleted' if delete else 'kept' if save else 'profile'}: {name}"))


def _list_profiles(settings: Settings) -> None:
    chosen = profile_of(settings)
    for profile in all_profiles(settings):
        click.echo(
            printable(f"{'*' if profile.name == chosen else ' '} {profile.name:<10} {profile.about}".rstrip())
        )
        changes = changes_by(profile, settings)
        for field, (before, after) in changes.items():
            click.echo(printable(f"      {field}: {_text(before)} -> {_text(after)}"))


def _values(settings: Settings) -> Iterator[tuple[str, Any]]:
    for group, fields in msgspec.to_builtins(settings).items():
        if isinstance(fields, dict) and group != "profiles":  # which have commands of their own
            yield from ((f"{group}.{field}", value) for field, value in fields.items())


def _place(name: str, settings: Settings) -> tuple[str, str]:
    """Return group and field of a setting.

    Raises:
        SettingsError: There is none of that name.
    """
    known = [each for each, _ in _values(settings)]
    if name not in known:
        near = did_you_mean(name, known) or "; `mien config --all` lists them"
        raise SettingsError(f"{name}: no such setting{near}")
    group, _, field = name.partition(".")
    return group, field


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode() if not isinstance(value, str) else value or '""'
