"""The table of `docs/comparison.md`: networks trained under one protocol, beside what their projects published.

`scripts/comparison` trains and exports them, and calls this with what came of it, so that no figure is copied by
hand.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

PUBLISHED: Final = {
    "cnn-a": "64.7 (own split)",
    "vit-tiny-a": "41.9 (own split)",
    "cnn-b": "65.5, with augmentation 70.2 (PrivateTest)",
    "cnn-c": "66.1 (own validation part)",
    "mini-xception": "66 (PrivateTest)",
    "resnet18-va": "43.5 (AffectNet, 8 classes: another task)",
}
"""Accuracy in per cent as each project says it, and on what."""

BEGIN: Final = "<!-- table: written by scripts/comparison, not by hand -->"
END: Final = "<!-- end of table -->"

HEADINGS: Final = (
    "network",
    "published, %",
    "here, PublicTest, %",
    "macro-F1",
    "steps",
    "passes over Training",
    "minutes of one core",
    "parameters",
    "ms a face, batch 1",
    "batch 8",
)


def table_of(comparison: dict[str, Any], runs: Path) -> str:
    """Return the Markdown table.

    Args:
        comparison: Content of `compare.json`; its networks are named after the folders of their runs, or are
            others to compare with.
        runs: Folder with a folder for each run, each with `result.json`.
    """
    lines = [HEADINGS, ("---", "---", *["--:"] * (len(HEADINGS) - 2))]
    for row in comparison["networks"]:
        path = runs / row["name"] / "result.json"
        run = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        spent = (
            (f"{run['steps']:,}", f"{run['passes']:.2f}", f"{run['minutes']:.1f}")
            if run
            else ("see its card", "", "")
        )
        lines.append(
            (
                row["name"],
                PUBLISHED.get(row["name"], "–"),
                f"{100 * row['accuracy']:.1f}",
                f"{row['macro_f1']:.3f}",
                *spent,
                f"{run['parameters'] if run else row['parameters']:,}",
                f"{row['ms_a_face_batch_1']:.1f}",
                f"{row['ms_a_face_batch_8']:.1f}",
            )
        )
    head = f"{comparison['data']} PublicTest, {comparison['networks'][0]['faces']:,} faces."
    return "\n\n".join([head, "\n".join(f"| {' | '.join(line)} |" for line in lines), *comparison["notes"]])


def write_table(page: Path, table: str) -> None:
    """Replace the table of a page; everything around the two markers stays.

    Raises:
        ValueError: The page has no markers.
    """
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(
            f"{page}: has no place for the table; put these two lines where it belongs: {BEGIN} {END}"
        )
    before, rest = text.split(BEGIN, 1)
    part = page.with_name(f"{page.name}.part")
    part.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")
    part.replace(page)


if __name__ == "__main__":
    runs_folder, comparison_path, page_path = map(Path, sys.argv[1:4])
    write_table(page_path, table_of(json.loads(comparison_path.read_text(encoding="utf-8")), runs_folder))
