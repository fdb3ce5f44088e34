import csv
from pathlib import Path

import pytest

from mien.batch.item import Item, State
from mien.batch.ledger import Ledger
from mien.batch.table import write_tables
from mien.runs import summary
from mien.runs.summary import Cell, Summary
from mien.runs.task import Task
from mien.session.tables import open_table
from mien.sinks.readings import rows
from mien.sinks.readings.picture_table import write_pictures
from mien.sinks.readings.rows import columns_of


def test_a_row_for_each_file(tmp_path: Path) -> None:
    seen = Summary(
        source="x",
        frames=10,
        frames_with_face=8,
        faces=2,
        media_s=0.4,
        elapsed_s=1.26,
        labels={"happiness": 3, "neutral": 1, "boredom": 0},
        uncertain=4,
        valence=0.25,
        model="net",
    )
    (tmp_path / "a.mien.csv").touch()
    task = Task(source="a.mp4", video=tmp_path / "a.mien.mp4", readings=tmp_path / "a.mien.csv")
    items = [
        Item(1, tmp_path / "a.mp4", task, State.UP_TO_DATE, summary=seen),
        Item(2, tmp_path / "=b.mp4", task, State.FAILED, reason='=no video, "really"'),
        Item(3, Path("/elsewhere/c.mp4"), Task(source="c"), State.DONE, summary=Summary(source="c")),
    ]
    (written,) = write_tables(items, KnownTables(tmp_path), tmp_path)
    assert written == tmp_path / "mien-summary.csv"
    with written.open(newline="", encoding="utf-8") as file:
        first, second, third = csv.DictReader(file)
    assert (first["file"], first["state"], first["frames"], first["faces"]) == ("a.mp4", "done", "10", "2")
    assert (first["share_happiness"], first["share_neutral"], first["share_boredom"]) == (
        "0.750000",
        "0.250000",
        "0.000000",
    )
    assert list(first)[7:10] == ["share_neutral", "share_happiness", "share_boredom"]
    assert (first["uncertain_share"], first["valence"], first["arousal"]) == ("0.500000", "0.250000", "")
    assert (first["seconds"], first["network"], first["network_sha256"]) == ("1.3", "net", "ab12")
    assert first["outputs"] == "a.mien.csv"
    assert (second["file"], second["state"], second["frames"]) == ("'=b.mp4", "failed", "")
    assert second["reason"] == '\'=no video, "really"'
    assert (tmp_path / third["file"]).resolve() == Path("/elsewhere/c.mp4")
    assert third["file"].startswith("../")
    assert third["share_happiness"] == third["uncertain_share"] == ""
    assert not list(tmp_path.glob("*.part*"))


def test_a_table_that_somebody_made_or_changed_is_never_replaced(tmp_path: Path) -> None:
    items = [Item(1, tmp_path / "a.mp4", Task(source="a.mp4"), State.DONE, summary=Summary(source="a"))]
    (tmp_path / "summary.csv").write_text("mine")
    (tmp_path / "mien-summary.csv").write_text("mine too")
    tables = KnownTables(tmp_path)
    for _ in range(2):
        assert write_tables(items, tables, tmp_path) == (tmp_path / "mien-summary-2.csv",)
    (tmp_path / "mien-summary-2.csv").write_text("and a column of my own")
    assert write_tables(items, tables, tmp_path) == (tmp_path / "mien-summary-3.csv",)
    texts = [(tmp_path / f"{name}.csv").read_text() for name in ("summary", "mien-summary", "mien-summary-2")]
    assert texts == ["mine", "mine too", "and a column of my own"]


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_all_faces_of_pictures_are_one_table(ending: str, tmp_path: Path) -> None:
    face = dict.fromkeys(columns_of(("happiness", "anger"))) | {"face_id": 1, "label": "anger", "usable": True}
    nobody: dict[str, Cell] = dict.fromkeys(columns_of(("happiness", "anger")))
    table = tmp_path / f"pictures.mien{ending}"

    def picture(number: int, name: str, *faces: dict[str, Cell]) -> Item:
        task = Task(source=name, table=table)
        return Item(number, tmp_path / name, task, State.DONE, summary=Summary(source=name, faces_read=faces))

    items = [
        picture(1, "=two.jpg", face, {**face, "face_id": 2}),
        picture(2, "sub/none.jpg", nobody),
        picture(3, "sub/one.jpg", face),
        Item(4, tmp_path / "broken.jpg", Task(source="b", table=table), State.FAILED),
    ]
    assert write_tables(items, KnownTables(tmp_path), tmp_path)[1:] == (table,)
    with open_table(table) as opened:
        found = [row for batch in opened.batches for row in batch.to_pylist()]
    assert opened.labels == ("happiness", "anger")
    assert [(row["file"], row["frame"], row["face_id"], row["label"], row["usable"]) for row in found] == [
        ("=two.jpg", 0, 1, "anger", True),
        ("=two.jpg", 0, 2, "anger", True),
        ("sub/none.jpg", 1, None, None, False),
        ("sub/one.jpg", 2, 3, "anger", True),
    ]
    assert ending != ".csv" or "\n'=two.jpg," in table.read_text()


def test_cells_are_the_same_everywhere() -> None:
    assert summary.Cell == rows.Cell


class KnownTables:
    """What a queue knows, on a ledger."""

    def __init__(self, folder: Path) -> None:
        self._ledger = Ledger(folder / "x.jsonl")
        self._ledger.close()  # a test needs no lock

    def network_of(self, item: Item) -> str:
        return {1: "ab12", 3: "cd"}.get(item.number, "")

    def owns_table(self, table: Path) -> bool:
        return self._ledger.owns_table(table)

    def keep_table(self, table: Path) -> None:
        self._ledger.put_table(table)


def test_pages_of_a_picture_are_frames_of_their_own(tmp_path: Path) -> None:
    nobody = {"frame": 0, "time_s": 0.0, "face_id": None}
    face = {"frame": 1, "time_s": 0.1, "face_id": 7}
    pictures = [("a.jpg", [nobody]), ("pages.tif", [nobody, face, {**face, "face_id": 8}]), ("z.jpg", [nobody])]
    write_pictures(tmp_path / "out.csv", pictures)
    with (tmp_path / "out.csv").open(newline="") as file:
        found = [(row["file"], row["frame"], float(row["time_s"]), row["face_id"]) for row in csv.DictReader(file)]
    assert found == [
        ("a.jpg", "0", 0.0, ""),
        ("pages.tif", "1", 1.0, ""),
        ("pages.tif", "2", 2.0, "1"),
        ("pages.tif", "2", 2.0, "2"),
        ("z.jpg", "3", 3.0, ""),
    ]
