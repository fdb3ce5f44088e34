"""Sessions and tables that a disk damaged or a stranger bent: read, or refused in one line. Seeded.

    python tests/unit/session/fuzz_sessions.py 3000 [SEED]

So many of each file of a session, of each format of a table, and of a session that was cut off.
"""

import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from mien.core.emotion import EXPRESSIONS
from mien.core.frame import SourceInfo
from mien.report.summary import summarise
from mien.session.exports.export import export_session
from mien.session.notes.annotation_file import save_annotations
from mien.session.notes.annotations import Annotations, Marker, Person
from mien.session.origin import NetworkInUse
from mien.session.recovery import find_unfinished, recover
from mien.session.stored import open_session
from mien.session.tables import read_series
from mien.session.writer import Contents, SessionWriter
from mien.settings import Settings
from tests.fuzz_cases import Tally, damaged
from tests.makers import make_reading, make_result

TABLES: Final = (".parquet", ".csv", ".jsonl", ".xlsx")
STRANGE: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 1e308, 10**30, float("inf"), "", "\x1b[31m\n", "../../x", "\\\\host\\share", "x" * 5000,
    [], {}, [[[[]]]], {"schema": 1}, "C:x", "NaN", "/dev/zero", -0.0,
)  # fmt: skip


def record(folder: Path, *, finish: bool) -> Path:
    """Write a session of two faces without a video."""
    camera = SourceInfo("Camera 1", 64, 48, 30.0, is_live=True)
    network = NetworkInUse("net", EXPRESSIONS, "cpu")
    writer = SessionWriter(folder, camera, (network,), Settings(), contents=Contents(video=False, csv=True))
    for index in range(90):
        writer.write(make_result(index, [make_reading(1), make_reading(2, "sadness")], size_wh=(64, 48)), None)
    writer.finish() if finish else writer.abort()
    markers = (Marker(kind="note", start_s=0.5, text="x"), Marker(kind="exclude", start_s=1.0, end_s=1.5))
    save_annotations(folder, Annotations(markers=markers, persons=(Person(name="A", face_ids=(1, 2)),)))
    return folder


def bent(data: bytes, chance: random.Random) -> bytes:
    """Return JSON with a value, or a key, that nobody expects."""
    document = json.loads(data)
    place: Any = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = chance.choice(keys)
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.3:
            break
        place = inner
    match chance.randrange(4):
        case 0:
            del place[key]
        case 1 if isinstance(place, list):
            place.extend([inner] * 1000)
        case _:
            place[key] = chance.choice(STRANGE)
    return json.dumps(document).encode()


def use(folder: Path) -> None:
    """Do with a session what the window, the report and the exports do."""
    session = open_session(folder)
    summarise("s", session.document, session.series, session.annotations)
    assert session.video is None
    for suffix in (".csv", ".eaf", ".vtt"):
        export_session(folder, folder.parent / f"out{suffix}", overwrite=True)


def finish(folder: Path) -> None:
    """Finish a session that was cut off: nothing of what was written may be lost without a word."""
    find_unfinished(folder.parent)
    written = {path.name: path.read_bytes() for path in folder.glob("*.journal")}
    recovered = recover(folder)
    # A journal that ends early is what a crash leaves, and no damage.
    is_short = any(
        (folder.parent / "cut-off" / name).read_bytes().startswith(data) for name, data in written.items()
    )
    if recovered.frames < 90 and not recovered.notes and not is_short:
        raise AssertionError(f"{recovered.frames} frames, and not a word")
    for name, data in written.items():
        kept = [path for path in folder.glob("*.journal") if path.read_bytes() == data]
        assert kept or (folder / "readings.parquet").exists(), name


def main(cases: int, seed: int = 1) -> None:
    """Judge so many of each kind; the first one that is neither read nor refused in one line ends it."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        whole, cut_off = record(place / "whole", finish=True), record(place / "cut-off", finish=False)
        tables = [place / f"table{suffix}" for suffix in TABLES]
        for table in tables:
            export_session(whole, table, overwrite=True)  # all with the same markers beside them
        trials: list[tuple[Path, str, Callable[[bytes, random.Random], bytes], Callable[[Path], None]]] = [
            *((whole, file, damaged, use) for file in ("session.json", "markers.json", "readings.parquet")),
            *((whole, file, bent, use) for file in ("session.json", "markers.json")),
            (cut_off, "readings.part.journal", damaged, finish),
            (cut_off, "readings.part.csv", damaged, finish),
            (cut_off, "session.json", bent, finish),
        ]
        for source, file, change, read in trials:
            chance, data, folder = random.Random(seed), (source / file).read_bytes(), place / "bent"
            for _ in range(cases):
                shutil.copytree(source, folder)
                (folder / file).write_bytes(change(data, chance))
                tally.judge(folder, lambda read=read, folder=folder: read(folder))  # type: ignore[misc]
                shutil.rmtree(folder)
        for table in tables:
            chance, data, path = random.Random(seed), table.read_bytes(), place / f"bent{table.suffix}"
            for _ in range(cases):
                path.write_bytes(damaged(data, chance))
                tally.judge(path, lambda path=path: read_series(path))  # type: ignore[misc]
    tally.show("sessions and tables")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3] or ["100"]))
