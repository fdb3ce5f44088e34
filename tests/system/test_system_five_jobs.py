"""The five jobs of the README, each by its command as it is printed; what comes of it is looked at."""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.clips import portrait, write_portrait, write_short_clip
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[2]
SECTION = re.search(r"## Five jobs\n(.*?)\n## ", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
assert SECTION is not None
JOBS = dict(re.findall(r"\*\*([^*]+)\*\*.*?```\w+\n(.*?)\n```", SECTION[1], re.DOTALL))


def command_of(job: str) -> list[str]:
    """The printed line, with this Python in the place of the installed programs."""
    (line,) = [text for title, text in JOBS.items() if job in title]
    program, *words = shlex.split(line)
    return {"mien": [sys.executable, "-m", "mien"], "python": [sys.executable]}[program] + words


def run_job(job: str, folder: Path) -> str:
    done = subprocess.run(command_of(job), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows_of(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first second of the demo clip."""
    return write_short_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=30)


def test_the_page_has_five_jobs_with_one_command_each() -> None:
    assert len(JOBS) == 5
    assert all(len(text.splitlines()) == 1 for text in JOBS.values())
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 150


def test_a_lecture_becomes_a_table(clip: Path, tmp_path: Path) -> None:
    shutil.copy(clip, tmp_path / "clip.mp4")
    run_job("lecture", tmp_path)
    rows = rows_of(tmp_path / "lecture.csv")
    assert len(rows) == 30
    assert {row["label"] for row in rows if row["usable"] == "true"} == {"happiness"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "lecture.csv"]


def test_a_folder_of_photos_becomes_one_table(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for name in ("one.png", "two.png"):
        write_portrait(tmp_path / "photos" / name)
    run_job("photos", tmp_path)
    rows = rows_of(tmp_path / "photos.csv")
    assert sorted(Path(row["file"]).name for row in rows) == ["one.png", "two.png"]
    assert {row["label"] for row in rows} == {"happiness"}


def test_another_program_reads_live(tmp_path: Path) -> None:
    # Everything as printed, but for the camera, which the machine of a test does not have.
    write_short_clip(tmp_path / "clip.mp4", frames=150)
    command = [{"camera": "clip.mp4"}.get(word, word) for word in command_of("Live readings")]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    log = tmp_path / "mien.log"
    with (
        log.open("w") as said,
        subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=said, stderr=said) as mien,
    ):
        try:
            address = wait_for_address(log)
            client = [sys.executable, str(ROOT / "docs" / "examples" / "websocket_client.py"), address]
            done = subprocess.run(client, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
        finally:
            mien.kill()
    assert "happiness" in done.stdout, done.stderr + log.read_text()


def wait_for_address(log: Path) -> str:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        found = re.search(r"ws://\S+", log.read_text())
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_own_pictures_become_a_network(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="onnx, of the extra train, is not installed")
    cv2 = pytest.importorskip("cv2")
    for name, gain in (("bright", 1.0), ("dim", 0.35)):
        (tmp_path / "my-pictures" / name).mkdir(parents=True)
        for number in range(6):
            picture = np.clip(portrait() * (gain + 0.02 * number), 0, 255).astype(np.uint8)
            cv2.imwrite(str(tmp_path / "my-pictures" / name / f"{number}.png"), picture)
    said = run_job("own", tmp_path)
    assert "bright: 6 of 6 right" in said
    assert "dim: 6 of 6 right" in said
    write_portrait(tmp_path / "portrait.png")
    command = ["annotate", "portrait.png", "--no-video", "--readings", "own.csv", "--model", "mine.onnx"]
    subprocess.run([sys.executable, "-m", "mien", *command], cwd=tmp_path, check=True, capture_output=True)
    assert rows_of(tmp_path / "own.csv")[0]["label"] == "bright"


def test_a_table_opens_in_excel(clip: Path, tmp_path: Path) -> None:
    shutil.copy(clip, tmp_path / "clip.mp4")
    run_job("Excel", tmp_path)
    with zipfile.ZipFile(tmp_path / "clip.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 31
