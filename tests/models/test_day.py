"""A day's training: its bundle, its plan, and a whole day of a handful of steps."""

import io
import json
import tarfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mien.core.emotion import EXPRESSIONS  # noqa: E402
from mien.errors import AppError  # noqa: E402
from mien_models.data import DataError, LabelledFaces, open_faces  # noqa: E402
from mien_models.data.aligned import STORED_PX  # noqa: E402
from mien_models.data.faces import Split, one_hot  # noqa: E402
from mien_models.data.packed import load_packed, pixels_of, save_packed  # noqa: E402
from mien_models.data.pictures import ArrayPictures  # noqa: E402
from mien_models.day import parts as day_parts  # noqa: E402
from mien_models.day.bundle import bundle, unpack  # noqa: E402
from mien_models.day.handback import halved, hand_back  # noqa: E402
from mien_models.day.parts import Day, run_part, written  # noqa: E402
from mien_models.day.plan import Part, ends, plan  # noqa: E402
from mien_models.day.run import DONE, LOG, Options, run_day  # noqa: E402

TEACHER = """
name = "teacher"
architecture = "mien-net"
no_faces = 2
ask_own_at = []
[network]
stem_width = 8
widths = [8, 8]
depths = [1, 1]
strides = [2, 2]
"""
STUDENT = """
name = "NAME"
architecture = "mobilenet"
no_faces = 2
ask_own_at = []
[network]
side_px = 32
blocks = 1
fer2013_count = 7
"""


def smooth(count: int, side: int, seed: int) -> np.ndarray:
    """Pictures that compress as faces do."""
    chance = np.random.default_rng(seed)
    small = chance.integers(0, 256, (count, 6, 6), dtype=np.uint8)
    return np.stack([cv2.resize(face, (side, side), interpolation=cv2.INTER_CUBIC) for face in small])


def packed(path: Path, count: int = 48) -> LabelledFaces:
    label = np.arange(count) % 8
    votes = 0.75 * one_hot(label, 8) + 0.25 * one_hot((label + 1) % 8, 8)
    affect = np.full((count, 2), np.nan, np.float32)
    affect[::2] = (0.5, -0.25)
    faces = LabelledFaces(
        path.stem,
        ArrayPictures(smooth(count, STORED_PX, 1)),
        label,
        affect,
        np.where(np.arange(count) % 4 == 3, Split.VAL, Split.TRAIN).astype(np.int8),
        targets=votes.astype(np.float32),
    )
    save_packed(faces, path)
    return faces


def archive(path: Path, count: int = 300) -> None:
    label = np.arange(count) % 7
    votes = np.zeros((count, 10), np.int16)
    votes[np.arange(count), label] = 8
    np.savez(
        path,
        pixels=smooth(count, 48, 2),
        split=(np.arange(count) % 5 == 4).astype(np.int8),
        fer2013_label=label,
        ferplus_votes=votes,
        label_ambiguous=np.zeros(count, np.bool_),
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A bundle of two sets."""
    packed(tmp_path / "web.npz")
    archive(tmp_path / "fer2013plus.npz")
    bundle([tmp_path / "web.npz", tmp_path / "fer2013plus.npz"], tmp_path / "small.bundle", 1.0)
    return tmp_path / "small.bundle"


def test_a_bundle_brings_back_faces_and_all_that_is_known_of_them(small: Path, tmp_path: Path) -> None:
    assert sorted(unpack(small, tmp_path / "data")) == ["fer2013plus", "web"]
    before, after = (load_packed(path) for path in (tmp_path / "web.npz", tmp_path / "data" / "web.npz"))
    off = np.abs(pixels_of(before).astype(int) - pixels_of(after))
    assert off.mean() < 6
    assert np.abs(before.soft_targets() - after.soft_targets()).max() < 0.01
    assert (before.split == after.split).all()
    assert np.array_equal(before.affect, after.affect, equal_nan=True)
    fer = open_faces(tmp_path / "data" / "fer2013plus.npz")
    original = open_faces(tmp_path / "fer2013plus.npz")
    assert (fer.expression == original.expression).all()
    assert (fer.split == original.split).all()
    assert np.abs(pixels_of(fer).astype(int) - pixels_of(original)).mean() < 6
    assert (load_packed(tmp_path / "data" / "fer.npz").split == Split.TRAIN).sum() > 200


def test_a_bundle_is_as_small_as_it_is_told_or_says_that_it_cannot(small: Path, tmp_path: Path) -> None:
    files = [tmp_path / "web.npz", tmp_path / "fer2013plus.npz"]
    room_mb = 0.75 * small.stat().st_size / 1e6
    with pytest.raises(DataError, match="--at-most FACES"):
        bundle(files, tmp_path / "b.bundle", 0.01)
    assert not list(tmp_path.glob("b.bundle*"))
    lines = bundle(files, tmp_path / "c.bundle", 1.0, at_most=20)
    assert (tmp_path / "c.bundle").stat().st_size / 1e6 < room_mb
    assert lines[0] == "web: 32 faces of 112 px"


@pytest.mark.parametrize(
    "change",
    [
        lambda index: index["sets"]["web"].update(faces=10**9),
        lambda index: index["sets"]["web"].update(faces=47),
        lambda index: index["sets"]["web"].update(side_px=4000),
        lambda index: index["sets"].update({"../web": index["sets"]["web"]}),
        lambda index: index.update(format=9),
        lambda index: index.update(sets=3),
    ],
)
def test_a_bundle_that_lies_is_refused_in_one_line(
    small: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    with zipfile.ZipFile(small) as content:
        entries = {name: content.read(name) for name in content.namelist()}
    index = json.loads(entries["bundle.json"])
    change(index)
    with zipfile.ZipFile(tmp_path / "lies.bundle", "w") as content:
        for name, data in (entries | {"bundle.json": json.dumps(index).encode()}).items():
            content.writestr(name, data)
    with pytest.raises(DataError) as caught:
        unpack(tmp_path / "lies.bundle", tmp_path / "out")
    assert "\n" not in str(caught.value)


def test_parts_share_the_time_and_what_is_done_leaves_its_own_to_the_others() -> None:
    parts = plan(("cnn-b", "cnn-c"))
    assert sum(part.share for part in parts) == pytest.approx(1.0)
    when = ends(parts, 100.0)
    assert list(when) == [part.name for part in parts]
    assert when["unpack"] == pytest.approx(6)
    assert when["published-cnn-b"] == when["published-cnn-c"] == pytest.approx(100)
    later = ends(parts, 100.0, {"unpack", "teacher", "ask"})
    assert later["mien-m"] == pytest.approx(100 * 0.18 / 0.53)
    assert later["published-cnn-c"] == pytest.approx(100)


class Ended:
    """A part that ran while it was started."""

    def __init__(self, code: int | None) -> None:
        self.code = code

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.code = -15

    def kill(self) -> None:
        self.code = -9


def test_a_part_that_fails_or_is_late_stops_none_but_those_that_need_it(tmp_path: Path) -> None:
    started = []

    def start(name: str, until_s: float) -> Ended:
        started.append(name)
        folder = tmp_path / "out" / name
        if name == "teacher":
            (folder / LOG).write_text("INFO begun\nError: out of memory\n", encoding="utf-8")
            return Ended(1)
        if name == "mien-m":
            return Ended(None)
        written(folder / DONE, {"held_out_loss": 1.0})
        return Ended(0)

    options = Options(Day(tmp_path / "none", tmp_path / "out"), 3.0, architectures=("cnn-b", "cnn-c"))
    report = run_day(options, start)
    states = {name: part["state"] for name, part in report["parts"].items()}
    assert states == {
        "unpack": "done",
        "teacher": "failed",
        "ask": "not begun",
        "mien-m": "late",
        "mien-s": "done",
        "published-cnn-b": "done",
        "published-cnn-c": "done",
    }
    assert report["parts"]["teacher"]["reason"] == "Error: out of memory"
    assert report["parts"]["ask"]["reason"] == "needs teacher"
    assert report["parts"]["mien-s"]["figures"] == {"held_out_loss": 1.0}
    before = len(started)
    run_day(replace(options, seconds=1.0), start)
    assert started[before:] == ["teacher", "mien-m"]


def test_pieces_join_to_an_archive_with_the_most_important_first(tmp_path: Path) -> None:
    torch.save({"model": {"weight": torch.linspace(0, 1, 5000)}, "labels": ["a"]}, tmp_path / "net.pt")
    files = [("report.json", b"{}"), ("mien-m/net.pt", halved(tmp_path / "net.pt")), ("teacher", bytes(200_000))]
    left_out = hand_back(files, tmp_path / "back", 0.008, 0.1)
    assert left_out == ["teacher"]
    pieces = sorted((tmp_path / "back").iterdir())
    assert len(pieces) > 1
    assert all(piece.stat().st_size <= 8000 for piece in pieces)
    whole = io.BytesIO(b"".join(piece.read_bytes() for piece in pieces))
    with tarfile.open(fileobj=whole) as content:
        assert content.getnames() == ["report.json", "mien-m/net.pt"]
        file = content.extractfile("mien-m/net.pt")
        assert file is not None
        again = torch.load(io.BytesIO(file.read()), weights_only=True)
    assert again["model"]["weight"].dtype == torch.float16
    assert again["labels"] == ["a"]


def test_a_whole_day_of_a_handful_of_steps(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configs = tmp_path / "configs"
    configs.mkdir()
    sets = '[sets.{}]\nfile = "x"\nper_step = 6\nsmoothing = 0.05\n'
    (configs / "teacher.toml").write_text(TEACHER + sets.format("web") + "rated = 1.0\n" + sets.format("fer"))
    taught = "teacher_share = 0.5\nteacher_affect = 0.4\n"
    for name in ("mien-m", "mien-s"):
        whole = STUDENT.replace("NAME", name) + sets.format("web") + taught + sets.format("missing")
        (configs / f"{name}.toml").write_text(whole)
    monkeypatch.setattr(day_parts, "CONFIGS", configs)
    out = tmp_path / "day"

    def start(name: str, until_s: float) -> Ended:
        try:
            soon = min(until_s, time.time() + 3.0)
            figures = run_part(name, Day(small, out, "cpu", faces_a_step=12, threads=1), soon)
        except AppError as error:
            (out / name / LOG).write_text(f"Error: {error}", encoding="utf-8")
            return Ended(1)
        written(out / name / DONE, figures)
        return Ended(0)

    report = run_day(Options(Day(small, out), 900.0, architectures=()), start)
    assert {part["state"] for part in report["parts"].values()} == {"done"}, report
    said = np.load(out / "ask" / "teacher-web.npy")
    assert said.shape == (48, len(EXPRESSIONS) + 2)
    assert said[:, :8].sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    figures = report["parts"]["mien-m"]["figures"]
    assert figures["taught"] == ["web"]
    assert figures["steps"] > 0
    assert {"held_out_loss", "images_a_second", "web_recall"} <= figures.keys()
    with tarfile.open(fileobj=io.BytesIO((out / "handback" / "handback.tar.00").read_bytes())) as content:
        names = content.getnames()
    assert names[0] == "report.json"
    assert "mien-m/history.csv" in names
    assert any(name.startswith("teacher/average-") for name in names)


def test_architectures_of_a_group_share_their_time(tmp_path: Path) -> None:
    given: dict[str, float] = {}

    def start(name: str, until_s: float) -> Ended:
        given[name] = until_s - time.time()
        written(tmp_path / name / DONE, {})
        return Ended(0)

    names = ("cnn-a", "cnn-b", "cnn-c", "vit-base")
    run_day(Options(Day(tmp_path / "none", tmp_path), 100.0, 2, names), start)
    first, *_, last = (given[f"published-{name}"] for name in names)
    assert given["unpack"] == pytest.approx(49, abs=2)  # without it nothing begins: it may be late
    assert given["teacher"] == pytest.approx(98 * 0.36 / 0.94, abs=2)
    assert first == pytest.approx(49, abs=2)
    assert last == pytest.approx(98, abs=3)
    assert isinstance(plan(names)[-1], Part)
