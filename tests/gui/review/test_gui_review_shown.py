"""Choices of how readings are shown reach all that Review shows and writes, and no picture is read for them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fake_review import FPS, FakeBuild
from pytestqt.qtbot import QtBot
from review_pages import FRAMES, Make, go, open_and_read

from mien.gui.review.review_page import ReviewPage
from mien.timeline.quantities import Quantity

CALM: dict[str, object] = {"smoothing_s": 1.5, "min_confidence": 0.6}
HAPPINESS = Quantity("probability", "happiness")
JUST_SAD_S = 27 / FPS
"""Two frames after happiness ends: smoothed enough, the face still reads as happy."""


@dataclass(frozen=True)
class Seen:
    """What Review shows and writes.

    Attributes:
        tag: The label that is painted at ``JUST_SAD_S``.
        lane: The labels of the first person's lane.
        curve: The same person's happiness, a value a frame.
        csv: The exported table.
        html: The exported summary's figures.
    """

    tag: str
    lane: tuple[int, ...]
    curve: tuple[float, ...]
    csv: str
    html: str


def seen(page: ReviewPage, folder: Path, qtbot: QtBot) -> Seen:
    folder.mkdir()
    for name in ("out.csv", "out.html"):
        with qtbot.waitSignal(page.notified):
            page.exports.write(folder / name)
    recall = page.controller.recall
    assert recall is not None
    lane = page.controller.lanes.lanes[0]
    edges = np.arange(FRAMES + 1) / FPS
    html = (folder / "out.html").read_text()
    return Seen(
        recall.at(JUST_SAD_S)[0].label,
        tuple(lane.labels(edges).tolist()),
        tuple(lane.curve(HAPPINESS, edges).values.tolist()),
        (folder / "out.csv").read_text(),
        html[html.index("<body") :],
    )


def test_smoothing_changes_all_that_is_shown_and_written_and_reads_no_picture(
    make: Make, video: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    build = FakeBuild(shows=True)
    page = make(build, shown={"smoothing_s": 0.0})
    open_and_read(page, video, qtbot)
    go(page, JUST_SAD_S, qtbot)
    before = seen(page, tmp_path / "before", qtbot)
    assert build.frames_read == FRAMES
    with qtbot.waitSignal(page.controller.readings_changed):
        page.choices.change(shown=CALM)
    after = seen(page, tmp_path / "after", qtbot)
    assert (build.built, build.frames_read) == (1, FRAMES)
    assert page.choices.settings.shown.smoothing_s == CALM["smoothing_s"]

    other = make(FakeBuild(shows=True), kept=tmp_path / "other analyses", shown=CALM)
    open_and_read(other, video, qtbot)
    assert after == seen(other, tmp_path / "fresh", qtbot)
    for name in ("tag", "lane", "curve", "csv", "html"):
        assert getattr(after, name) != getattr(before, name), name


def test_the_way_of_valence_and_arousal_is_that_of_what_is_shown_now(
    make: Make, video: Path, qtbot: QtBot
) -> None:
    page, fresh = (make(FakeBuild(shows=True), shown=shown) for shown in ({"smoothing_s": 0.0}, CALM))
    ways = []
    for each in (page, fresh):
        open_and_read(each, video, qtbot)
        go(each, JUST_SAD_S, qtbot)
        circle = each.side.details.circumplex
        qtbot.waitUntil(lambda circle=circle: len(circle.trail) > 5)
        ways.append(circle.trail)
    assert ways[0] != ways[1]
    page.choices.change(shown=CALM)
    qtbot.waitUntil(lambda: page.side.details.circumplex.trail[-1] == ways[1][-1])
    assert page.side.details.circumplex.trail == ways[1]
