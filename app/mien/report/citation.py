"""How Mien is cited: by what stands in ``CITATION.cff``, the one source for that."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from mien.places import assets_folder

_FILE: Final = "CITATION.cff"


@lru_cache(1)
def _fields() -> tuple[str, tuple[str, ...]]:
    """Return title and authors as the file has them; nothing of a file that is not there."""
    folder = assets_folder()
    places: tuple[Path, ...] = (folder / _FILE, folder.parents[1] / _FILE)  # as pip put it, or in the checkout
    text = next((place.read_text(encoding="utf-8") for place in places if place.is_file()), "")
    title = re.search(r'^title:\s*"?(.+?)"?\s*$', text, re.MULTILINE)
    block = re.search(r"^authors:\n((?:[ \t]+.*\n)+)", text, re.MULTILINE)
    authors = re.findall(r'name:\s*"?(.+?)"?\s*$', block[1], re.MULTILINE) if block is not None else []
    return (title[1] if title is not None else "Mien", tuple(authors) or ("The Mien authors",))


def citation(program: str) -> str:
    """Return the reference for a list of literature.

    Args:
        program: What made the readings, as a session names it: "mien 0.1.0".
    """
    title, authors = _fields()
    version = program.split()[-1] if program[-1:].isdigit() else program
    return f"{', '.join(authors)}. {title} (version {version}) [Computer software]."
