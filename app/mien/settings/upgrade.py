"""Settings of earlier versions: where each of them stands now."""

from collections.abc import Mapping
from typing import Any, Final

_SAME_NAME: Final = {
    "camera": ("source", "mirror"),
    "reading": ("model", "compare", "detector", "yunet_file", "every", "min_face_score"),
    "shown": ("smoothing_s", "min_confidence", "relative"),
    "compute": ("provider", "threads"),
    "video": ("cover", "session_folder", "countdown_s"),
    "integrations": ("lsl", "websocket_port", "virtual_camera"),
    "window": ("theme", "timeline", "shows_seen", "consented", "recent_files"),
}
_WITH_PREFIX: Final = {
    "camera": ("size_wh", "fps"),
    "video": ("codec", "hardware", "quality"),
    "batch": ("kind", "folder", "video", "readings", "jobs"),
}
_PLACES: Final[dict[str, tuple[str, str]]] = {
    **{name: (group, name) for group, names in _SAME_NAME.items() for name in names},
    **{f"{group}_{name}": (group, name) for group, names in _WITH_PREFIX.items() for name in names},
}
_FORMER_DEFAULTS: Final = (("detector", "full-range"), ("min_confidence", 0.4))
"""Kept in every old file, chosen or not: the new defaults take their place."""

_WINDOW_TEXTS: Final = {
    "place": "geometry",
    "folder": "open_folder",
    "batch_folder": "batch_folder",
    "export": "export_folder",
}
_WINDOW_FLAGS: Final = ("overlay", "muted")


def in_groups(flat: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return old settings in groups, values unchecked; names that no version had are left out.

    Args:
        flat: As decoded from the file.
    """
    groups: dict[str, dict[str, Any]] = {}
    for name, value in flat.items():
        if name in _PLACES and (name, value) not in _FORMER_DEFAULTS:
            group, field = _PLACES[name]
            groups.setdefault(group, {})[field] = value
    state = flat.get("window")
    if isinstance(state, Mapping):  # had texts only: "1" and "" or "0" for on and off
        window = groups.setdefault("window", {})
        window |= {new: state[old] for old, new in _WINDOW_TEXTS.items() if old in state}
        window |= {name: state[name] == "1" for name in _WINDOW_FLAGS if name in state}
        if isinstance(state.get("curves"), str):
            window["curves"] = state["curves"].split("\n")
    return groups


_MOVED: Final = (("reading", "prior", "shown"),)
"""Group, field, and the group in which it is now."""


def with_moved(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings in groups, values unchecked, with fields that moved to another group in that one.

    Args:
        content: As decoded from the file.
    """
    groups = dict(content)
    for old, field, new in _MOVED:
        before, after = groups.get(old), groups.get(new, {})
        if isinstance(before, Mapping) and field in before and isinstance(after, Mapping):
            groups[old] = {name: value for name, value in before.items() if name != field}
            groups[new] = {field: before[field], **after}
    return groups


def is_flat(content: Mapping[str, Any]) -> bool:
    """Return whether these are settings without groups."""
    return any(name in _PLACES for name in content)
