"""Every command and every block of Python that the README and the documentation print, run as printed."""

import shlex
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest

from mien.cli import cli, run
from mien.settings import Settings
from tests.clips import write_portrait, write_short_clip
from tests.printed import Block, blocks, commands, inline_commands
from tests.system import test_system_outlet_clients, test_system_readings_doc
from tests.unit.api import test_api_docs

NOT_RUN = {
    "git clone <this repository> mien && cd mien": "takes an address that only the reader knows",
    "./run": "sets up the whole checkout; continuous integration does it on each system",
    "./run --help": "as ./run",
    "./test": "is what runs this test",
    "./test tests/unit/core": "as ./test",
    'pip install "mien[dask]"': "installs from a package index",
    "dask scheduler --host 10.0.0.1": "another program; tests/unit/batch has a cluster",
    "dask worker tcp://10.0.0.1:8786 --nthreads 1 --nworkers 8": "as the scheduler",
    "mien annotate /data/recordings -r -o /data/annotated --scheduler tcp://10.0.0.1:8786": "as the scheduler",
    "mien annotate camera --no-video --websocket": "has no end, and needs a camera; see tests/system",
    "mien annotate camera --websocket-port 9000 --virtual-camera-device /dev/video7": "needs both cameras",
    "mien annotate clip.mp4 --hardware any": "needs an encoder in hardware",
    "mien export model.h5 -o model.onnx": "needs Keras and a checkpoint of the reader's; tests/export makes both",
    "mien export model.h5 -o mine.onnx": "needs Keras and a checkpoint of the reader's; tests/export makes both",
    "mien export model.pth -o mine.onnx --spec mine.toml": "needs a checkpoint; tests/export makes it",
    "mien judge other.onnx my-faces -o report.html": "needs a network of the reader's; tests/models has one",
    "mien judge pyfeat.csv my-faces -o report.json": "needs a table of another program; tests/models has one",
    "mien judge cnn-b.onnx faces": "needs a network of the reader's; tests/models has one",
    "python -m mien_models train --architecture cnn-b --classes 7 --data faces --split 80/10/10 --augment "
    "geometric --balance weights --epochs 60 --patience 8 --out runs/cnn-b": "hours; tests/models runs few steps",
    "python -m mien_export runs/cnn-b/best.keras -o cnn-b.onnx --name cnn-b": "as the training before it",
    "python -m mien_export published.h5 --architecture cnn-b -o cnn-b.onnx --overwrite": "as the training",
    "python -m mien_models profile --architecture cnn-b --data ../shared/data/fer2013plus.npz --augment "
    "geometric --out runs/profile": "as scripts/comparison; tests/models profiles made-up faces",
    "python -m mien_models bundle runs/packed/{rafdb,expw,ratedweb,film,diffusionfer,muxspace}.npz "
    "../shared/data/fer2013plus.npz --at-most 24000 --out day.bundle": "as scripts/comparison; see tests/models",
    "scripts/day day.bundle OUT 540": "as scripts/comparison; tests/models runs a day of seconds",
    "python -m mien_models sweep --architecture cnn-c,cnn-c-inception --stages 2-5 --kernels 64,128,256 "
    "--dense-layers 1,2 --neurons 256,512 --augments none,geometric --points 60 --rungs 3 --seeds 3 --epochs 30 "
    "--at-once 4 --data ../shared/data --out runs/search": "as scripts/comparison",
    "scripts/comparison ../shared/data": "needs data that is not in the repository, and hours",
    "python -m mien_models sweep --stages 2-5 --kernels 8,16 --dense-layers 1 --neurons 64 --data ../shared/data "
    "--out runs/sweep --epochs 3 --batch 32 --judge-at-most 500 --threads 1": "as scripts/comparison",
}
"""Commands that no test can run as they are printed, and why."""

PYTHON_RUN_BY = {
    "README.md": test_api_docs.EXAMPLES,
    "docs/python.md": test_api_docs.EXAMPLES,
    "docs/readings.md": test_system_readings_doc.BLOCKS,
    "docs/outlets.md": test_system_outlet_clients.PROGRAMS,
}
"""What the test that runs the Python of a page runs."""

PYTHON_NOT_RUN = {
    "with open_outlets(IntegrationSettings(websocket_port=8765)) as outlets:": "takes a source and labels of the "
    "reader's own; tests/unit/outlets opens them",
}
"""A line of a block that no test can run as it is printed, and why."""

DOCTOR = ("mien doctor",)
"""Says by its exit code what is missing on this machine."""


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the commands name: a video, folders of videos, pictures and faces, and a session."""
    folder = tmp_path_factory.mktemp("prepared")
    write_short_clip(folder / "clip.mp4", frames=6)
    (folder / "recordings" / "monday").mkdir(parents=True)
    for name in ("first.mp4", "monday/second.mp4"):
        shutil.copy(folder / "clip.mp4", folder / "recordings" / name)
    for name in ("photos", "my-faces/happiness", "my-faces/neutral"):
        (folder / name).mkdir(parents=True)
        write_portrait(folder / name / "1.png")
    assert run(["annotate", str(folder / "clip.mp4"), "--session", "-o", str(folder / "SESSION"), "--quiet"]) == 0
    return folder


@pytest.fixture
def fresh(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with all of that, for one command."""
    folder = tmp_path / "fresh"
    shutil.copytree(prepared, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_VIDEOS_DIR", raising=False)
    return folder


@pytest.mark.parametrize("command", [each for each in commands() if each not in NOT_RUN])
def test_every_command_works_as_printed(
    command: str, fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[tuple[str | None, Settings]] = []
    window = pytest.importorskip("mien.gui.main")

    def run_window(source: str | None, settings: Settings, **others: Any) -> int:
        opened.append((source, settings))
        return 0

    # The window has no end of its own; tests/gui has it. What the command line makes of the words is tested here.
    monkeypatch.setattr(window, "run_window", run_window)
    before = set(fresh.rglob("*"))
    program, *words = shlex.split(command)
    if words[0] == "import":  # a table of another program
        (fresh / words[1]).write_text("frame,happiness,neutral\n0,0.9,0.1\n1,0.8,0.2\n", encoding="utf-8")
    assert program == "mien", "a program that is not ours: name it in NOT_RUN, and why"
    code = run(words)
    told = capsys.readouterr()
    assert code == 0 or (code == 1 and command in DOCTOR), told.err
    made = {path for path in set(fresh.rglob("*")) - before if path.is_file()}
    for option, value in pairwise(words):
        if option in ("-o", "--readings", "--clean-video", "--output") and not value.startswith("."):
            assert (fresh / value).exists(), f"{value} was not written"
    assert made or opened or told.out


def test_the_list_of_what_is_not_run_is_true() -> None:
    assert not set(NOT_RUN) - set(commands())
    printed = "".join(block.text for block in blocks("python"))
    assert all(line in printed for line in PYTHON_NOT_RUN)


@pytest.mark.parametrize("block", blocks("python"), ids=lambda block: f"{block.page} {block.text[:30]}")
def test_every_block_of_python_is_run_by_a_test(block: Block) -> None:
    is_named = any(line in block.text.splitlines() for line in PYTHON_NOT_RUN)
    assert is_named != (block.text in PYTHON_RUN_BY[block.page])


def _command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    command: click.Command = cli
    while isinstance(command, click.Group) and words:
        inner = command.get_command(click.Context(command), words[0])
        if inner is None:
            break
        command, words = inner, words[1:]
    return command, words


@pytest.mark.parametrize(("page", "text"), sorted(set(inline_commands())))
def test_every_command_within_the_text_is_one(page: str, text: str) -> None:
    words = text.split()[1:]
    first = next((word for word in words if not word.startswith("-")), "")
    command, rest = _command_of(words)
    if command is cli:  # something to open in the window
        is_word = first.islower() and first.isalpha() and first not in ("camera", "synthetic")
        assert not is_word, f"{page}: {text}: no such command"
        command, _ = _command_of(["window"])
    known = {
        option
        for parameter in (*command.params, *cli.params)
        for option in (*parameter.opts, *parameter.secondary_opts)
    }
    for word in rest:
        if word.startswith("-") and word != "--help":
            assert word.partition("=")[0] in known, f"{page}: {text}: no such option"
