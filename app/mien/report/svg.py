"""SVG of our own: what charts are drawn with."""

from dataclasses import dataclass
from html import escape
from typing import Final

from mien.overlay.style import UNCERTAIN_COLOUR

INK: Final = "#1A1F27"
QUIET: Final = "#5B6675"
LINE: Final = "#DFE4EB"
_FONT: Final = "Inter"
"""One name, since Qt takes a list for the name of one font; the page's style names the others."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, which can stand alone or be a part of a larger one.

    Attributes:
        width: In its own units, a pixel each at 100 %.
        height: In the same units.
        body: The elements.
        title: What a screen reader says.
    """

    width: float
    height: float
    body: str
    title: str

    def to_svg(self) -> str:
        """Return it as a document."""
        size = f'width="{self.width:g}" height="{self.height:g}"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" {size} '
            f'role="img" font-family="{_FONT}"><title>{escape(self.title)}</title>{self.body}</svg>'
        )

    def at(self, x: float, y: float) -> str:
        """Return it as a part of another drawing."""
        return f'<g transform="translate({x:g} {y:g})">{self.body}</g>'


def hatch() -> str:
    """Return the pattern of what is uncertain, for ``url(#hatch)``."""
    return (
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#E3E6EB"/>'
        f'<rect width="2" height="6" fill="{UNCERTAIN_COLOUR}"/></pattern></defs>'
    )


def rect(x: float, y: float, width: float, height: float, ink: str, radius: float = 0) -> str:
    """Return a rectangle."""
    rounded = f' rx="{radius}"' if radius else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{ink}"{rounded}/>'


def text_at(x: float, y: float, words: str, ink: str, *, anchor: str = "start", size: int = 13) -> str:
    """Return a line of text; ``y`` is its base line."""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{ink}" font-size="{size}">{escape(words)}</text>'
