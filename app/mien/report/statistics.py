"""What can be said of each person in a few figures. numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from mien.core.face_details import BLINK
from mien.core.face_motion import blink_rate
from mien.core.face_series import FaceSeries
from mien.core.further_numbers import OWN
from mien.core.own_series import conditions_of, own_names_of
from mien.report.by_hand import ByHand, by_hand_of
from mien.session.notes.annotations import Annotations
from mien.session.notes.hand_labels import labels_of
from mien.session.notes.persons import included
from mien.timeline.detail_runs import blink_runs, unit_columns
from mien.timeline.person_series import PersonSeries
from mien.timeline.runs import Codes
from mien.timeline.spans import Span, within
from mien.timeline.standing import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean with its spread, each weighted by time.

    Attributes:
        mean: The mean.
        deviation: The standard deviation.
        median: The value below and above which it was for half of the time.
    """

    mean: float
    deviation: float
    median: float


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """An own expression over the time in which it is known.

    Attributes:
        mean: The share of the time in which it holds; of a number the mean.
        times: How often it began to hold, or None of a number.
    """

    mean: float
    times: int | None


@dataclass(frozen=True, slots=True, eq=False)
class PersonStatistics:
    """One person's figures; spans that were left out do not count.

    Attributes:
        name: For people.
        face_ids: All faces that are this person.
        in_view_s: For how long there are readings.
        first_s: Media time of the first reading that counts.
        last_s: Media time of the last reading that counts.
        shares: Share of the time in which each expression stood on top, uncertain time left out; by label, in
            the network's order. They sum to 1, or are all 0 where everything is uncertain.
        probabilities: The probability of each expression over the same time, where it is known.
        uncertain: Share of the time in view in which no label could be given.
        reasons: Share of the time in view by the reason why not, most frequent first.
        valence: Over the time with labels, or None where the network gives none.
        arousal: Over the time with labels, or None.
        quality: Mean quality over the time in view, from 0 to 1, or None where it is not known.
        changes: How often the expression changed in a minute with labels, or None where there is too little.
        blinks: A minute, or None where nobody looked closely or not long enough.
        blink_count: Blinks that began in the time that counts, or None where nobody looked closely.
        head_deg: Mean yaw and pitch of the head where somebody looked closely, or None.
        units: Intensity of each action unit by its number, "AU12", the mean of its sides; empty likewise.
        own: What the user's own expressions come to, by name.
        by_hand: What was labelled by hand, or None where nothing was.
    """

    name: str
    face_ids: tuple[int, ...]
    in_view_s: float
    first_s: float
    last_s: float
    shares: dict[str, float]
    probabilities: dict[str, Spread]
    uncertain: float
    reasons: dict[str, float]
    valence: Spread | None
    arousal: Spread | None
    quality: float | None
    changes: float | None
    blinks: float | None = None
    blink_count: int | None = None
    head_deg: tuple[Spread, Spread] | None = None
    units: dict[str, Spread] = field(default_factory=dict)
    own: dict[str, OwnFigure] = field(default_factory=dict)
    by_hand: ByHand | None = None

    @property
    def has_label(self) -> bool:
        """Whether there is any time with a label, so that shares of it mean something."""
        return any(self.shares.values())


def statistics_of(
    person: PersonSeries, annotations: Annotations, spans: Sequence[Span] | None = None
) -> PersonStatistics | None:
    """Return a person's figures, or None where nothing of that person counts.

    Every reading counts for as long as it stands, so that uneven frame rates change nothing.

    Args:
        person: Whose readings.
        annotations: Spans that are excluded, and labels by hand.
        spans: Only readings in one of these count; by default all.
    """
    face = person.readings
    counts = included(face.times_s, annotations)
    if spans is not None:
        counts &= within(face.times_s, spans)
    standing = standing_of(face.times_s, face.frames)
    weights_s = standing.length_s * counts
    in_view_s = float(weights_s.sum())
    if in_view_s <= 0.0:
        return None
    sure_s = weights_s * face.usable
    codes = face.codes()
    times_s = face.times_s[counts]
    return PersonStatistics(
        name=person.name,
        face_ids=person.face_ids,
        in_view_s=in_view_s,
        first_s=float(times_s[0]),
        last_s=float(times_s[-1]),
        shares={
            label: _share(float(sure_s[codes == index].sum()), float(sure_s.sum()))
            for index, label in enumerate(face.labels)
        },
        probabilities=_probabilities(face, sure_s),
        uncertain=_share(float((weights_s - sure_s).sum()), in_view_s),
        reasons=_reasons(face, weights_s, in_view_s),
        valence=_spread(face.affect[:, 0], sure_s),
        arousal=_spread(face.affect[:, 1], sure_s),
        quality=_quality(face, weights_s),
        changes=_changes(codes, standing, face.usable, counts, float(sure_s.sum())),
        blinks=blink_rate(face.times_s[counts], face.detail(BLINK)[counts]),
        blink_count=_blink_count(face, counts),
        head_deg=_head(face, weights_s),
        units=_units(face, weights_s),
        own=_own(face, counts, weights_s),
        by_hand=by_hand_of(face, labels_of(annotations, person.face_ids), weights_s),
    )


def _head(face: FaceSeries, weights_s: npt.NDArray[np.float64]) -> tuple[Spread, Spread] | None:
    yaw, pitch = (_spread(face.detail(name), weights_s) for name in ("yaw_deg", "pitch_deg"))
    return None if yaw is None or pitch is None else (yaw, pitch)


def _probabilities(face: FaceSeries, sure_s: npt.NDArray[np.float64]) -> dict[str, Spread]:
    found = {label: _spread(face.probabilities[:, index], sure_s) for index, label in enumerate(face.labels)}
    return {label: spread for label, spread in found.items() if spread is not None}


def _blink_count(face: FaceSeries, counts: npt.NDArray[np.bool_]) -> int | None:
    if np.isnan(face.detail(BLINK)[counts]).all():
        return None
    starts_s = np.array([run.start_s for run in blink_runs(face)])
    return int(counts[np.searchsorted(face.times_s, starts_s)].sum())


def _units(face: FaceSeries, weights_s: npt.NDArray[np.float64]) -> dict[str, Spread]:
    found = {}
    for number, columns in unit_columns(face).items():
        sides = np.stack([face.detail(column) for column in columns])
        known = (~np.isnan(sides)).sum(axis=0)
        both = np.where(known > 0, np.nansum(sides, axis=0) / np.maximum(known, 1), np.nan)
        spread = _spread(both.astype(np.float32), weights_s)
        if spread is not None:
            found[f"AU{number}"] = spread
    return found


def _own(
    face: FaceSeries, counts: npt.NDArray[np.bool_], weights_s: npt.NDArray[np.float64]
) -> dict[str, OwnFigure]:
    found, holds = {}, conditions_of(face)
    for name in own_names_of(face):
        mean = _spread(face.detail(f"{OWN}{name}"), weights_s)
        if mean is None:
            continue
        times = None
        if name in holds:
            holding = holds[name] & counts
            times = int(np.count_nonzero(holding & ~np.concatenate([[False], holding[:-1]])))
        found[name] = OwnFigure(mean.mean, times)
    return found


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0


def _spread(values: npt.NDArray[np.float32], weights: npt.NDArray[np.float64]) -> Spread | None:
    known = ~np.isnan(values) & (weights > 0)
    total = float(weights[known].sum())
    if total <= 0:
        return None
    numbers, parts = values[known].astype(np.float64), weights[known] / total
    mean = float((numbers * parts).sum())
    return Spread(mean, float(np.sqrt((parts * (numbers - mean) ** 2).sum())), _median(numbers, parts))


def _median(numbers: npt.NDArray[np.float64], parts: npt.NDArray[np.float64]) -> float:
    """Return the median of numbers with weights that sum to 1; between two numbers where half is reached there."""
    order = np.argsort(numbers, kind="stable")
    reached = np.cumsum(parts[order])
    at = min(int(np.searchsorted(reached, 0.5 - 1e-9)), len(order) - 1)
    is_between = abs(reached[at] - 0.5) < 1e-9 and at + 1 < len(order)
    return float(numbers[order[at : at + 1 + is_between]].mean())


def _quality(face: FaceSeries, weights_s: npt.NDArray[np.float64]) -> float | None:
    spread = _spread(face.quality, weights_s)
    return None if spread is None else spread.mean


def _reasons(face: FaceSeries, weights_s: npt.NDArray[np.float64], in_view_s: float) -> dict[str, float]:
    totals: dict[str, float] = {}
    for reason, weight in zip(face.reasons[~face.usable], weights_s[~face.usable], strict=True):
        name = str(reason or "low confidence")
        totals[name] = totals.get(name, 0.0) + float(weight)
    found = {name: total / in_view_s for name, total in totals.items() if total > 0}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _changes(
    codes: Codes, standing: Standing, sure: npt.NDArray[np.bool_], counts: npt.NDArray[np.bool_], sure_s: float
) -> float | None:
    """Return changes of the label in a minute, uncertain readings passed over.

    A label is compared with the one before it while the face stays in view and nothing was excluded between them.
    """
    if sure_s < 10.0:
        return None
    stretch = standing.parts + np.cumsum(np.diff(counts, prepend=counts[:1]))
    rows = np.flatnonzero(sure & counts)
    changed = (np.diff(codes[rows]) != 0) & (np.diff(stretch[rows]) == 0)
    return float(np.count_nonzero(changed)) / (sure_s / 60.0)
