"""What other packages add to Mien: face detectors, networks, outlets and table formats, by entry points.

A package names them in its ``pyproject.toml``, and that is all there is to installing one::

    [project.entry-points."mien.tables"]
    feather = "mien_feather:write"

What each group expects is in ``docs/how-to/extend.md``. Nothing is imported before it is asked for by name.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, Literal

from mien.errors import AppError

Group = Literal["detectors", "networks", "outlets", "tables"]

_PREFIX: Final = "mien."


def plugin_names(group: Group) -> tuple[str, ...]:
    """Return the names that installed packages add to a group, in order; nothing is imported."""
    return tuple(sorted({entry.name for entry in _entries(group)}))


def load_plugin(group: Group, name: str) -> Callable[..., Any]:
    """Import what a package adds, and return it.

    Args:
        group: What kind it is.
        name: As in ``plugin_names``.

    Raises:
        AppError: There is none of that name, two packages have one, or it cannot be imported.
    """
    found = [entry for entry in _entries(group) if entry.name == name]
    if not found:
        others = ", ".join(plugin_names(group)) or "none"
        raise AppError(f"{name}: no installed package adds it to mien.{group}; added are: {others}")
    if len({entry.value for entry in found}) > 1:
        raise AppError(f"{name}: two packages add it to mien.{group} ({_owners(found)}); uninstall one")
    try:
        loaded = found[0].load()
    except Exception as error:  # what a foreign package raises is its own affair
        raise AppError(f"{name}: {_owners(found)} cannot be imported ({error}); update or uninstall it") from error
    if not callable(loaded):
        raise AppError(f"{name}: {_owners(found)} gives nothing that can be called; update or uninstall it")
    return loaded  # type: ignore[no-any-return]


def _entries(group: Group) -> list[EntryPoint]:
    return list(entry_points(group=_PREFIX + group))


def _owners(found: list[EntryPoint]) -> str:
    return ", ".join(sorted({entry.dist.name if entry.dist is not None else entry.value for entry in found}))
