"""Tables of other programs opened in Review: with their video, and without one."""

import math
from collections.abc import Callable
from pathlib import Path

from fake_review import FPS
from pytestqt.qtbot import QtBot
from review_pages import FRAMES, Make, go, wait_open

from mien.gui.review.review_page import ReviewPage
from mien.session.open_media import OpenMedia
from mien.timeline.panes import title_of


def write(path: Path, row: Callable[[int], str], names: str) -> Path:
    path.write_text("\n".join([names, *map(row, range(FRAMES))]) + "\n")
    return path


def openface(path: Path) -> Path:
    points = [f"{axis}_{at}" for axis in "xy" for at in range(68)]
    names = ", ".join(["frame", "timestamp", "confidence", "success", "AU12_r", *points])

    def row(at: int) -> str:
        strength = 2.5 + 2.5 * math.sin(at / 10)
        return ", ".join(map(str, [at + 1, at / FPS, 0.9, 1, strength, *range(20, 88), *range(10, 78)]))

    return write(path, row, names)


def libreface(path: Path) -> Path:
    names = "frame_idx,frame_time_in_ms,au_12_intensity,facial_expression"
    return write(path, lambda at: f"{at},{1000 * at / FPS},{at % 5},Happiness", names)


def subject_of(page: ReviewPage) -> OpenMedia:
    assert page.controller.subject is not None
    return page.controller.subject


def test_a_table_with_its_video_beside_it_is_opened_with_both(
    make: Make, video: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    page = make()
    table = openface(video.with_suffix(".csv"))
    page.open(str(table))
    wait_open(page, qtbot)
    assert subject_of(page).path == tmp_path / "none recorded" / "talk"
    assert page.read_by == ("OpenFace 2",)
    go(page, 1.0, qtbot)
    (reading,) = page.readings._readings
    assert (reading.label, reading.doubt, reading.emotion.is_known) == ("uncertain", "not read", False)
    assert reading.track.box.xyxy == (20.0, 10.0, 87.0, 77.0)
    titles = [title_of(each) for each in page.timeline_bar.menu._choices]
    assert "AU12 Lip corner puller" in titles
    page.controller.close()
    page.open(str(table))  # the session that was made is opened again
    wait_open(page, qtbot)
    assert [each.name for each in (tmp_path / "none recorded").iterdir()] == ["talk"]


def test_a_table_without_video_plays_on_an_empty_picture(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    page.open(str(libreface(tmp_path / "old.csv")))
    wait_open(page, qtbot)
    assert subject_of(page).video_file is None
    go(page, 2.0, qtbot)
    (reading,) = page.readings._readings
    assert (reading.label, reading.usable, reading.track.has_place) == ("happiness", True, False)
    assert math.isnan(reading.confidence)
    assert page.side.details.header.headline == "Happiness"
    assert page.controller.player.state.duration_s == FRAMES / FPS
    said: list[str] = []
    page.failed.connect(lambda error: said.append(str(error)))
    page.exports.write(tmp_path / "out.mp4")
    assert said == ["old: has no video; import its table again with mien import --video"]


def test_what_is_no_table_of_such_a_program_is_said(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make()
    said: list[str] = []
    page.failed.connect(lambda error: said.append(str(error)))
    page.open(str(write(tmp_path / "shopping.csv", lambda at: f"milk,{at}", "what,how many")))
    qtbot.waitUntil(lambda: bool(said))
    assert "none of its lines names columns of OpenFace" in said[0]
    assert page.controller.subject is None


def test_the_chosen_curves_are_exported(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page = make(window={"curves": ("au12", "bs_jawOpen")})
    page.open(str(libreface(tmp_path / "old.csv")))
    wait_open(page, qtbot)
    for name in ("out.curves.svg", "out.curves.png"):
        page.exports.write(tmp_path / name)
        qtbot.waitUntil(lambda: not page.exports.is_running, timeout=20000)
    assert "AU12 Lip corner puller" in (tmp_path / "out.curves.svg").read_text()
    assert (tmp_path / "out.curves.png").read_bytes().startswith(b"\x89PNG")
