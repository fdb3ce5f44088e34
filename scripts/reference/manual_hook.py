"""What MkDocs calls while it builds the manual: adds the pages and pictures that are made from the program."""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
for folder in (".", "app", "models", "export", "assets"):
    sys.path.insert(0, str(ROOT / folder))

from scripts.reference.pages import generated_pages  # noqa: E402

PICTURES = {
    "mien.svg": "mien_assets/icons/mien.svg",
    "pictures/live.png": "screenshots/live.png",
    "pictures/review.png": "screenshots/review.png",
    "pictures/batch.png": "screenshots/batch.png",
}


def on_files(files: Any, config: Any) -> Any:  # noqa: ANN401 - MkDocs' own types come with it, and only when it runs
    """Add what is not a file of ``docs``."""
    from mkdocs.structure.files import File

    for uri, text in generated_pages().items():
        files.append(File.generated(config, uri, content=text))
    for uri, path in PICTURES.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / "assets" / path)))
    return files
