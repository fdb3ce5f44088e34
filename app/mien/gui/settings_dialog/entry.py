"""A choice of the settings dialog: what it is called, what it does, and by what control it is made."""

from dataclasses import dataclass, field
from pathlib import Path

from mien.settings import Settings


@dataclass(frozen=True, slots=True)
class Toggle:
    """On or off."""

    def text_of(self, value: object) -> str:
        """Return a value in words."""
        return "on" if value else "off"


@dataclass(frozen=True, slots=True)
class Options:
    """One of several values.

    Attributes:
        values: Each with its text.
    """

    values: tuple[tuple[object, str], ...]

    def text_of(self, value: object) -> str:
        """Return a value in words."""
        return next((text for each, text in self.values if each == value), str(value))


@dataclass(frozen=True, slots=True)
class Amount:
    """A number on a scale.

    Attributes:
        top: The largest.
        step: Between two marks.
        zero: What 0 is called; empty for the figure.
        auto: What "auto" is called, which stands before 0; empty where there is no such choice.
        unit: Stands behind the figure; "%" shows shares as per cent.
    """

    top: float
    step: float
    unit: str
    zero: str = ""
    auto: str = ""

    def text_of(self, value: object) -> str:
        """Return a value in words, with its unit."""
        if not isinstance(value, int | float):
            return self.auto
        if value == 0 and self.zero:
            return self.zero
        return f"{value * 100:.0f} %" if self.unit == "%" else f"{value:.1f} {self.unit}"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or a file.

    Attributes:
        empty: What none is called.
        is_folder: Otherwise a file.
        files: Which files, for the dialog.
    """

    empty: str
    is_folder: bool = True
    files: str = ""

    def text_of(self, value: object) -> str:
        """Return a value in words."""
        return Path(str(value)).name or self.empty


@dataclass(frozen=True, slots=True)
class Network:
    """A network by its name or its file.

    Attributes:
        empty: What none is called; empty for the default network.
    """

    empty: str = ""

    def text_of(self, value: object) -> str:
        """Return a value in words."""
        return Path(str(value)).name or self.empty or "Default"


Control = Toggle | Options | Amount | Place | Network


@dataclass(frozen=True, slots=True)
class Entry:
    """A choice.

    Attributes:
        name: Its group and its field in ``mien.settings.Settings``, as in "shown.smoothing_s".
        title: In a few words.
        sentence: What it does.
        control: How it is chosen.
    """

    name: str
    title: str
    sentence: str
    control: Control = field(default_factory=Toggle)

    def value_in(self, settings: Settings) -> object:
        """Return its value."""
        group, _, name = self.name.partition(".")
        return getattr(getattr(settings, group), name)

    def text_of(self, value: object) -> str:
        """Return a value of it in words."""
        return self.control.text_of(value)

    def change_to(self, value: object) -> dict[str, dict[str, object]]:
        """Return what ``Choices.change`` takes to give it another value."""
        group, _, name = self.name.partition(".")
        return {group: {name: value}}


@dataclass(frozen=True, slots=True)
class Group:
    """Choices that belong together."""

    title: str
    entries: tuple[Entry, ...]
