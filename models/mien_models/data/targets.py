"""What a face should be answered with: votes as a distribution and as a point of affect.

FER+ (Barsoum et al. 2016, arXiv:1608.01041) gave each FER2013 picture to ten people. The distribution of their
votes is a far better target than the one noisy FER2013 label.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LABELS: Final = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
"""Order of the network's logits, which is the order of FER+."""

FER2013_TO_LABEL: Final = np.array([4, 5, 6, 1, 3, 2, 0], dtype=np.int64)
"""Index into `LABELS` for each FER2013 class: angry, disgust, fear, happy, sad, surprise, neutral."""

AFFECT_OF_LABEL: Final = np.array(
    [
        (0.00, 0.00),  # neutral: the origin by definition
        (0.81, 0.51),  # happiness: "happy"
        (0.15, 0.67),  # surprise: arousal of "surprised"; its valence, 0.40, is of the word: see below
        (-0.63, -0.27),  # sadness: "sad"
        (-0.51, 0.59),  # anger: "angry"
        (-0.60, 0.35),  # disgust: "disgusted"
        (-0.64, 0.60),  # fear: "fearful"
        (-0.35, 0.20),  # contempt: our own estimate, there is no row for it
    ],
    dtype=np.float32,
)
"""(8, 2) float32, valence and arousal of each label.

Pleasure and arousal as rated by Russell & Mehrabian 1977 ("Evidence for a three-factor theory of emotions", J. of
Research in Personality 11, 273-294), on the plane that Russell 1980 arranged as the circumplex ("A circumplex
model of affect", J. of Personality and Social Psychology 39, 1161-1178). Two rows are ours: a surprised *face*
says little about pleasant or unpleasant, so the valence of surprise is pulled toward zero; contempt lies mildly on
the unpleasant, aroused side.
"""

OUTLIER_VOTES: Final = 1
"""A lone vote is taken for a slip and dropped, as the authors of FER+ do."""

VoteArray = NDArray[np.int16]


def vote_distribution(votes: VoteArray) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Turn FER+ votes into a distribution over `LABELS`.

    Lone votes are dropped; "unknown" and "not a face" are left out. A row is not usable when it has no votes (-1),
    when most people saw no face in it or could not tell, or when nothing remains.

    Args:
        votes: (N, 10) int16: the eight labels, then unknown, then NF (not a face); -1 where nobody voted.

    Returns:
        (N, 8) float32 rows that sum to 1 (0 where not usable), and (N,) bool: usable.
    """
    asked = votes[:, 0] >= 0
    counts = np.where(votes > OUTLIER_VOTES, votes, 0).astype(np.float32)
    expressions, undecided = counts[:, :8], counts[:, 8:].sum(axis=1)
    totals = expressions.sum(axis=1)
    usable = asked & (totals > 0) & (totals >= undecided)
    distribution = np.where(usable[:, None], expressions / np.maximum(totals, 1.0)[:, None], 0.0)
    return distribution.astype(np.float32), usable


def vote_plurality(votes: VoteArray) -> NDArray[np.int64]:
    """Return the label most people chose among the eight, for judging.

    Args:
        votes: (N, 10) int16 as in `vote_distribution`.

    Returns:
        (N,) int64 index into `LABELS`; -1 where two lead together or where nobody voted for any of the eight.
    """
    expressions = votes[:, :8]
    top = expressions.max(axis=1)
    unique = (expressions == top[:, None]).sum(axis=1) == 1
    return np.where(unique & (top > 0), expressions.argmax(axis=1), -1)


def affect_targets(votes: VoteArray) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the votes' expected position on the affect plane.

    Returns:
        (N, 2) float32 [valence, arousal] in [-1, 1], and (N,) bool: known.
    """
    distribution, usable = vote_distribution(votes)
    return distribution @ AFFECT_OF_LABEL, usable
