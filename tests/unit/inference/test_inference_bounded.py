"""A child that never ends, swells, prints without end or dies is noticed, and what it said is kept."""

import sys
import time
from pathlib import Path

import pytest

from mien.inference.bounded import Limits, OutOfMemory, OutOfTime, run_bounded

WIDE = Limits(60.0, 2 * 1024**3)


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that runs what its argument says."""
    (tmp_path / "child_of_test.py").write_text("import os, sys\nexec(sys.argv[1])\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return "child_of_test"


def test_what_a_child_reads_and_says_arrives(module: str) -> None:
    program = "print(sys.stdin.read() + os.environ['MINE']); print('last', file=sys.stderr); sys.exit(3)"
    ended = run_bounded(module, [program], WIDE, b"given ", {"MINE": "here"})
    assert (ended.code, ended.stdout, ended.last_words()) == (3, "given here\n", "last")


def test_a_child_that_dies_without_a_word_is_named_by_its_code(module: str) -> None:
    ended = run_bounded(module, ["os._exit(7)"], WIDE, b"x" * 1_000_000)
    assert ended.last_words() == "its process ended with code 7"


def test_one_that_prints_without_end_is_ended_and_fills_no_memory(module: str) -> None:
    with pytest.raises(OutOfTime):
        run_bounded(module, ["while True: print('x' * 9999)"], Limits(1.5, 2 * 1024**3))


def test_one_that_sleeps_is_ended_too_but_later(module: str) -> None:
    started_s = time.monotonic()
    with pytest.raises(OutOfTime):
        run_bounded(module, ["import time; time.sleep(60)"], Limits(0.5, 2 * 1024**3))
    assert time.monotonic() - started_s >= 2.0


def test_one_that_swells_is_ended(module: str) -> None:
    with pytest.raises(OutOfMemory):
        run_bounded(module, ["a = []\nwhile True: a.append(b'x' * 10_000_000)"], Limits(60.0, 300_000_000))
