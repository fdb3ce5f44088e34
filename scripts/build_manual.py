"""Builds the manual as HTML that can be read without a server and without a network.

    python -m scripts.build_manual [FOLDER]

Without FOLDER it goes into the assets, from where the window opens it and the wheel takes it along.
Needs mkdocs-material.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNUSED = (
    *("assets/javascripts/lunr", "assets/javascripts/*.map", "assets/stylesheets/*.map"),
    *("sitemap.xml", "sitemap.xml.gz", "404.html"),
)
"""What Material puts in for search in other languages, servers and its own developers."""


def build(folder: Path | None = None) -> Path:
    """Build the manual, and return its folder.

    Args:
        folder: Where to; the assets by default.

    Raises:
        mkdocs.exceptions.Abort: A link leads nowhere, or another warning.
    """
    from mkdocs.commands.build import build as build_site
    from mkdocs.config import load_config

    options = {} if folder is None else {"site_dir": str(folder)}
    config = load_config(str(ROOT / "mkdocs.yml"), **options)
    config.plugins.on_startup(command="build", dirty=False)
    build_site(config)
    site = Path(config.site_dir)
    for pattern in UNUSED:
        for path in site.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return site


if __name__ == "__main__":
    site = build(Path(sys.argv[1]).resolve() if sys.argv[1:] else None)
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(f"{site} ({size / 1e6:.1f} MB)")
