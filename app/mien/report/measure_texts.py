"""A person's figures over a part of the time as people read them: what stands in the window, and is copied."""

from collections.abc import Iterable, Mapping, Sequence

from mien.core.wording import in_order, name_of, signed
from mien.report.measures import Measured
from mien.report.statistics import PersonStatistics, Spread
from mien.timeline.clock import clock

Group = tuple[str, dict[str, str]]
"""A heading, and below it each figure's name with its text."""


def figure_groups(person: PersonStatistics) -> list[Group]:
    """Return a person's figures in groups."""
    labels = tuple(person.shares)
    names = [labels[index] for index in in_order(labels)]
    groups: list[Group] = [
        (
            "Time",
            {
                "In view": clock(person.in_view_s, decimals=2),
                "Uncertain": f"{person.uncertain:.1%}",
                "Quality": "–" if person.quality is None else f"{person.quality:.0%}",
                "Blinks": _blinks(person),
            },
        ),
        (
            "Share of the time with a label",
            {name_of(label): f"{person.shares[label]:.1%}" if person.has_label else "–" for label in names},
        ),
        (
            "Probability: mean (median, SD)",
            {name_of(label): _spread(person.probabilities.get(label)) for label in names},
        ),
        (
            "Valence and arousal: mean (median, SD)",
            {"Valence": _signed(person.valence), "Arousal": _signed(person.arousal)},
        ),
    ]
    if person.units:
        groups.append(
            ("Action units: mean (median, SD)", {name: _spread(spread) for name, spread in person.units.items()})
        )
    if person.own:
        own = {
            name: f"{figure.mean:.3f}" if figure.times is None else f"{figure.mean:.1%}, {figure.times} times"
            for name, figure in person.own.items()
        }
        groups.append(("Own expressions: mean, or share and how often", own))
    return groups


def as_table(measured: Sequence[Measured]) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return a heading for each column and the rows of the table: headings of groups have no texts.

    Each column is a person over a part of the time; where there are several parts, their names stand above.
    """
    columns = [(part.scope.name, person) for part in measured for person in part.persons]
    has_parts = len(measured) > 1
    heads = [f"{scope}\n{person.name}" if has_parts else person.name for scope, person in columns]
    found = [dict(figure_groups(person)) for _, person in columns]
    rows: list[tuple[str, list[str]]] = []
    for title in _in_all(found):
        rows.append((title, []))
        groups = [groups.get(title, {}) for groups in found]
        rows += [(name, [group.get(name, "–") for group in groups]) for name in _in_all(groups)]
    return heads, rows


def as_text(measured: Sequence[Measured]) -> str:
    """Return the table with tabs, as spreadsheets and text programs take it from the clipboard."""
    heads, rows = as_table(measured)
    parts = ", ".join(part.scope.name for part in measured)
    lines = [parts, "\t".join(["", *(head.replace("\n", ", ") for head in heads)])]
    lines += ["\t".join([name, *texts]) for name, texts in rows]
    return "\n".join(lines) + "\n"


def _in_all(found: Iterable[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys(name for each in found for name in each))


def _spread(spread: Spread | None) -> str:
    return "–" if spread is None else f"{spread.mean:.2f} ({spread.median:.2f}, {spread.deviation:.2f})"


def _signed(spread: Spread | None) -> str:
    return "–" if spread is None else f"{signed(spread.mean)} ({signed(spread.median)}, {spread.deviation:.2f})"


def _blinks(person: PersonStatistics) -> str:
    if person.blink_count is None:
        return "–"
    rate = "" if person.blinks is None else f" ({person.blinks:.0f} a minute)"
    return f"{person.blink_count}{rate}"
