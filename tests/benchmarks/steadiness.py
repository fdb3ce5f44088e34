"""Prints how much what is shown trembles while a face holds still, and how late it is after a change, by filter.

    python tests/benchmarks/steadiness.py VIDEO...

Each video is read once; what is faster than a third of a second in its raw readings is taken as trembling. That is
laid on a face that holds its expression, and each filter is asked how much of it is left (standard deviation). How
late it is: the time until 63 % and 90 % of a change from neutral to happiness are through, and 90 % of one a
quarter as large, without trembling.

Filters: the exponential one of the program at several time constants; the One-Euro filter (Casiez et al. 2012); an
exponential one whose time constant gets shorter while the readings stay away from what is shown.
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mien import analyse

Series = npt.NDArray[np.float64]
Filter = Callable[[Series, Series], Series]
"""(N,) times and (N, 3) happiness, valence, arousal to (N, 3)."""

COLUMNS = ("raw_p_happiness", "raw_valence", "raw_arousal")
SLOW_S = 0.35
AT_REST, SMILING = np.array([0.1, 0.0, -0.1]), np.array([0.8, 0.6, 0.2])
SECONDS, CHANGE_S = 6.0, 3.0


def exponential(tau_s: float) -> Filter:
    """The program's filter."""

    def run(times: Series, values: Series) -> Series:
        shown = values.copy()
        for at in range(1, len(values)):
            share = 1 - math.exp(-(times[at] - times[at - 1]) / tau_s)
            shown[at] = shown[at - 1] + share * (values[at] - shown[at - 1])
        return shown

    return run


def one_euro(cut_off_hz: float, beta: float) -> Filter:
    """Return a filter whose cut-off rises with the speed of the readings."""

    def run(times: Series, values: Series) -> Series:
        shown, speed = values.copy(), np.zeros_like(values[0])
        for at in range(1, len(values)):
            elapsed_s = times[at] - times[at - 1]
            speed += (1 - math.exp(-elapsed_s * 2 * math.pi)) * ((values[at] - values[at - 1]) / elapsed_s - speed)
            hz = cut_off_hz + beta * float(np.abs(speed).max())
            shown[at] = shown[at - 1] + (1 - math.exp(-elapsed_s * 2 * math.pi * hz)) * (
                values[at] - shown[at - 1]
            )
        return shown

    return run


def following(tau_s: float, gain: float) -> Filter:
    """Return a filter that hurries while the mean distance of the last tenth of a second is large."""

    def run(times: Series, values: Series) -> Series:
        shown, away = values.copy(), np.zeros_like(values[0])
        for at in range(1, len(values)):
            elapsed_s, distance = times[at] - times[at - 1], values[at] - shown[at - 1]
            away += (1 - math.exp(-elapsed_s / 0.1)) * (distance - away)
            tau = tau_s / (1 + (gain * float(np.abs(away).max())) ** 2)
            shown[at] = shown[at - 1] + (1 - math.exp(-elapsed_s / tau)) * distance
        return shown

    return run


def trembling(path: Path) -> tuple[float, Series]:
    """Return the seconds between two frames of a video, and the (N, 3) fast part of its face's raw readings."""
    table = analyse(path).to_arrow()
    face = table["face_id"].to_numpy() == 1
    columns = [table[name].to_numpy().astype(np.float64)[face] for name in ("time_s", *COLUMNS)]
    times, values = columns[0], np.stack(columns[1:], axis=1)
    known = np.isfinite(values).all(axis=1)
    values, times = values[known], times[known]
    weight = np.exp(-0.5 * ((times[:, None] - times) / SLOW_S) ** 2)
    return float(np.diff(times).mean()), values - weight / weight.sum(axis=1, keepdims=True) @ values


def judge(run: Filter, found: list[tuple[float, Series]]) -> list[float]:
    """Return what is left of the trembling (happiness, valence, arousal), and the three delays in seconds."""
    left, late = [], []
    for step_s, noise in found:
        times = np.arange(round(SECONDS / step_s)) * step_s
        there_and_back = np.concatenate([noise, noise[::-1]])
        noise = np.tile(there_and_back, (len(times) // len(there_and_back) + 1, 1))[: len(times)]
        left.append(run(times, AT_REST + noise)[round(1 / step_s) :].std(axis=0))
        delays = []
        for size, share in ((1.0, 0.63), (1.0, 0.9), (0.25, 0.9)):
            change = size * (SMILING - AT_REST)
            shown = run(times, np.where(times[:, None] >= CHANGE_S, AT_REST + change, AT_REST))
            through = (shown[:, 1] - AT_REST[1]) / change[1] >= share
            delays.append(times[through.argmax()] - CHANGE_S if through.any() else math.inf)
        late.append(delays)
    return [*np.mean(left, axis=0).tolist(), *np.mean(late, axis=0).tolist()]


def main() -> None:
    """Print the table."""
    found = [trembling(Path(name)) for name in sys.argv[1:]]
    assert found, "name at least one video of one face"
    filters = [(f"exponential, {tau} s", exponential(tau)) for tau in (0.01, 0.1, 0.2, 0.3, 0.5, 1.0)]
    filters += [(f"One-Euro, {hz} Hz, {beta}", one_euro(hz, beta)) for hz in (0.3, 0.5) for beta in (0.2, 0.5, 1)]
    filters += [
        (f"following, {tau} s, {gain}", following(tau, gain)) for tau in (0.3, 0.5, 0.8) for gain in (2, 4)
    ]
    print("| filter | happiness | valence | arousal | 63 % after | 90 % | of a small change |")
    print("| --- | --: | --: | --: | --: | --: | --: |")
    for name, run in filters:
        left = judge(run, found)
        print(
            f"| {name} | {left[0]:.3f} | {left[1]:.3f} | {left[2]:.3f} | "
            + " | ".join(f"{s:.2f} s" for s in left[3:])
            + " |"
        )


if __name__ == "__main__":
    main()
