"""What the README and the documentation print: blocks of code and of commands, page by page."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
_LEFT_OUT = ("docs/decisions/", "docs/changes/")
"""Records of what was decided and changed, not of how the program is used today."""


@dataclass(frozen=True)
class Block:
    """A block of a page.

    Attributes:
        page: From the repository's root.
        language: As it says behind the fence.
        text: Without the fences.
    """

    page: str
    language: str
    text: str


def pages() -> list[Path]:
    """Return the README, CONTRIBUTING and every page of the documentation."""
    found = [
        REPOSITORY / "README.md",
        REPOSITORY / "CONTRIBUTING.md",
        *sorted((REPOSITORY / "docs").rglob("*.md")),
    ]
    return [page for page in found if not page.relative_to(REPOSITORY).as_posix().startswith(_LEFT_OUT)]


def blocks(*languages: str) -> list[Block]:
    """Return all blocks of these languages, in their order."""
    found = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for language, body in re.findall(r"^ *```(\w+)[^\n]*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
            if language in languages:
                found.append(Block(page.relative_to(REPOSITORY).as_posix(), language, body))
    return found


def commands() -> list[str]:
    """Return every command that is printed in a block, each once: without its comment, as one line."""
    found: dict[str, None] = {}
    for block in blocks("sh", "bash", "console", "shell"):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words:
                found[re.sub(r"\s+#.*", "", " ".join(line.removeprefix("$ ").split()))] = None
    return list(found)


def inline_commands() -> list[tuple[str, str]]:
    """Return page and text of every ``mien …`` within a line of text."""
    found = []
    for page in pages():
        text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        found += [(page.name, " ".join(code.split())) for code in re.findall(r"`(mien [^`]+)`", text)]
    return found
