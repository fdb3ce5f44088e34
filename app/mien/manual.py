"""The manual that comes along: HTML that any browser shows, without a network."""

from pathlib import Path

from mien.errors import AppError
from mien.places import assets_folder


def manual_page(page: str = "index") -> Path:
    """Return the file of a page of the manual, such as "index", "troubleshooting" or "reference/commands".

    Raises:
        AppError: The manual was not built in this installation; the text says how.
    """
    folder = assets_folder() / "manual"
    if not (folder / "index.html").is_file():
        raise AppError(
            "The manual is not part of this installation, its text lies in docs/ of the download; "
            "`python -m scripts.build_manual` builds it there"
        )
    path = (folder / f"{page}.html").resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise AppError(f"The manual has no page {page}; it begins with {folder / 'index.html'}")
    return path
