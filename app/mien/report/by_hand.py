"""What people labelled by hand, and how far the network agrees. numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.core.emotion import UNCERTAIN
from mien.core.face_series import FaceSeries
from mien.session.notes.annotations import HandLabel
from mien.session.notes.hand_labels import labels_at


@dataclass(frozen=True, slots=True)
class ByHand:
    """The labels by hand of one person, each reading weighted by how long it stands.

    Attributes:
        length_s: For how long there are both a reading and a label by hand.
        shares: Share of this time by label, the most frequent first. They sum to 1.
        compared_s: The part of this time in which the network names an expression and the label by hand is one of
            the network's.
        agreement: Share of ``compared_s`` in which both say the same, or None where there is none.
        kappa: Cohen's kappa over ``compared_s`` (Cohen 1960): agreement beyond what the shares of both would give
            by chance. None where there is nothing to compare, or where chance alone would always agree.
    """

    length_s: float
    shares: dict[str, float]
    compared_s: float
    agreement: float | None
    kappa: float | None


def by_hand_of(face: FaceSeries, labels: Sequence[HandLabel], weights_s: npt.NDArray[np.float64]) -> ByHand | None:
    """Return what was labelled by hand, or None where no reading that counts was.

    Args:
        face: N readings.
        labels: Of this person, in the order of time and without overlap.
        weights_s: (N,) for how long each reading counts.
    """
    if not labels:
        return None
    given = labels_at(labels, face.times_s)
    totals_s: dict[str, float] = {}
    for label in sorted({each.label for each in labels}):
        total_s = float(weights_s[given == label].sum())
        if total_s > 0:
            totals_s[label] = total_s
    length_s = sum(totals_s.values())
    if length_s <= 0:
        return None
    shares = {label: total_s / length_s for label, total_s in sorted(totals_s.items(), key=lambda item: -item[1])}
    names = np.array([*face.labels, UNCERTAIN], np.object_)
    is_known = np.fromiter((label in face.labels for label in given), np.bool_, len(given))
    compared = face.usable & is_known
    agreement, kappa = _agreement(given[compared], names[face.codes()][compared], weights_s[compared])
    return ByHand(length_s, shares, float(weights_s[compared].sum()), agreement, kappa)


def _agreement(
    given: npt.NDArray[np.object_], read: npt.NDArray[np.object_], weights_s: npt.NDArray[np.float64]
) -> tuple[float | None, float | None]:
    total_s = float(weights_s.sum())
    if total_s <= 0:
        return None, None
    observed = float(weights_s[given == read].sum()) / total_s
    chance = sum(
        float(weights_s[given == label].sum()) * float(weights_s[read == label].sum()) for label in set(given)
    )
    expected = chance / total_s**2
    return observed, None if expected >= 1.0 - 1e-12 else (observed - expected) / (1.0 - expected)
