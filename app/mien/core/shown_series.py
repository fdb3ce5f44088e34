"""What is shown of readings that are kept: smoothed, withheld and related anew, without reading a video again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.auto_neutral import NEUTRAL, AutoNeutral
from mien.core.baseline import Baseline, baseline_at
from mien.core.emotion import Priors
from mien.core.face import Reason
from mien.core.face_details import HEAD, changes_of
from mien.core.face_series import FaceSeries, RawSeries, ShownColumns
from mien.core.own_expressions import parse_own
from mien.core.series import ReadingSeries
from mien.core.shown import ShownChoices, expecting
from mien.core.smoothing import AFFECT, FaceSmoother, Step


@dataclass(frozen=True, slots=True)
class ReadBy:
    """The network that made readings.

    Attributes:
        name: For the baselines.
        priors: What its probabilities hold of what is expected, or None where that is not known.
    """

    name: str = ""
    priors: Priors | None = None


def show_again(series: ReadingSeries, choices: ShownChoices, networks: Sequence[ReadBy] = ()) -> ReadingSeries:
    """Return the same readings as they are shown under these choices: what ``ShownStage`` would have made of them.

    Args:
        series: The readings; stays as it is.
        choices: How they are shown.
        networks: What made them, and what made those of a second network.
    """
    first_one, second_one = (*networks, ReadBy(), ReadBy())[:2]

    def shown(face: FaceSeries) -> tuple[ShownColumns, ShownColumns | None]:
        first = _follow(face, face.labels, face.raw, first_one, choices)
        if face.other is None:
            return first, None
        return first, _follow(face, face.other.labels, face.other.raw, second_one, choices)

    return series.with_shown(shown, parse_own(choices.own))


def _follow(
    face: FaceSeries, labels: tuple[str, ...], raw: RawSeries, read_by: ReadBy, choices: ShownChoices
) -> ShownColumns:
    """Return what is shown of one network's readings of a face."""
    values = np.concatenate([raw.probabilities, raw.affect], axis=1)
    tops, relative = np.zeros(len(face), np.int16), np.zeros(len(face), np.bool_)
    reasons = np.full(len(face), None, np.object_)
    changes = np.full_like(face.changes, np.nan)
    expected = expecting(values, read_by.priors, choices.prior)
    certainty = None if read_by.priors is None else read_by.priors.certainty(choices.prior)
    smoothers: dict[Baseline | None, FaceSmoother] = {}
    finder = AutoNeutral()
    is_whole = ~np.isnan(values[:, :-AFFECT]).any(axis=1)
    times_s: list[float] = face.times_s.tolist()
    for row, time_s in enumerate(times_s):
        if row and face.tracks[row] != face.tracks[row - 1]:
            smoothers.clear()
        face_reason = Reason.of(face.raw_reasons[row])
        if not is_whole[row]:
            tops[row], reasons[row] = _of_another_network(values[row], face_reason)
            smoothers.clear()
            continue
        baseline = baseline_at(choices.baselines, face.face_id, labels=labels, model=read_by.name, time_s=time_s)
        smoother = smoothers.setdefault(baseline, FaceSmoother())
        related = expected[row] if baseline is None else baseline.relate(values[row])
        step: Step = smoother.step(
            time_s, related, face_reason, choices.smoothing_s, choices.min_confidence, certainty
        )
        values[row], tops[row], reasons[row] = step
        relative[row] = baseline is not None
        if not changes.shape[1] or np.isnan(face.details[row, len(HEAD) :]).all():
            continue
        if baseline is not None and baseline.details is not None:
            changes[row] = changes_of(face.details[row], baseline.details)
        elif choices.auto_neutral:
            is_neutral = reasons[row] is None and labels[tops[row]] == NEUTRAL
            neutral = finder.step(time_s, is_neutral, face.details[row])
            changes[row] = np.nan if neutral is None else changes_of(face.details[row], neutral)
    return ShownColumns(values, tops, reasons, relative, changes)


def _of_another_network(values: npt.NDArray[np.float32], reason: Reason | None) -> tuple[int, Reason | None]:
    """Return what is named of a row that lacks some of the labels: another network read it, or none."""
    known = np.nan_to_num(values[:-AFFECT], nan=-1.0)
    return int(known.argmax()), reason or (Reason.LOW_CONFIDENCE if known.max() < 0 else None)
