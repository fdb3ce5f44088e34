"""Training the points of a sweep, several at once; what is finished is not trained again."""

import csv
import io
import json
import logging
import statistics
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from mien.errors import AppError
from mien_models.data import DataError
from mien_models.sweep.grid import Point
from mien_models.sweep.halving import Halving
from mien_models.sweep.plot import plot_sweep
from mien_models.training.course import Course
from mien_models.training.run import BEST, RESULT, Augment, Training, train
from mien_models.training.trainer import LAST

log = logging.getLogger(__name__)

FIGURES: Final = ("train_loss", "train_accuracy", "held_out_loss", "held_out_accuracy", "held_out_macro_f1")
COLUMNS: Final = (
    "architecture",
    "stages",
    "kernels",
    "dense_layers",
    "neurons",
    "rate",
    "batch",
    "augment",
    "parameters",
    *FIGURES,
    "accuracy_sd",
    "seeds",
    "rung",
    "passes",
    "minutes",
)
ALWAYS_SHOWN: Final = ("stages", "kernels", "dense_layers", "neurons", "parameters", *FIGURES, "passes", "minutes")

Row = dict[str, Any]
Result = dict[str, Any]


def sweep(
    points: Sequence[Point], base: Training, halving: Halving | None = None, executor: Executor | None = None
) -> list[Row]:
    """Train the points and return the table's rows: those that went furthest first, then the least held-out loss.

    Args:
        points: What to train.
        base: How; its order's options and its folder are those of the whole sweep. Each run has a folder of its
            own in there. The table and the picture are written anew after each rung.
        halving: How points are chosen among; None trains all of them to their end.
        executor: Where runs are trained, several at once; None trains one after the other, here.

    Raises:
        DataError: None of the points could be trained.
    """
    halving = halving or Halving()
    by_name = {point.name: point for point in points}
    alive: Sequence[str] = list(by_name)
    rows: dict[str, Row] = {}
    for rung, course in enumerate(halving.courses(base.course), start=1):
        seeds = range(halving.seeds if rung == halving.rungs else 1)
        log.info("rung %d of %d: %d points, %d runs", rung, halving.rungs, len(alive), len(alive) * len(seeds))
        jobs = [
            (name, _run_of(by_name[name], base, course, rung if halving.rungs > 1 else 0, seed))
            for name in alive
            for seed in seeds
        ]
        results = _all(trained, [job for _, job in jobs], executor)
        for name in alive:
            own = [result for (other, _), result in zip(jobs, results, strict=True) if other == name]
            if failed := [result["error"] for result in own if "error" in result]:
                log.warning("%s: left out (%s)", name, failed[0])
                rows.pop(name, None)
                continue
            rows[name] = _row(by_name[name], base, own, rung)
        if not rows:
            raise DataError(f"no point of the sweep could be trained: {results[0]['error']}")
        _write(list(rows.values()), base.out)
        current = {name: rows[name]["held_out_loss"] for name in alive if name in rows}
        alive = halving.survivors(current)
    return sorted(rows.values(), key=lambda row: (-int(row["rung"]), float(row["held_out_loss"])))


def _run_of(point: Point, base: Training, course: Course, rung: int, seed: int) -> Training:
    """Return one run of a point."""
    out = base.out / point.name
    out = out / f"rung-{rung}" if rung else out
    out = out.with_name(f"{out.name}-seed-{seed}") if seed else out
    order = replace(
        base.order,
        architecture_id=point.architecture or base.order.architecture_id,
        options={**base.order.options, **point.options()},
        seed=base.order.seed + seed,
    )
    return replace(
        base,
        order=order,
        out=out,
        course=replace(course, seed=course.seed + seed, rate=point.rate or course.rate),
        batch_size=point.batch or base.batch_size,
        augment=cast("Augment", point.augment or base.augment),
    )


def trained(run: Training) -> Result:
    """Return what a run came to; one that cannot be trained says why under "error"."""
    kept = run.out / RESULT
    if kept.is_file():
        result: Result = json.loads(kept.read_text(encoding="utf-8"))
        return result
    try:
        result = train(run)
    except AppError as error:
        return {"error": str(error)}
    for leftover in (LAST, BEST):  # three times the network; a finished run needs neither
        (run.out / leftover).unlink(missing_ok=True)
    return result


def _all(work: Callable[[Training], Result], jobs: Sequence[Training], executor: Executor | None) -> list[Result]:
    if executor is None:
        return [work(job) for job in jobs]
    return [future.result() for future in [executor.submit(work, job) for job in jobs]]


def _row(point: Point, base: Training, results: Sequence[Result], rung: int) -> Row:
    """Return the means over seeds, and the standard deviation of the held-out accuracy."""
    best = {
        key: statistics.fmean(result["best"][key] for result in results)
        for key in FIGURES
        if all(key in result["best"] for result in results)
    }
    accuracies = [result["best"]["held_out_accuracy"] for result in results]
    return {
        **point.options(),
        **best,
        "architecture": point.architecture or base.order.architecture_id,
        "rate": point.rate or base.course.rate,
        "batch": point.batch or base.batch_size,
        "augment": point.augment or base.augment,
        "parameters": results[0]["parameters"],
        "accuracy_sd": statistics.stdev(accuracies) if len(accuracies) > 1 else None,
        "seeds": len(results),
        "rung": rung,
        "passes": results[0]["passes"],
        "minutes": sum(result["minutes"] for result in results),
    }


def _write(rows: Sequence[Row], folder: Path) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    part = folder / "sweep.csv.part"
    part.write_text(text.getvalue(), encoding="utf-8")
    part.replace(folder / "sweep.csv")
    plot_sweep(rows, folder / "sweep.png")


def as_markdown(rows: Sequence[Row]) -> str:
    """Return the table, which reads well in a terminal too; a column that is the same for all is left out."""
    columns = [name for name in COLUMNS if name in ALWAYS_SHOWN or len({str(row.get(name)) for row in rows}) > 1]
    table = [
        [name.replace("_", " ") for name in columns],
        *([_cell(row.get(name)) for name in columns] for row in rows),
    ]
    widths = [max(len(line[column]) for line in table) for column in range(len(columns))]
    lines = [" | ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)) for line in table]
    rule = " | ".join("-" * (width - 1) + ":" for width in widths)
    return "\n".join(f"| {line} |" for line in [lines[0], rule, *lines[1:]])


def _cell(value: float | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}" if value < 0.01 else f"{value:.3f}"
