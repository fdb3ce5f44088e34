"""Ordinary mistakes in a script: one line that names the thing and the remedy, and nothing left behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mien
from mien import AppError, Session, analyse, annotate, read
from mien.cli import run

ANY: Any = None


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: analyse("missing.mp4"), r"missing\.mp4: "),
        (lambda: analyse(""), "No input was named"),
        (lambda: analyse(ANY), "source: expected a path or a name as text, got None"),
        (lambda: analyse(0), 'a camera is "camera:0"'),  # type: ignore[arg-type]
        (lambda: analyse(["a.mp4"]), "source: expected a path"),  # type: ignore[arg-type]
        (lambda: analyse("clip.mp4", model="nobody"), "nobody: no such network"),
        (lambda: analyse("synthetic", seconds=-1), "seconds: expected a time beyond 0"),
        (lambda: analyse("synthetic", seconds="2"), "seconds: expected a time beyond 0"),  # type: ignore[arg-type]
        (lambda: analyse("synthetic", start=float("nan")), "start: expected seconds from 0 on"),
        (lambda: analyse("synthetic", track=0), "track: expected a whole number from 1 on"),
        (lambda: analyse("synthetic", rotate=45), 'rotate: expected 0, 90, 180, 270 or "auto"'),
        (lambda: analyse("synthetic", smoothing=1), "did you mean smoothing_s"),  # type: ignore[call-arg]
        (lambda: analyse("synthetic", progress=3), "progress: expected a function"),  # type: ignore[arg-type]
        (lambda: analyse("synthetic", stop=True), r"stop: expected a threading\.Event"),  # type: ignore[arg-type]
        (lambda: analyse("camera", seconds=1), "only with consent"),
        (lambda: annotate("synthetic", readings="x.doc"), r'x\.doc: the ending "\.doc"'),
        (lambda: annotate("synthetic", video=3), "video: expected a path"),  # type: ignore[arg-type]
        (lambda: annotate("synthetic", readings="no/x.csv"), "does not exist; create it"),
        (lambda: annotate("synthetic", jobs=-1), "jobs: expected a number of files"),
        (lambda: read("missing.mp4"), r"missing\.mp4: "),
        (lambda: Session("missing"), "missing: no such folder"),
        (lambda: Session("."), r"session\.json"),
        (lambda: Session(3), "folder: expected a path"),  # type: ignore[arg-type]
    ],
)
def test_a_mistake_is_an_error_of_one_line(
    call: Callable[[], object], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AppError, match=told) as caught:
        call()
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_results_are_of_their_with_block() -> None:
    with read("synthetic:64x48@10x3") as results:
        pass
    with pytest.raises(AppError, match="these results are closed"):
        iter(results)


def test_a_column_that_is_not_there_is_named() -> None:
    readings = analyse("synthetic:64x48@10x3")
    assert readings["time_s"].tolist() == pytest.approx([0.0, 0.1, 0.2])
    assert readings["usable"].tolist() == [False] * 3
    with pytest.raises(AppError, match="lable: no such column; did you mean label"):
        readings["lable"]
    with pytest.raises(AppError, match="xyzzy: no such column; there are frame, time_s"):
        readings["xyzzy"]


def test_the_package_offers_what_it_says() -> None:
    assert (
        {"AppError", "Session", "analyse", "annotate", "read", "__version__"}
        <= set(mien.__all__)
        == set(dir(mien))
    )
    assert all(getattr(mien, name) is not None for name in mien.__all__)
    assert mien.__version__.count(".") == 2


def test_a_session_is_read_as_mien_convert_writes_it(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["annotate", str(clip), "--session", "-o", "made", "--quiet"]) == 0
    assert run(["convert", "made", "-o", "one.csv"]) == 0
    with Session("made") as session:
        readings = session.readings
        readings.save("two.csv")
        session.convert("three.csv")
        assert session.video is not None
        assert session.document.state == "complete"
        assert (session.markers, dict(session.persons)) == ((), {})
        assert (readings.summary.frames, readings.summary.faces, len(readings)) == (12, 1, 12)
        assert readings.summary.uncertain + readings.summary.certain == 12
    assert Path("one.csv").read_text() == Path("two.csv").read_text() == Path("three.csv").read_text()
    assert {"person", "excluded"} < set(readings.columns)
    for ask in (lambda: session.readings, lambda: session.video, lambda: session.convert("four.csv")):
        with pytest.raises(AppError, match="this session is closed; open it again"):
            ask()
    assert "closed" in repr(session)
