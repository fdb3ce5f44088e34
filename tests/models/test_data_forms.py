"""Every form of labelled faces that people have, and files that lie."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.core.emotion import EXPRESSIONS
from mien_models.data import DataError, LabelledFaces, Split, open_faces
from mien_models.data.crops import face_crop
from mien_models.data.pictures import decode
from mien_models.evaluation.network import JudgedNetwork
from tests.networks import manifest_of, write_network


def picture(value: int = 100, side_px: int = 20, channels: int = 3) -> np.ndarray:
    shape = (side_px, side_px, channels) if channels == 3 else (side_px, side_px)
    return np.full(shape, value, np.uint8)


def write_picture(path: Path, value: int = 100, channels: int = 3) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture(value, channels=channels))
    return path


def names(faces: LabelledFaces) -> list[str]:
    return [EXPRESSIONS[index] if index >= 0 else "?" for index in faces.expression]


def fer_line(emotion: object, usage: str, pixels: str | None = None) -> str:
    return f"{emotion},{pixels or ' '.join(['7'] * 2304)},{usage}"


def test_the_csv_of_fer2013(tmp_path: Path) -> None:
    path = tmp_path / "any_name.csv"
    lines = [
        "emotion,pixels,Usage",
        fer_line(3, "Training"),
        fer_line(6, "PublicTest"),
        fer_line(4, "PrivateTest"),
    ]
    path.write_text("\n".join(lines))

    faces = open_faces(path)

    assert names(faces) == ["happiness", "neutral", "sadness"]
    assert faces.split.tolist() == [Split.TRAIN, Split.VAL, Split.TEST]
    assert faces.pictures[0].shape == (48, 48)
    assert (faces.pictures[0] == 7).all()
    assert names(faces.to_judge_by()) == ["sadness"]


def test_rows_of_fer2013_that_make_no_sense_are_counted_and_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "fer2013.csv"
    bad = [
        fer_line(9, "Training"),
        fer_line("x", "Training"),
        fer_line(1, "Elsewhere"),
        fer_line(1, "Training", "1 2 3"),
        fer_line(1, "Training", " ".join(["300"] * 2304)),
        fer_line(1, "Training", "spam " * 2304),
        "1",
    ]
    path.write_text("\n".join(["emotion,pixels,Usage", fer_line(0, "Training"), *bad]))

    faces = open_faces(path)

    assert len(faces) == 1
    assert faces.left_out.count == 7
    assert "fer2013.csv line 3: emotion '9'" in faces.left_out.reasons[0]
    assert "line 6: not 2304 pixels of 0 to 255" in faces.left_out.as_text()


def test_columns_of_fer2013_may_stand_in_another_order(tmp_path: Path) -> None:
    path = tmp_path / "icml_face_data.csv"
    path.write_text(f"emotion, Usage, pixels\n2,Training,{' '.join(['9'] * 2304)}\n")
    assert names(open_faces(tmp_path)) == ["fear"]


@pytest.mark.parametrize("parts", [("train", "test"), ("training", "validation"), ("",)])
def test_a_folder_for_each_class(tmp_path: Path, parts: tuple[str, ...]) -> None:
    for part in parts:
        for label in ("Happy", "sad", "Contempt"):
            write_picture(tmp_path / part / label / "a.png")
    faces = open_faces(tmp_path)
    assert sorted(set(names(faces))) == ["contempt", "happiness", "sadness"]
    expected = {"train": 0, "training": 0, "validation": 1, "test": 2, "": 3}
    assert sorted(set(faces.split.tolist())) == sorted(expected[part] for part in parts)


def test_what_is_no_class_and_no_picture_in_folders_is_left_out(tmp_path: Path) -> None:
    for name in ("happy/a.jpg", "sad/b.jpg", "puzzled/c.jpg"):
        write_picture(tmp_path / name)
    (tmp_path / "happy" / "notes.txt").write_text("x")
    faces = open_faces(tmp_path)
    assert len(faces) == 2
    assert faces.left_out.count == 2
    assert '"puzzled" is no expression' in faces.left_out.as_text()


def test_numbered_folders_need_to_be_told_what_they_mean(tmp_path: Path) -> None:
    for number in range(3):
        write_picture(tmp_path / "train" / str(number) / "a.png")
    with pytest.raises(DataError, match="--data-labels"):
        open_faces(tmp_path)
    assert names(open_faces(tmp_path, number_names=("sad", "happy", "anger"))) == ["sadness", "happiness", "anger"]
    with pytest.raises(DataError, match="puzzled is none of"):
        open_faces(tmp_path, number_names=("sad", "puzzled"))


def annotate(folder: Path, name: str, expression: object, valence: float, arousal: float) -> None:
    (folder / "annotations").mkdir(parents=True, exist_ok=True)
    for kind, value in (("exp", expression), ("val", valence), ("aro", arousal)):
        np.save(folder / "annotations" / f"{name}_{kind}.npy", np.array(str(value) if kind == "exp" else value))
    write_picture(folder / "images" / f"{name}.jpg")


def test_annotations_as_affectnet_has_them(tmp_path: Path) -> None:
    annotate(tmp_path / "train_set", "10", 1, 0.5, 0.25)
    annotate(tmp_path / "train_set", "11", 8, 0.1, 0.1)
    annotate(tmp_path / "train_set", "12", 2, -2, -2)
    annotate(tmp_path / "val_set", "13", 7, -0.5, 0.5)
    points = np.zeros((68, 2))
    points[36:42], points[42:48] = (6.0, 8.0), (14.0, 8.0)
    np.save(tmp_path / "train_set" / "annotations" / "10_lnd.npy", points.ravel())

    faces = open_faces(tmp_path)

    assert names(faces) == ["happiness", "contempt"]
    assert faces.split.tolist() == [Split.TRAIN, Split.VAL]
    assert faces.affect[0] == pytest.approx([0.5, 0.25])
    assert faces.left_out.count == 2
    assert "11_exp.npy: class 8" in faces.left_out.as_text()
    assert faces.eyes is not None
    assert faces.eyes[0].tolist() == [[6.0, 8.0], [14.0, 8.0]]
    assert np.isnan(faces.eyes[1]).all()


def test_annotations_that_lie_are_left_out(tmp_path: Path) -> None:
    annotate(tmp_path, "1", 0, 0.0, 0.0)
    for name in ("2", "3"):
        annotate(tmp_path, name, 0, 0.0, 0.0)
    np.save(tmp_path / "annotations" / "2_exp.npy", np.array({"code": 1}, dtype=object), allow_pickle=True)
    head = np.lib.format.header_data_from_array_1_0(np.zeros(1))
    claim = io.BytesIO()
    np.lib.format.write_array_header_1_0(claim, {**head, "shape": (10**12,)})
    (tmp_path / "annotations" / "3_exp.npy").write_bytes(claim.getvalue())
    faces = open_faces(tmp_path)
    assert len(faces) == 1
    assert faces.left_out.count == 2


def test_a_face_is_cut_by_the_eyes_that_its_set_knows(tmp_path: Path) -> None:
    annotate(tmp_path, "1", 0, 0.0, 0.0)
    points = np.zeros((68, 2))
    points[36:42], points[42:48] = (6.0, 8.0), (14.0, 8.0)
    np.save(tmp_path / "annotations" / "1_lnd.npy", points.ravel())
    image = picture(0)
    image[8, 6] = image[8, 14] = 255
    (tmp_path / "images" / "1.jpg").unlink()
    cv2.imwrite(str(tmp_path / "images" / "1.png"), image)
    spec = JudgedNetwork(write_network(tmp_path / "net.onnx", manifest_of())).input_spec  # eyes at 0.4, 0.4 apart
    crop = face_crop(open_faces(tmp_path), 0, spec)
    assert crop.shape == (16, 16, 3)  # BGR: the program's preprocessing makes it gray
    left, right = int(crop[:, :8].max(axis=(0, 2)).argmax()), 8 + int(crop[:, 8:].max(axis=(0, 2)).argmax())
    assert abs((right - left) - 0.4 * 16) <= 1.5
    assert abs(int(crop.max(axis=(1, 2)).argmax()) + 0.5 - 0.4 * 16) <= 1.0


@pytest.mark.parametrize("has_names", [True, False])
def test_lists_of_pictures(tmp_path: Path, has_names: bool) -> None:
    for name in ("a.png", "images/b.png"):
        write_picture(tmp_path / name)
    rows = ["a.png,happy,0.5,0.25,train", "b.png,Sad,-0.5,-0.25,test"]
    (tmp_path / "labels.csv").write_text("\n".join(["File,Expression,Valence,Arousal,Split"] * has_names + rows))

    faces = open_faces(tmp_path)

    assert names(faces) == ["happiness", "sadness"]
    assert faces.split.tolist() == [Split.TRAIN, Split.TEST]
    assert faces.affect.tolist() == [[0.5, 0.25], [-0.5, -0.25]]
    assert faces.pictures[1].shape == (20, 20, 3)


def test_rows_of_lists_that_make_no_sense_or_leave_the_folder(tmp_path: Path) -> None:
    write_picture(tmp_path / "set" / "a.png")
    write_picture(tmp_path / "secret.png")
    rows = ["../secret.png,happy,,", f"{tmp_path}/secret.png,happy,,", "b.png,happy,,", "a.png,puzzled,,"]
    rows += ["a.png,3,,", "a.png,happy,5,0", "a.png,,,", "a.png,sad,,"]
    (tmp_path / "set" / "labels.csv").write_text("\n".join(["path,label,valence,arousal", *rows]))
    faces = open_faces(tmp_path / "set")
    assert names(faces) == ["sadness"]
    assert faces.left_out.count == 7
    assert "labels.csv line 2: no picture '../secret.png'" in faces.left_out.as_text()


def test_a_list_without_the_columns_says_what_to_call_them(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("who,when\nme,now\n")
    with pytest.raises(DataError, match="call them path and label"):
        open_faces(tmp_path)


def test_pictures_in_an_archive_beside_their_list(tmp_path: Path) -> None:
    _, encoded = cv2.imencode(".jpg", picture(60, channels=1))
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        archive.writestr("1.jpg", encoded.tobytes())
        archive.writestr("2.jpg", b"no picture")
    (tmp_path / "labels.csv").write_text("file,expression\n1.jpg,fear\n2.jpg,anger\n3.jpg,anger\n")
    for path in (tmp_path, tmp_path / "images.zip", tmp_path / "labels.csv"):
        faces = open_faces(path)
        assert names(faces) == ["fear", "anger"]
        assert faces.left_out.count == 1
    assert faces.pictures[0].shape == (20, 20)
    with pytest.raises(DataError, match=r"images.zip, 2.jpg: cannot be read as a picture"):
        faces.pictures[1]


def test_the_archive_with_votes(tmp_path: Path) -> None:
    votes = np.zeros((3, 10), np.int16)
    votes[0, EXPRESSIONS.index("contempt")] = 10
    votes[1, EXPRESSIONS.index("sadness")] = 10
    votes[2, :2] = 5
    np.savez(
        tmp_path / "fer2013plus.npz",
        pixels=np.zeros((3, 48, 48), np.uint8),
        split=np.array([0, 1, 0], np.int8),
        fer2013_label=np.array([0, 4, 6]),
        ferplus_votes=votes,
    )
    assert names(open_faces(tmp_path)) == ["anger", "sadness", "neutral"]
    voted = open_faces(tmp_path / "fer2013plus.npz", by_votes=True)
    assert names(voted) == ["contempt", "sadness"]
    assert voted.split.tolist() == [Split.TRAIN, Split.TEST]
    assert voted.has_affect
    assert voted.left_out.count == 1


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side_px", [8_000, 60_000])
def test_a_picture_that_claims_too_much_is_refused_before_it_is_decoded(side_px: int) -> None:
    with pytest.raises(DataError, match="claims"):
        decode(png_that_claims(side_px, side_px), "bomb.png")


def test_what_is_no_set_of_faces_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        open_faces(tmp_path / "nowhere")
    with pytest.raises(DataError, match="neither a folder for each expression"):
        open_faces(tmp_path)
    (tmp_path / "labels.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read as a list"):
        open_faces(tmp_path)
    (tmp_path / "labels.csv").write_text("path,label\nnowhere.png,happy\n")
    with pytest.raises(DataError, match=r"no face that can be used \(1 rows left out: labels.csv line 2"):
        open_faces(tmp_path)
