"""ELAN, WebVTT, and tables turned into each other."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from mien.core.baseline import Baseline
from mien.core.emotion import EXPRESSIONS
from mien.core.face_series import FaceSeries
from mien.core.series import ReadingSeries
from mien.errors import RecordingError, SessionError
from mien.report.facts import made_with
from mien.report.measures import measure, selection_scope
from mien.report.summary import summarise
from mien.session.document import BaselineRecord
from mien.session.document_file import load_document, save_document
from mien.session.exports.elan import to_eaf
from mien.session.exports.export import export_session
from mien.session.exports.webvtt import to_webvtt
from mien.session.notes.annotation_edits import add_marker, merge_faces, name_person
from mien.session.notes.annotation_file import save_annotations
from mien.session.notes.annotations import Annotations, Marker
from mien.session.notes.hand_labels import set_label
from mien.session.stored import open_session
from mien.session.tables import read_series
from mien.settings import ShownSettings

EMPTY = Annotations()


@pytest.fixture
def make_series(make_reading: Any) -> Callable[..., ReadingSeries]:
    def make(*faces: dict[int, str | None], fps: float = 30.0) -> ReadingSeries:
        """Each face as labels by frame; None is a reading whose label is withheld."""
        series = ReadingSeries(EXPRESSIONS)
        for index in range(max(max(face) for face in faces) + 1):
            readings = [
                make_reading(number, face[index] or "neutral", reason=None if face[index] else "dark")
                for number, face in enumerate(faces, start=1)
                if index in face
            ]
            series.append_readings(index, index / fps, readings)
        return series

    return make


def stretch(*parts: tuple[str | None, int], start: int = 0) -> dict[int, str | None]:
    labels = [label for label, count in parts for _ in range(count)]
    return dict(enumerate(labels, start=start))


def strictly(data: bytes) -> ET.Element:
    """Check what the EAF 3.0 schema says of the elements that Mien writes, and ELAN's own rules for a tier."""
    root = ET.fromstring(data)
    assert root.tag == "ANNOTATION_DOCUMENT"
    assert (root.get("FORMAT"), root.get("VERSION")) == ("3.0", "3.0")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", root.get("DATE", ""))
    assert root.get("AUTHOR") is not None
    tags = [child.tag for child in root]
    order = ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE"]
    assert tags == sorted(tags, key=order.index)
    assert tags.count("HEADER") == tags.count("TIME_ORDER") == 1
    header = root[0]
    assert header.get("TIME_UNITS") == "milliseconds"
    assert {child.tag for child in header} <= {"MEDIA_DESCRIPTOR", "PROPERTY"}
    for media in header.iter("MEDIA_DESCRIPTOR"):
        assert media.get("MEDIA_URL", "").startswith("file:///")
        assert media.get("MIME_TYPE")
    slots: dict[str, int] = {}
    for slot in root[1]:
        assert set(slot.keys()) == {"TIME_SLOT_ID", "TIME_VALUE"}
        assert slot.get("TIME_SLOT_ID", "") not in slots
        assert re.fullmatch(r"[a-zA-Z_]\w*", slot.get("TIME_SLOT_ID", ""))
        slots[slot.get("TIME_SLOT_ID", "")] = int(slot.get("TIME_VALUE", ""))
    assert list(slots.values()) == sorted(slots.values())
    assert all(value >= 0 for value in slots.values())
    types = {each.get("LINGUISTIC_TYPE_ID") for each in root.iter("LINGUISTIC_TYPE")}
    ids: set[str] = set()
    names: list[str] = []
    used: list[str] = []
    for tier in root.iter("TIER"):
        assert tier.get("LINGUISTIC_TYPE_REF") in types
        names.append(tier.get("TIER_ID", ""))
        last_ms = -1
        for annotation in tier:
            (alignable,) = annotation
            assert (annotation.tag, alignable.tag) == ("ANNOTATION", "ALIGNABLE_ANNOTATION")
            assert [child.tag for child in alignable] == ["ANNOTATION_VALUE"]
            key = alignable.get("ANNOTATION_ID", "")
            assert key not in ids | set(slots)
            ids.add(key)
            ends = [alignable.get("TIME_SLOT_REF1", ""), alignable.get("TIME_SLOT_REF2", "")]
            used += ends
            start_ms, end_ms = (slots[end] for end in ends)
            assert last_ms <= start_ms < end_ms
            last_ms = end_ms
    assert len(set(names)) == len(names)
    assert sorted(used) == sorted(slots)
    return root


def spans(root: ET.Element, tier: str) -> list[tuple[int, int, str]]:
    times = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE", "")) for slot in root.iter("TIME_SLOT")}
    (found,) = [each for each in root.iter("TIER") if each.get("TIER_ID") == tier]
    return [
        (times[each.get("TIME_SLOT_REF1")], times[each.get("TIME_SLOT_REF2")], each[0].text or "")
        for each in found.iter("ALIGNABLE_ANNOTATION")
    ]


def test_an_elan_file_has_a_tier_for_each_person(make_series: Any) -> None:
    series = make_series(stretch(("happiness", 30), (None, 10), ("sadness", 20)), stretch(("anger", 30), start=10))
    root = strictly(to_eaf(series, name_person(EMPTY, 2, "Änne & <Söhne>")))
    assert [tier.get("TIER_ID") for tier in root.iter("TIER")] == ["Face 1", "Änne & <Söhne>"]
    assert spans(root, "Face 1") == [(0, 1000, "happiness"), (1333, 2000, "sadness")]
    assert spans(root, "Änne & <Söhne>") == [(333, 1333, "anger")]


def test_merged_faces_share_a_tier_and_twins_of_a_name_do_not(make_series: Any) -> None:
    series = make_series(
        stretch(("fear", 10)), stretch(("fear", 10), start=60), stretch(("anger", 5)), stretch(("anger", 5))
    )
    annotations = merge_faces(EMPTY, [1, 2], "Anna")
    annotations = name_person(name_person(annotations, 3, "Anna"), 4, "Events")
    root = strictly(to_eaf(series, annotations))
    names = [tier.get("TIER_ID") for tier in root.iter("TIER")]
    assert names == ["Anna", "Anna (3)", "Events (4)"]
    assert spans(root, "Anna") == [(0, 333, "fear"), (2000, 2333, "fear")]


def test_markers_have_tiers_of_their_own(make_series: Any) -> None:
    annotations = EMPTY
    for marker in (
        Marker(kind="event", start_s=0.5, text="bell"),
        Marker(kind="event", start_s=0.6, text="rang\x00\x08 again"),
        Marker(kind="event", start_s=0.6, text="twice"),
        Marker(kind="exclude", start_s=1.0, end_s=2.0),
        Marker(kind="exclude", start_s=1.5, end_s=1.6, text="dark"),
    ):
        annotations = add_marker(annotations, marker)
    root = strictly(to_eaf(make_series(stretch(("fear", 60))), annotations))
    assert spans(root, "Events") == [(500, 600, "bell"), (600, 800, "rang again · twice")]
    assert spans(root, "Excluded") == [(1000, 1500, ""), (1500, 1600, "dark")]
    assert "Notes" not in {tier.get("TIER_ID") for tier in root.iter("TIER")}


def test_many_runs_stay_in_order(make_series: Any) -> None:
    rng = np.random.default_rng(2)
    faces = [{i: EXPRESSIONS[rng.integers(8)] for i in range(400) if rng.random() > 0.1} for _ in range(4)]
    strictly(to_eaf(make_series(*faces, fps=999.0), EMPTY))


def test_an_empty_recording_is_a_valid_file() -> None:
    root = strictly(to_eaf(ReadingSeries(EXPRESSIONS), EMPTY))
    assert not list(root.iter("TIER"))


def test_the_video_is_named_from_both_sides(make_series: Any, tmp_path: Path) -> None:
    series = make_series(stretch(("fear", 5)))
    media = tmp_path / "Ä b.mp4"
    (descriptor,) = strictly(to_eaf(series, EMPTY, media=media, beside=tmp_path)).iter("MEDIA_DESCRIPTOR")
    assert descriptor.get("MEDIA_URL", "").endswith("%C3%84%20b.mp4")
    assert descriptor.get("RELATIVE_MEDIA_URL") == "./%C3%84%20b.mp4"
    assert descriptor.get("TIME_ORIGIN") is None
    root = strictly(to_eaf(series, EMPTY, media=media, media_start_s=12.5, beside=tmp_path / "elsewhere"))
    (descriptor,) = root.iter("MEDIA_DESCRIPTOR")
    assert (descriptor.get("TIME_ORIGIN"), descriptor.get("RELATIVE_MEDIA_URL")) == ("12500", "../%C3%84%20b.mp4")


def test_subtitles_show_the_largest_face(make_series: Any) -> None:
    series = make_series(stretch(("anger", 20)), stretch(("happiness", 60), (None, 30), ("sadness", 30)))
    assert to_webvtt(series, EMPTY) == (
        "WEBVTT\n\n"
        "00:00:00.000 --> 00:00:02.000\n<v Face 2>happiness\n\n"
        "00:00:03.000 --> 00:00:04.000\n<v Face 2>sadness\n"
    )
    assert "anger" in to_webvtt(series, EMPTY, "1")
    named = name_person(EMPTY, 1, "A & <B>")
    assert "<v A &amp; &lt;B&gt;>anger" in to_webvtt(series, named, "a & <b>")
    with pytest.raises(SessionError, match=r"Cleo: there is no such face; there are A & <B>, Face 2"):
        to_webvtt(series, named, "Cleo")
    assert to_webvtt(ReadingSeries(EXPRESSIONS), EMPTY) == "WEBVTT\n"


def test_subtitles_of_hours(make_series: Any) -> None:
    text = to_webvtt(make_series({36_000: "fear"}, fps=1.0), EMPTY)
    assert "10:00:00.000 --> 10:00:00.040" in text


SUFFIXES = [".csv", ".jsonl", ".parquet"]


@pytest.mark.parametrize("first", SUFFIXES)
@pytest.mark.parametrize("second", SUFFIXES)
def test_tables_are_turned_into_each_other_without_loss(
    first: str, second: str, record: Any, tmp_path: Path
) -> None:
    folder = record(40)
    one, two, back = tmp_path / f"one{first}", tmp_path / f"two{second}", tmp_path / "back.parquet"
    export_session(folder, one)
    export_session(one, two)
    export_session(two, back)
    original = pq.read_table(folder / "readings.parquet")
    assert pq.read_table(back).drop_columns(["person", "excluded", "label_by_hand"]).equals(original)
    if first == second == ".parquet":
        assert pq.read_schema(back).metadata[b"model"] == b"net"
    again = tmp_path / f"again{first}"
    export_session(two, again)
    if first != ".parquet":
        assert again.read_bytes() == one.read_bytes()


def test_a_session_becomes_elan_and_subtitles_with_its_names(record: Any, tmp_path: Path) -> None:
    folder = record(60)
    save_annotations(folder, name_person(EMPTY, 1, "Anna"))
    export_session(folder, folder / "x.eaf")
    root = strictly((folder / "x.eaf").read_bytes())
    assert [tier.get("TIER_ID") for tier in root.iter("TIER")] == ["Anna", "Face 2"]
    (media,) = root.iter("MEDIA_DESCRIPTOR")
    assert media.get("RELATIVE_MEDIA_URL") == "./video.mp4"
    export_session(folder, tmp_path / "y.eaf")
    (media,) = strictly((tmp_path / "y.eaf").read_bytes()).iter("MEDIA_DESCRIPTOR")
    assert media.get("RELATIVE_MEDIA_URL") == f"./{folder.name}/video.mp4"
    assert media.get("MIME_TYPE") == "video/mp4"
    export_session(folder, tmp_path / "x.vtt", face="2")
    assert "<v Face 2>sadness" in (tmp_path / "x.vtt").read_text()
    export_session(folder / "readings.parquet", tmp_path / "y.vtt")
    assert "<v Face 1>happiness" in (tmp_path / "y.vtt").read_text()


def test_refusals(record: Any, tmp_path: Path) -> None:
    folder = record(10)
    taken = tmp_path / "x.csv"
    taken.write_text("precious")
    with pytest.raises(RecordingError, match="--overwrite"):
        export_session(folder, taken)
    with pytest.raises(RecordingError, match=r"use \.csv, \.jsonl, \.parquet, \.xlsx, \.eaf or \.vtt"):
        export_session(folder, tmp_path / "x.docx")
    with pytest.raises(RecordingError, match="is being read"):
        export_session(folder, folder / "readings.parquet", overwrite=True)
    with pytest.raises(SessionError, match="no such file"):
        export_session(tmp_path / "none", tmp_path / "y.csv")
    broken = tmp_path / "broken.csv"
    broken.write_text("frame,time_s,face_id\n0,0.0,1\nx,y,z\n")
    for suffix in (".csv", ".jsonl", ".parquet", ".eaf", ".vtt"):
        with pytest.raises(SessionError):
            export_session(broken, tmp_path / f"out{suffix}")
    whole = bytearray((folder / "readings.parquet").read_bytes())
    whole[100:400] = bytes(300)
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(whole)
    for suffix in (".csv", ".jsonl", ".parquet"):
        with pytest.raises(SessionError, match="cannot be read as readings"):
            export_session(damaged, tmp_path / f"out{suffix}")
    assert taken.read_text() == "precious"
    assert not list(tmp_path.glob("out*"))
    export_session(folder, taken, overwrite=True)
    assert taken.read_text().startswith("frame,time_s")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_the_figures_of_the_summary_can_be_computed_again_from_the_table(
    record: Callable[..., Path], tmp_path: Path, suffix: str
) -> None:
    """Two faces are merged and named, a second is excluded: all figures come from the table alone."""
    folder = record(120)
    annotations = name_person(merge_faces(EMPTY, [1, 2]), 1, "Ada")
    annotations = add_marker(annotations, Marker(kind="exclude", start_s=0.5, end_s=1.5, text="=1+1"))
    save_annotations(folder, annotations)
    session = open_session(folder)
    (part,) = summarise("s", session.document, session.series, annotations).people
    target = tmp_path / f"out{suffix}"
    export_session(folder, target)
    rows = {
        ".csv": lambda: pacsv.read_csv(target).to_pylist(),
        ".jsonl": lambda: [json.loads(line) for line in target.read_text().splitlines()],
        ".parquet": lambda: pq.read_table(target).to_pylist(),
    }[suffix]()
    assert {row["person"] for row in rows} == {"Ada"}
    assert {row["face_id"] for row in rows} == {1}
    assert len({row["frame"] for row in rows}) == len(rows) == 120
    counting = [row for row in rows if not row["excluded"]]
    assert part.statistics.in_view_s == pytest.approx(len(counting) / 30, abs=1e-3)
    certain = [row for row in counting if row["usable"]]
    for label, share in part.statistics.shares.items():
        assert share == pytest.approx(sum(row["label"] == label for row in certain) / len(certain), abs=1e-3)
        mean = np.mean([row[f"p_{label}"] for row in certain])
        assert part.statistics.probabilities[label].mean == pytest.approx(mean, abs=1e-3)
    assert (tmp_path / "out.markers.csv").read_text() == (
        "kind,start_s,end_s,text,origin,event_type,code\nexclude,0.5,1.5,'=1+1,key,,\n"
    )
    if suffix == ".parquet":
        metadata = pq.read_schema(target).metadata
        assert json.loads(metadata[b"markers"])[0]["end_s"] == 1.5
        assert json.loads(metadata[b"persons"])[0]["name"] == "Ada"
    assert len(read_series(target).face(1)) == 120


def rows_in(table: Path) -> list[dict[str, Any]]:
    back = table.with_name("read-back.parquet")
    export_session(table, back, overwrite=True)
    return pq.read_table(back).to_pylist()


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_a_label_by_hand_is_a_column_beside_what_the_network_read(
    record: Callable[..., Path], tmp_path: Path, suffix: str
) -> None:
    folder = record(60)
    before = tmp_path / f"before{suffix}"
    export_session(folder, before)
    assert {row["label_by_hand"] for row in rows_in(before)} == {None}
    annotations = set_label(merge_faces(EMPTY, [1, 2]), (1, 2), 0.5, 1.0, "=disgust")
    save_annotations(folder, annotations)
    target = tmp_path / f"out{suffix}"
    export_session(folder, target)
    rows = rows_in(target)
    assert [row["time_s"] for row in rows if row["label_by_hand"] == "=disgust"] == pytest.approx(
        [index / 30 for index in range(15, 30)], abs=1e-6
    )
    assert {row["label_by_hand"] for row in rows} == {None, "=disgust"}
    assert {row["label"] for row in rows} <= {"happiness", "sadness"}
    if suffix == ".parquet":
        (label,) = json.loads(pq.read_schema(target).metadata[b"labels_by_hand"])
        assert (label["face_id"], label["start_s"], label["end_s"]) == (1, 0.5, 1.0)


def test_labels_by_hand_have_a_tier_of_their_own_in_elan(make_series: Any) -> None:
    series = make_series(stretch(("happiness", 60)), stretch(("anger", 30)))
    annotations = set_label(set_label(name_person(EMPTY, 1, "Anna"), (1,), 0.2, 1.0, "anger"), (1,), 0.6, 1.2, "x")
    root = strictly(to_eaf(series, annotations))
    assert [tier.get("TIER_ID") for tier in root.iter("TIER")] == ["Anna", "Anna · by hand", "Face 2"]
    assert spans(root, "Anna") == [(0, 2000, "happiness")]
    assert spans(root, "Anna · by hand") == [(200, 600, "anger"), (600, 1200, "x")]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet", ".xlsx"])
def test_a_part_keeps_the_times_of_the_whole(record: Callable[..., Path], tmp_path: Path, suffix: str) -> None:
    folder = record(90)
    annotations = set_label(EMPTY, (1,), 0.0, 1.5, "anger")
    for marker in (
        event(0.5),
        event(1.0, text="in"),
        event(2.0),
        Marker(kind="exclude", start_s=0.2, end_s=1.2),
        Marker(kind="exclude", start_s=1.8),
    ):
        annotations = add_marker(annotations, marker)
    save_annotations(folder, annotations)
    target = tmp_path / f"out{suffix}"
    export_session(folder, target, span=(1.0, 2.0))
    rows = rows_in(target)
    whole = tmp_path / f"whole{suffix}"
    export_session(folder, whole)
    assert rows == [row for row in rows_in(whole) if 1.0 <= row["time_s"] < 2.0]
    assert len({row["frame"] for row in rows}) == 30
    assert (tmp_path / "out.markers.csv").read_text().splitlines()[1:] == [
        "exclude,1.0,1.2,,key,,",
        "event,1.0,,in,key,,",
        "exclude,1.8,2.0,,key,,",
    ]


def test_a_part_of_elan_and_subtitles_and_summary_is_cut(record: Callable[..., Path], tmp_path: Path) -> None:
    folder = record(90)
    save_annotations(folder, set_label(EMPTY, (1,), 0.0, 1.5, "anger"))
    export_session(folder, tmp_path / "x.eaf", span=(1.0, 2.0))
    root = strictly((tmp_path / "x.eaf").read_bytes())
    assert spans(root, "Face 1 · by hand") == [(1000, 1500, "anger")]
    edges = [each for start, end, _ in spans(root, "Face 1") for each in (start, end)]
    assert (min(edges), max(edges)) == (1000, 2000)
    export_session(folder, tmp_path / "x.vtt", span=(1.0, 2.0))
    assert "00:00:01.000 --> 00:00:02.000" in (tmp_path / "x.vtt").read_text()
    stored = open_session(folder)
    part = summarise("s", stored.document, stored.series, stored.annotations, (1.0, 2.0))
    assert part.span == (1.0, 2.0)
    (measured,) = measure(stored.series, stored.annotations, [selection_scope((1.0, 2.0))])
    for one, other in zip(part.people, measured.persons, strict=True):
        assert one.statistics.in_view_s == pytest.approx(other.in_view_s)
        assert one.statistics.shares == pytest.approx(other.shares)
    assert ("Part of it", "00:01.000 to 00:02.000") in made_with(part)
    whole = summarise("s", stored.document, stored.series, stored.annotations)
    assert "Part of it" not in dict(made_with(whole))


def event(start_s: float, event_type: str = "", end_s: float | None = None, **more: str) -> Marker:
    return Marker(kind="event", start_s=start_s, end_s=end_s, event_type=event_type, **more)


def test_events_have_a_tier_for_each_type_in_elan(make_series: Any) -> None:
    annotations = name_person(EMPTY, 1, "Stimulus")
    for marker in (
        event(0.5, "Stimulus", code="12"),
        event(1.5, "Stimulus", code="12", text="late"),
        event(0.2, "Answer", 0.9),
        event(0.3),
        event(0.7, "Notes", text="x"),
        Marker(kind="note", start_s=0.1, text="n"),
    ):
        annotations = add_marker(annotations, marker)
    root = strictly(to_eaf(make_series(stretch(("happiness", 60))), annotations))
    names = ["Stimulus (1)", "Events", "Notes", "Answer", "Stimulus", "Notes (2)"]
    assert [tier.get("TIER_ID") for tier in root.iter("TIER")] == names
    assert [tier.get("PARTICIPANT") for tier in root.iter("TIER")] == ["Stimulus (1)", *[None] * 5]
    assert spans(root, "Stimulus") == [(500, 700, "12"), (1500, 1700, "12 · late")]
    assert spans(root, "Answer") == [(200, 900, "Answer")]
    assert spans(root, "Events") == [(300, 500, "")]
    assert spans(root, "Notes (2)") == [(700, 900, "x")]


def test_types_and_codes_of_events_stand_in_the_table_of_markers(
    record: Callable[..., Path], tmp_path: Path
) -> None:
    folder = record(30)
    save_annotations(folder, add_marker(EMPTY, event(0.25, "Stimulus", 0.5, code="12")))
    export_session(folder, tmp_path / "out.parquet")
    assert (tmp_path / "out.markers.csv").read_text().splitlines()[1] == "event,0.25,0.5,,key,Stimulus,12"
    (marker,) = json.loads(pq.read_schema(tmp_path / "out.parquet").metadata[b"markers"])
    assert (marker["event_type"], marker["code"]) == ("Stimulus", "12")


def test_markers_beside_a_table_serve_those_in_other_forms_and_are_never_replaced_unasked(
    record: Callable[..., Path], tmp_path: Path
) -> None:
    folder = record(30)
    save_annotations(folder, add_marker(EMPTY, event(0.25, "Stimulus")))
    for ending in (".csv", ".jsonl", ".parquet"):
        export_session(folder, tmp_path / f"out{ending}")
    (tmp_path / "out.markers.csv").write_text("my own notes")
    with pytest.raises(RecordingError, match=r"out\.markers\.csv: exists already"):
        export_session(folder, tmp_path / "out.xlsx")
    assert (tmp_path / "out.markers.csv").read_text() == "my own notes"
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("form", ["excel", "semicolon"])
def test_csv_for_spreadsheets_is_read_back(record: Callable[..., Path], tmp_path: Path, form: Any) -> None:
    folder, target = record(30), tmp_path / "out.csv"
    export_session(folder, target, csv_form=form)
    data = target.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfframe" + (b";" if form == "semicolon" else b","))
    assert (b";0,033333;" if form == "semicolon" else b",0.033333,") in data
    again, whole = read_series(target), open_session(folder).series
    for face_id in whole.face_ids():
        np.testing.assert_array_equal(again.face(face_id).probabilities, whole.face(face_id).probabilities)
        np.testing.assert_array_equal(again.face(face_id).usable, whole.face(face_id).usable)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_table_that_excel_saved_in_its_own_way_is_read(
    record: Callable[..., Path], tmp_path: Path, encoding: str
) -> None:
    """A German Excel: semicolons or tabs, decimal commas, WAHR and FALSCH, line ends of Windows, umlauts."""
    folder = record(30)
    save_annotations(folder, name_person(EMPTY, 1, "Jürgen"))
    target = tmp_path / "out.csv"
    export_session(folder, target, csv_form="semicolon")
    text = target.read_text("utf-8-sig").replace("true", "WAHR").replace("false", "FALSCH").replace("\n", "\r\n")
    if encoding == "utf-16":
        text = text.replace(";", "\t")
    target.write_bytes(text.encode(encoding))
    assert len(read_series(target).face(1)) == 30
    np.testing.assert_array_equal(read_series(target).face(1).times_s.round(6), (np.arange(30) / 30).round(6))


def test_a_session_is_exported_as_other_choices_show_it_and_stays_as_it_was(
    record: Callable[..., Path], tmp_path: Path
) -> None:
    folder = record(30)
    network = open_session(folder).document.networks[0]
    neutral = tuple(1 / len(network.labels) for _ in network.labels)
    (face_id,) = open_session(folder).series.face_ids()[:1]
    baseline = BaselineRecord(face_id=face_id, taken_at_s=0.0, probabilities=neutral)
    document = msgspec.structs.replace(load_document(folder), baselines=(baseline,))
    save_document(folder, document)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def exported(name: str, shown: ShownSettings | None) -> FaceSeries:
        export_session(folder, tmp_path / name, shown=shown)
        return read_series(tmp_path / name).face(face_id)

    plain = exported("plain.csv", None)
    strict = exported("strict.parquet", ShownSettings(smoothing_s=0.0, min_confidence=1.0))
    related = exported("related.csv", ShownSettings(smoothing_s=0.0, min_confidence=0.0, relative=True))
    assert not strict.usable.any()
    np.testing.assert_array_equal(strict.probabilities, strict.raw.probabilities)
    np.testing.assert_array_equal(strict.raw.probabilities, plain.raw.probabilities)
    assert not plain.relative.any()
    assert related.relative.all()
    flat = Baseline(face_id, network.name, 0.0, network.labels, np.array(neutral, np.float32), None)
    raw = np.concatenate([plain.raw.probabilities, plain.raw.affect], axis=1)
    np.testing.assert_allclose(related.probabilities, flat.relate(raw)[:, :-2], atol=1e-6)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
