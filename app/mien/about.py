"""What the About dialog says: what Mien is, what lies where on this machine, and of what it is made."""

from html import escape
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

from mien.places import data_folder, log_folder, settings_file

MAX_NOTICE_BYTES: Final = 1_000_000
_NOTICES: Final = ("LICENSE", "THIRD_PARTY.md")

WHAT_IT_IS: Final = """
<p>Mien reads facial expressions in real time, on your own machine.</p>
<p>An expression is not what a person feels. A network says which of a few words people would most likely put on a
picture of a face. It makes mistakes, and more often with people unlike those it learned from. Do not use it to
decide about anybody.</p>
<p>The EU AI Act forbids inferring emotions at work and in education, except for medical or safety reasons
(Article 5), and asks that people be told when they are read (Article 50).</p>
<p>Mien connects to another machine only where you open a network stream, and sends readings to one only where you
turn on an integration that does. No link in this window opens by itself.</p>
"""


def data_locations(recordings: Path, snapshots: Path) -> str:
    """Return a table of what Mien keeps on this machine, and what removes it.

    Args:
        recordings: Where recorded sessions go.
        snapshots: Where snapshots go.
    """
    rows = (
        (
            "Your choices",
            settings_file(),
            "Settings, recent files, the window's place. Delete it to start afresh.",
        ),
        (
            "Weights, networks, the queue",
            data_folder(),
            "What `mien models fetch` brought, and what Batch has to do.",
        ),
        (
            "Readings of videos that Review opened",
            data_folder() / "analyses",
            "With a small picture of the scene and of each face, unless you choose otherwise. The settings clear "
            "them; the markers stay.",
        ),
        (
            "The log",
            log_folder(),
            "What failed, and the last fault of Mien's own, for a report. It names files, and is sent nowhere.",
        ),
        (
            "Recordings",
            recordings,
            "What you recorded: the video, a small picture of each face, the readings.",
        ),
        (
            "Snapshots",
            snapshots,
            "What you saved: the picture with overlay, the picture without, the readings.",
        ),
    )
    cells = "".join(
        f"<p><b>{escape(name)}</b><br>{escape(str(path))}<br>{escape(text).replace('`', '')}</p>"
        for name, path, text in rows
    )
    return (
        f"{cells}<p>Pictures of the camera are kept nowhere else, unless you export them. All of these are plain "
        "files: whoever has them can see the faces in them, unless faces were hidden when they were made.</p>"
    )


def licences() -> str:
    """Return the licence of Mien and those of all that it carries, as Markdown."""
    texts = [_notice(name) for name in _NOTICES]
    return (
        "\n\n---\n\n".join(text for text in texts if text)
        or "The licence texts are missing from this installation."
    )


def _notice(name: str) -> str:
    """Return a file that the package carries, or nothing where it is missing."""
    try:
        found = [entry for entry in files("mien") or () if entry.name == name]
    except PackageNotFoundError:
        found = []
    return found[0].read_text("utf-8")[:MAX_NOTICE_BYTES] if found else ""
