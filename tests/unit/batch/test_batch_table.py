import csv
from pathlib import Path

from mien.api.summary import Summary
from mien.api.task import Task
from mien.batch.item import Item, State
from mien.batch.table import write_table


def test_a_row_for_each_file(tmp_path: Path) -> None:
    summary = Summary(
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
        Item(1, tmp_path / "a.mp4", task, State.UP_TO_DATE, summary=summary),
        Item(2, tmp_path / "=b.mp4", task, State.FAILED, reason='=no video, "really"'),
        Item(3, Path("/elsewhere/c.mp4"), Task(source="c"), State.DONE, summary=Summary(source="c")),
    ]
    write_table(items, ["ab12", "", "cd"], tmp_path / "summary.csv")
    with (tmp_path / "summary.csv").open(newline="", encoding="utf-8") as file:
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
    assert third["file"] == "/elsewhere/c.mp4"
    assert third["share_happiness"] == third["uncertain_share"] == ""
    assert not list(tmp_path.glob("*.part"))
