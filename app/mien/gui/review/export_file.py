"""Writes a table, subtitles or a summary of a session, off the GUI thread."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.session.stored import StoredSession

if TYPE_CHECKING:
    from mien.report.summary import Summary

TABLES: Final = (".csv", ".jsonl", ".parquet", ".eaf", ".vtt")
PAGES: Final = (".html", ".pdf")


def export_file(stored: StoredSession, title: str, target: Path) -> None:
    """Write a table, subtitles or a summary; the suffix says which.

    Raises:
        AppError: It cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix in PAGES:
        summary = summary_of(stored, title)
        if suffix == ".pdf":
            from mien.gui.review.summary_pdf import write_pdf

            write_pdf(summary, target)
            return
        from mien.report.html_page import write_html

        write_html(summary, target, overwrite=True)
        return
    from mien.session.exports.export import export_session

    export_session(stored.folder, target, overwrite=True)


def summary_of(stored: StoredSession, title: str) -> "Summary":
    """Return the summary of a session."""
    from mien.report.summary import summarise

    return summarise(title, stored.document, stored.series, stored.annotations)
