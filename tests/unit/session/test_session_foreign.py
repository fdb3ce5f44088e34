"""Tables of other programs, and the sessions that are made of them."""

import math
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pyarrow.parquet as pq
import pytest

from mien.core.emotion import Affect
from mien.core.face_details import POSITIONS, FaceDetails, details_of
from mien.core.head_pose import HeadPose
from mien.errors import AppError, RecordingError, SessionError
from mien.inference.landmark_session import face_model
from mien.session.exports.export import export_session
from mien.session.foreign.bring_in import import_table
from mien.session.foreign.programs import read_foreign
from mien.session.stored import StoredSession
from mien.sinks.readings.readings_log import open_readings
from mien.version import VERSION
from tests.made_meshes import made_mesh
from tests.makers import emotion_of, make_reading, make_result

POINTS = tuple(f"{axis}_{at}" for axis in "xy" for at in range(68))
BOX = "FaceRectX,FaceRectY,FaceRectWidth,FaceRectHeight,FaceScore"
OPENFACE = "frame, face_id, timestamp, confidence, success, pose_Rx, pose_Ry, pose_Rz, AU12_r, AU12_c"


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def rows_of(stored: StoredSession) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(stored.readings).to_pylist()
    return rows


def test_openface_counts_from_0_to_5_and_from_the_first_frame(tmp_path: Path) -> None:
    table = write(
        tmp_path / "clip.csv",
        ", ".join([OPENFACE, "gaze_angle_x", "gaze_angle_y", *POINTS]),
        ", ".join(
            map(
                str,
                (1, 0, 0.0, 0.98, 1, 0, 0, 0, 2.5, 1, 0.1, -0.2, *range(100, 168), *range(50, 118)),
            )
        ),
        ", ".join(map(str, (2, 0, 0.04, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, *[0] * 136))),
        ", ".join(map(str, (3, 0, 0.08, 0.9, 1, 0, 0, 0, 6.0, 0, 0, 0, *[7] * 136))),
    )
    stored = import_table(table)
    assert stored.folder == tmp_path / "clip"
    first, nobody, last = rows_of(stored)
    assert [row["frame"] for row in (first, nobody, last)] == [0, 1, 2]
    assert (first["time_s"], last["time_s"]) == (0.0, 0.08)
    assert (first["face_id"], first["au12"], first["au12_present"]) == (1, 0.5, 1.0)
    assert [first[name] for name in ("x1", "y1", "x2", "y2")] == [100.0, 50.0, 167.0, 117.0]
    assert first["gaze_yaw_deg"] == pytest.approx(math.degrees(0.1), abs=1e-4)
    assert first["gaze_pitch_deg"] == pytest.approx(11.4, abs=0.2)  # up: its y runs down
    assert (nobody["face_id"], nobody["au12"], nobody["usable"]) == (None, None, False)
    assert last["au12"] == 1.0
    assert (first["label"], first["p_happiness"], first["reason"]) == (None, None, "not read")
    imported = stored.document.imported
    assert imported is not None
    assert (imported.program, imported.table, len(imported.sha256)) == ("OpenFace 2", "clip.csv", 64)
    assert stored.networks == ("OpenFace 2",)
    assert stored.series.face(1).detail("au12").tolist() == [0.5, 1.0]


@pytest.mark.parametrize(
    ("axis", "angle", "pose"), [("x", 0.2, (0, -1, 0)), ("y", 0.2, (-1, 0, 0)), ("z", 0.2, (0, 0, 1))]
)
def test_the_turn_of_openface_is_brought_to_our_signs(
    axis: str, angle: float, pose: tuple[int, int, int], tmp_path: Path
) -> None:
    turns = [str(angle if name == axis else 0.0) for name in "xyz"]
    table = write(tmp_path / "a.csv", OPENFACE, ",".join(["1", "0", "0.0", "1", "1", *turns, "0", "0"]))
    row = rows_of(import_table(table))[0]
    found = [row[name] for name in ("yaw_deg", "pitch_deg", "roll_deg")]
    assert found == pytest.approx([sign * math.degrees(angle) for sign in pose], abs=1e-4)


def test_turns_about_several_axes_are_the_same_turn(tmp_path: Path) -> None:
    angles = (0.25, -0.4, 0.15)
    table = write(tmp_path / "a.csv", OPENFACE, ",".join(["1", "0", "0", "1", "1", *map(str, angles), "0", "0"]))
    row = rows_of(import_table(table))[0]
    pose = HeadPose(*(float(str(row[name])) for name in ("yaw_deg", "pitch_deg", "roll_deg")))
    sin, cos = np.sin(angles), np.cos(angles)
    about_x = np.array([[1, 0, 0], [0, cos[0], -sin[0]], [0, sin[0], cos[0]]])
    about_y = np.array([[cos[1], 0, sin[1]], [0, 1, 0], [-sin[1], 0, cos[1]]])
    about_z = np.array([[cos[2], -sin[2], 0], [sin[2], cos[2], 0], [0, 0, 1]])
    assert pose.matrix == pytest.approx(about_x @ about_y @ about_z, abs=1e-5)


def test_py_feat_needs_a_rate_or_a_video_and_keeps_its_people(tmp_path: Path) -> None:
    names = f"frame,{BOX},Pitch,Roll,Yaw,AU12,happiness,neutral,input,Identity"
    table = write(
        tmp_path / "fex.csv",
        names,
        "0,10,20,30,40,0.9,5,0,0,0.25,0.6,0.2,/data/clip.mp4,Person_1",
        "0,90,20,30,40,0.8,0,0,0,0.75,0.1,0.9,/data/clip.mp4,Person_0",
        "1,,,,,,,,,,,,/data/clip.mp4,",
        "2,11,20,30,40,0.9,0,0,10,0.5,0.5,0.5,/data/clip.mp4,Person_1",
    )
    with pytest.raises(SessionError, match=r"does not say at what time.*--fps"):
        import_table(table)
    rows = rows_of(import_table(table, tmp_path / "session", fps=50))
    assert [(row["frame"], row["time_s"], row["face_id"]) for row in rows] == [
        (0, 0.0, 1),
        (0, 0.0, 2),
        (1, 0.02, None),
        (2, 0.04, 2),
    ]
    second = rows[1]  # Person_1
    assert (second["label"], second["confidence"]) == ("happiness", pytest.approx(0.75))
    assert second["p_neutral"] == pytest.approx(0.25)
    assert "p_anger" not in second
    assert [second[name] for name in ("x1", "y1", "x2", "y2")] == [10.0, 20.0, 40.0, 60.0]
    assert second["pitch_deg"] == pytest.approx(5.0, abs=1e-4)
    assert rows[3]["yaw_deg"] == pytest.approx(-10.0, abs=1e-4)
    assert second["au12"] == 0.25


def test_py_feat_2_has_affect_and_eight_names_of_its_own(tmp_path: Path) -> None:
    table = write(
        tmp_path / "fex.csv",
        f"{BOX},Pitch,Roll,Yaw,X,Y,Z,AU45,Neutral,Happy,Contempt,valence,arousal,gaze_pitch,gaze_yaw,gaze_angle,frame",
        "1,2,30,40,0.9,0.1,0,0.2,0,0,1,0.3,0.5,0.25,0.25,-0.4,0.3,0.05,0.1,0.1,0",
    )
    stored = import_table(table, fps=25)
    (row,) = rows_of(stored)
    assert (row["valence"], row["arousal"]) == pytest.approx((-0.4, 0.3))
    assert row["p_contempt"] == 0.25
    assert (row["yaw_deg"], row["o_yaw_deg"]) == (None, pytest.approx(math.degrees(0.2)))
    imported = stored.document.imported
    assert imported is not None
    assert imported.program == "Py-feat 2"
    assert "Py-feat 2 does not say which way they count" in " ".join(imported.notes)


def test_what_is_written_under_py_feats_names_comes_back(tmp_path: Path) -> None:
    table = tmp_path / "clip.parquet"
    log = open_readings(table, ("neutral", "happiness"), model="net", has_details=True)
    written = []
    for at, (yaw, pitch, roll) in enumerate([(20.0, -12.0, 8.0), (-30.0, 5.0, -25.0)]):
        mesh = made_mesh(mouthSmileLeft=0.8, mouthSmileRight=0.2 * at)
        values = details_of(mesh, face_model()).values.copy()
        values[[POSITIONS[name] for name in ("yaw_deg", "pitch_deg", "roll_deg")]] = yaw, pitch, roll
        reading = make_reading(
            2,
            emotion=emotion_of(("neutral", "happiness"), (0.25, 0.75)),
            box=(10, 20, 110, 140),
            face_score=0.75,
            affect=Affect(0.5, -0.25),
            details=FaceDetails(values),
        )
        written.append(reading)
        log.write(make_result(at, [written[-1]]), None)
    log.write(make_result(2), None)
    log.finish()
    target = tmp_path / "clip.fex.csv"
    export_session(table, target, columns="pyfeat")
    names = target.read_text().split("\n")[0].split(",")
    assert {"FaceRectX", "AU01", "AU43", "happiness", "Pitch", "input", "frame", "Identity"} <= set(names)
    stored = import_table(target, tmp_path / "back")
    first, second, nobody = rows_of(stored)
    for row, (yaw, pitch, roll) in ((first, (20.0, -12.0, 8.0)), (second, (-30.0, 5.0, -25.0))):
        found = [row[name] for name in ("yaw_deg", "pitch_deg", "roll_deg")]
        assert found == pytest.approx([yaw, pitch, roll], abs=1e-3)
        assert [row[name] for name in ("x1", "y1", "x2", "y2", "face_score")] == [10.0, 20.0, 110.0, 140.0, 0.75]
        assert (row["p_happiness"], row["valence"], row["arousal"]) == (0.75, 0.5, -0.25)
        assert (row["label"], row["confidence"]) == ("happiness", 0.75)
        assert (row["face_id"], row["au09"]) == (2, None)
    details = [reading.raw.details for reading in written]
    assert details[1] is not None
    sides = (details[1]["au12_left"] + details[1]["au12_right"]) / 2
    assert second["au12"] == pytest.approx(sides, abs=1e-6)
    assert (second["frame"], second["time_s"]) == (1, pytest.approx(1 / 30, abs=1e-6))
    assert nobody["face_id"] is None
    assert stored.document.networks[0].name == f"Mien {VERSION} net"
    with pytest.raises(RecordingError, match="only a table has columns"):
        export_session(table, tmp_path / "clip.eaf", columns="pyfeat")


def test_libreface_names_a_label_without_probabilities(tmp_path: Path) -> None:
    table = write(
        tmp_path / "libre.csv",
        "frame_idx,frame_time_in_ms,pitch,yaw,roll,au_1,au_2,au_1_intensity,au_25_intensity,facial_expression",
        "0,0.0,1,2,3,1,0,2.5,5,Happiness",
        "1,40.0,1,2,3,0,0,0,0,Neutral",
    )
    first, second = rows_of(import_table(table))
    assert (first["label"], first["usable"]) == ("happiness", True)
    assert (first["confidence"], first["p_happiness"]) == (None, None)
    assert (first["au01"], first["au01_present"], first["au25"], first["x1"]) == (0.5, 1.0, 1.0, None)
    assert (second["time_s"], second["label"]) == (0.04, "neutral")


@pytest.mark.parametrize(("between", "encoding"), [(",", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252")])
def test_imotions_tells_of_the_study_before_the_names(tmp_path: Path, between: str, encoding: str) -> None:
    names = ["Row", "Timestamp", "Anger", "Joy", "Neutral", "Valence", "Brow Furrow", "Smile", "Smirk", "Pitch"]
    number = "12,5" if between == ";" else "12.5"
    table = write(
        tmp_path / "export.txt",
        between.join(["#INFO iMotions Version", "9.3.12"]),
        between.join(["#Respondent Name", "Zoë"]),
        "#DATA",
        between.join(names),
        between.join(["1", "40", "10", "30", "60", "-50", number, "75", "0", "3"]),
        between.join(["2", "80", "", "", "", "", "", "", "", ""]),
        encoding=encoding,
    )
    stored = import_table(table)
    seen, nobody = rows_of(stored)
    assert (seen["time_s"], seen["label"], seen["p_happiness"]) == (0.04, "neutral", pytest.approx(0.3))
    assert (seen["valence"], seen["arousal"]) == (-0.5, None)
    assert (seen["au04"], seen["au12"], seen["o_smirk"], seen["o_pitch_deg"]) == (0.125, 0.75, 0.0, 3.0)
    assert nobody["face_id"] is None
    assert stored.document.networks[0].name == "iMotions 9.3.12 (AFFDEX)"


def test_evidence_of_facet_becomes_chances_and_rows_of_an_eye_tracker_are_left_out(tmp_path: Path) -> None:
    names = ["StudyName", "EventSource", "Timestamp", "NoOfFaces", "FaceRect X", "FaceRect Y", "FaceRect Width"]
    names += [
        "FaceRect Height",
        "Joy Evidence",
        "Joy Intensity",
        "Neutral Evidence",
        "AU1 Evidence",
        "AU12 Evidence",
    ]
    table = write(
        tmp_path / "export.txt",
        "#Study : Smiles\t",
        "#Version : 6.1.2667.3\t",
        "\t",
        "\t".join([*names, "Yaw Degrees"]),
        "\t".join(
            ["Smiles", "Emotient FACET", "35", "1", "10", "20", "30", "40", "1", "0", "-1", "0", "-2", "4.5"]
        ),
        "\t".join(["Smiles", "ET", "50", "1", "10", "20", "30", "40", "1", "0", "-1", "0", "-2", "4.5"]),
        "\t".join(["Smiles", "Emotient FACET", "68", "0", *[""] * 10]),
    )
    stored = import_table(table)
    seen, nobody = rows_of(stored)
    assert (seen["time_s"], seen["label"], nobody["time_s"]) == (0.035, "happiness", 0.068)
    assert seen["p_happiness"] == pytest.approx(10 / 11)  # odds of 10 and of 1/10: chances of 10/11 and 1/11
    assert (seen["x1"], seen["y1"], seen["x2"], seen["y2"]) == (10, 20, 40, 60)
    assert (seen["au01"], seen["au12"]) == (0.5, pytest.approx(1 / 101))
    assert seen["o_yaw_deg"] == 4.5
    assert nobody["face_id"] is None
    assert stored.document.networks[0].name == "iMotions 6.1.2667.3 (FACET)"


def test_emotions_without_neutral_are_no_shares(tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", "Timestamp,Anger,Joy,Smile,Brow Raise", "0,1,3,50,20")
    (row,) = rows_of(import_table(table))
    assert (row["label"], row["p_happiness"], row["o_happiness"]) == (None, None, pytest.approx(0.03))


def test_a_plain_table_with_what_its_columns_are_called(tmp_path: Path) -> None:
    table = write(
        tmp_path / "mine.csv",
        "time,face_id,x,y,w,h,happy,neutral,valence,AU4,gaze_yaw",
        "0.5,b,1,2,3,4,30,70,0.5,3,0.1",
        "0.5,a,5,2,3,4,90,10,0.2,1,0.1",
        "0.25,a,5,2,3,4,90,10,0.2,1,0.1",
    )
    rows = rows_of(import_table(table, program="OpenFace 3.0"))
    assert [(row["time_s"], row["face_id"]) for row in rows] == [(0.25, 2), (0.5, 1), (0.5, 2)]
    assert (rows[1]["p_happiness"], rows[1]["au04"], rows[1]["x2"]) == (
        pytest.approx(0.3),
        pytest.approx(0.6),
        4.0,
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["a,b,c", "1,2,3"], "none of its lines names columns of OpenFace"),
        ([""], "none of its lines names columns"),
        ([OPENFACE], "has no rows below its names"),
        ([OPENFACE.replace(",", "|"), "1|0|0|1|1|0|0|0|0|0"], "none of its lines names columns"),
        ([OPENFACE, "1,0,soon,1,1,0,0,0,0,0"], 'column "timestamp" holds "soon"'),
        (["time,happy,sad", "nan,0.5,0.5"], "none of its rows"),
        (["time,happy,sad", "-4,0.5,0.5"], "none of its rows"),
        (["time,happy,sad", "1e300,0.5,0.5"], "none of its rows"),
        (["frame,happy,sad", "1.5,0.5,0.5"], "does not say at what time its rows were; export it with times"),
        (["time_s,face_id,p_happiness,p_neutral,raw_reason", "0,1,0.5,0.5,"], "Mien wrote it"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_line(tmp_path: Path, lines: Sequence[str], said: str) -> None:
    table = write(tmp_path / "odd.csv", *lines)
    with pytest.raises(SessionError, match=said) as caught:
        import_table(table)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "odd").exists()


def test_rows_that_are_cut_off_and_cells_that_are_no_numbers_cost_only_themselves(tmp_path: Path) -> None:
    table = write(
        tmp_path / "a.csv",
        "time,happy,sad,valence",
        "0,0.5,0.5,inf",
        "1,0.5",
        "2,NaN,0.5,0.1",
        "3,1,3,9",
    )
    found = read_foreign(table)
    assert len(found) == 3
    assert found.notes[0].startswith("1 rows have another number of cells")
    rows = rows_of(import_table(table))
    assert [row["valence"] for row in rows] == [None, pytest.approx(0.1), 1.0]
    assert [row["label"] for row in rows] == ["happiness", None, "sadness"]


def test_rows_stand_on_the_frames_of_the_video(tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    with av.open(str(video), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(20):
            picture = np.full((48, 64, 3), 5 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    by_frame = write(
        tmp_path / "fex.csv", f"frame,{BOX},happiness,neutral,input", "7,1,2,3,4,1,0.9,0.1,x/clip.mp4"
    )
    stored = import_table(by_frame)  # its video lies beside it
    (row,) = rows_of(stored)
    assert (row["frame"], row["time_s"]) == (7, pytest.approx(0.7))
    assert stored.video is not None
    assert stored.video.read_bytes() == video.read_bytes()
    assert (stored.document.source.width_px, stored.document.source.fps) == (64, 10.0)
    by_time = write(tmp_path / "b.csv", "time,happy,sad", "0.13,1,0", "0.14,0,1", "0.68,0,1", "9,0,1")
    stored = import_table(by_time, video=video)
    assert [(row["frame"], row["label"]) for row in rows_of(stored)] == [(1, "happiness"), (7, "sadness")]
    imported = stored.document.imported
    assert imported is not None
    assert imported.notes == (
        "1 rows lie outside the time of the video, or have none.",
        "1 rows fall on a frame that already has this face, or has another one.",
    )
    late = write(tmp_path / "c.csv", f"frame,{BOX},happiness,neutral", "70,1,2,3,4,1,0.9,0.1")
    with pytest.raises(SessionError, match="names frame 70, but the video has 20"):
        import_table(late, video=video)


def test_a_letter_of_windows_at_the_very_end(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_bytes(b"time,happy,sad,name\n0,0.5,0.5,x\n1,0.5,0.5,\xe4")
    assert len(rows_of(import_table(table))) == 2


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = write(tmp_path / "a.csv", "time,happy,sad", *(f"{at},0.5,0.5" for at in range(20)))
    monkeypatch.setattr("mien.session.foreign.text_table.MAX_ROWS", 10)
    with pytest.raises(SessionError, match="more than 10 rows"):
        read_foreign(table)
    monkeypatch.setattr("mien.session.foreign.text_table.MAX_BYTES", 20)
    with pytest.raises(SessionError, match="larger than"):
        read_foreign(table)
    wide = write(tmp_path / "b.csv", ",".join(["time", "happy", "sad", *["x"] * 6000]))
    monkeypatch.undo()
    with pytest.raises(SessionError, match="more than 5,000 columns"):
        read_foreign(wide)
    with pytest.raises(SessionError, match="no such file"):
        read_foreign(tmp_path)


def test_nothing_is_replaced(tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", "time,happy,sad", "0,0.5,0.5")
    write(tmp_path / "a", "mine")
    with pytest.raises(AppError, match="a file has this name"):
        import_table(table)
    assert (tmp_path / "a").read_text() == "mine\n"


def test_bent_tables_are_taken_or_refused_in_a_line() -> None:
    here = Path(__file__)
    done = subprocess.run(
        [sys.executable, str(here.with_name("fuzz_foreign.py")), "100", "7"],
        capture_output=True,
        text=True,
        check=False,
        cwd=here.parents[3],
    )
    assert (done.returncode, done.stderr) == (0, "")
    taken, refused = map(int, re.findall(r"\d+", done.stdout))
    assert taken + refused == 100
    assert min(taken, refused) > 10
