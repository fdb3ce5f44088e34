"""The table, for a terminal and for a page."""

from collections.abc import Sequence

from mien_models.compare.measure import BATCHES, Measured

HEADINGS = (
    "network",
    "classes",
    "input",
    "accuracy",
    "macro-F1",
    "CCC V / A",
    "parameters",
    "file",
    *(f"ms a face, batch {size}" for size in BATCHES),
)


def cells(row: Measured) -> tuple[str, ...]:
    """Return one network's cells, in the order of `HEADINGS`."""
    has_affect = row.ccc_valence is not None and row.ccc_arousal is not None
    return (
        row.name,
        str(len(row.labels)),
        row.input,
        f"{row.accuracy:.1%}",
        f"{row.macro_f1:.3f}",
        f"{row.ccc_valence:.3f} / {row.ccc_arousal:.3f}" if has_affect else "–",
        f"{row.parameters:,}",
        f"{row.size_bytes / 1e6:.1f} MB",
        *(f"{row.ms_a_face[size]:.2f}" for size in BATCHES),
    )


def as_text(rows: Sequence[Measured]) -> str:
    """Return lines whose columns stand below each other."""
    table = [HEADINGS, *map(cells, rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if column in (0, 2) else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    )


def as_markdown(rows: Sequence[Measured]) -> str:
    """Return a Markdown table."""
    lines = [HEADINGS, ("---", "--:", "---", *["--:"] * (len(HEADINGS) - 3)), *map(cells, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
