"""`mien judge`: figures on small sets whose answers are known."""

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from mien.errors import AppError
from mien_models.data.copies import copies_of, thumbprints
from mien_models.data.open import open_faces
from mien_models.judge.command import judge as command
from mien_models.judge.figures import curve
from mien_models.judge.run import JudgeOptions, judge_file
from mien_models.judge.tables import AnswerTable
from tests.networks import manifest_of, write_network

DARK, BRIGHT = 0, 255


def write_faces(folder: Path, rows: list[dict[str, str]], shades: list[int] | None = None) -> Path:
    """Write a list of pictures; each is noise of its own, or one shade."""
    folder.mkdir(exist_ok=True)
    chance = np.random.default_rng(5)
    for number, row in enumerate(rows):
        pixels = chance.integers(0, 255, (24, 24), dtype=np.uint8)
        if shades is not None:
            pixels = np.full((24, 24), shades[number], np.uint8)
        cv2.imwrite(str(folder / row["file"]), pixels)
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


def faces_of(*labels: str, **columns: list[str]) -> list[dict[str, str]]:
    return [
        {"file": f"{number}.png", "label": label} | {name: values[number] for name, values in columns.items()}
        for number, label in enumerate(labels)
    ]


def write_table(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_network_is_judged_by_what_it_says_of_each_face(tmp_path: Path) -> None:
    # The network says happiness where the picture is bright, else neutral.
    network = write_network(tmp_path / "net.onnx", manifest_of(), logits=[0.5, 0, -9, -9, -9, -9, -9, -9])
    folder = write_faces(
        tmp_path / "set",
        faces_of("neutral", "happiness", "happiness", "neutral"),
        [DARK, BRIGHT, DARK, DARK],
    )
    figures = judge_file(network, folder, None, JudgeOptions()).parts[""]
    assert figures.classes is not None
    assert figures.classes.confusion.tolist() == [[2, 0], [1, 1]]
    assert figures.classes.accuracy == 0.75


def test_each_prior_of_a_network_has_figures_of_its_own(tmp_path: Path) -> None:
    outputs = manifest_of()["outputs"]
    outputs["expression"]["priors"] = {"everyday": [0.93, *[0.01] * 7], "balanced": [0.125] * 8}
    network = write_network(tmp_path / "net.onnx", manifest_of(outputs=outputs), logits=[0, 1, 0, 0, 0, 0, 0, 0])
    folder = write_faces(tmp_path / "set", faces_of("neutral", "happiness"), [DARK, DARK])
    parts = judge_file(network, folder, None, JudgeOptions()).parts
    said = {prior: figures.classes.confusion.tolist() for prior, figures in parts.items() if figures.classes}
    assert said == {"everyday": [[1, 0], [1, 0]], "balanced": [[0, 1], [0, 1]]}


@pytest.mark.parametrize(
    "lines",
    [
        ["file,label,p_neutral,p_happiness", "0.png,x,0.9,0.1", "1.png,x,0.2,0.8"],  # Mien
        ["input,neutral,happiness,anger", r"C:\films\0.PNG,0.8,0.1,0.1", r"C:\films\1.png,0.1,0.9,0"],  # Py-feat
        ["frame_path,facial_expression", "/a/0.png,Neutral", "/a/1.png,Happiness"],  # LibreFace
    ],
)
def test_tables_of_several_programs_are_read(tmp_path: Path, lines: list[str]) -> None:
    folder = write_faces(tmp_path / "set", faces_of("neutral", "happiness"))
    figures = judge_file(write_table(tmp_path / "said.csv", lines), folder, None, JudgeOptions()).parts[""]
    assert figures.classes is not None
    assert figures.classes.accuracy == 1.0
    assert (figures.calibration_error is None) == ("facial_expression" in lines[0])


def test_faces_that_a_table_does_not_know_are_left_out_and_said(tmp_path: Path) -> None:
    folder = write_faces(tmp_path / "set", faces_of("neutral", "happiness", "anger"))
    table = write_table(
        tmp_path / "a.csv", ["file,neutral,happiness", "0.png,0.7,0.3", "1.png,0.2,0.8", "2.png,,"]
    )
    report = judge_file(table, folder, None, JudgeOptions())
    assert report.faces == 2
    assert "1 of 3 faces" in report.notes[0]


@pytest.mark.parametrize("lines", [["a,b", "1,2"], ["file,valence", "0.png,0.5"], ["neutral,anger", "0.5,0.5"]])
def test_a_table_without_the_needed_columns_is_refused(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(AppError, match="needs a column"):
        AnswerTable(write_table(tmp_path / "a.csv", lines))


def test_a_table_of_other_pictures_is_refused(tmp_path: Path) -> None:
    folder = write_faces(tmp_path / "set", faces_of("neutral", "happiness"))
    table = write_table(tmp_path / "a.csv", ["file,neutral,happiness", "other.png,0.7,0.3"])
    with pytest.raises(AppError, match="none of the 2 pictures"):
        judge_file(table, folder, None, JudgeOptions())


def test_affect_stands_beside_the_class_means_of_the_training_part(tmp_path: Path) -> None:
    rows = faces_of(
        "neutral", "happiness", "neutral", "happiness",
        valence=["0", "0.8", "0.1", "0.6"], arousal=["0", "0.2", "0.1", "0.4"],
        split=["train", "train", "val", "val"],
    )  # fmt: skip
    table = write_table(
        tmp_path / "a.csv",
        ["file,neutral,happiness,valence,arousal", "2.png,0.9,0.1,0.1,0.1", "3.png,0.1,0.9,0.6,0.4"],
    )
    figures = judge_file(table, write_faces(tmp_path / "set", rows), None, JudgeOptions()).parts[""]
    assert figures.affect is not None
    assert figures.affect["valence"].network.ccc == pytest.approx(1.0)
    assert figures.affect["valence"].mean_of_true_class.rmse == pytest.approx(np.sqrt((0.1**2 + 0.2**2) / 2))
    assert figures.means_of == "the training part"


def test_groups_have_figures_of_their_own_and_small_ones_none(tmp_path: Path) -> None:
    labels = ["neutral", "happiness"] * 6
    rows = faces_of(*labels, age=["old"] * 10 + ["young"] * 2)
    table = write_table(
        tmp_path / "a.csv", ["file,neutral,happiness", *(f"{number}.png,0.9,0.1" for number in range(12))]
    )
    report = judge_file(table, write_faces(tmp_path / "set", rows), None, JudgeOptions(group_column="Age"))
    assert list(report.groups) == ["old"]
    assert report.groups["old"].classes is not None
    assert report.groups["old"].classes.count == 10
    assert any("young: 2 faces" in note for note in report.notes)
    with pytest.raises(AppError, match="no column 'sex'"):
        open_faces(tmp_path / "set", group_column="sex")


def test_copies_of_learned_faces_are_found_though_recompressed_and_no_others() -> None:
    chance = np.random.default_rng(1)
    first = cv2.GaussianBlur(chance.integers(0, 255, (64, 64), dtype=np.uint8), (0, 0), 4)
    other = cv2.GaussianBlur(chance.integers(0, 255, (64, 64), dtype=np.uint8), (0, 0), 4)
    again = cv2.imdecode(cv2.imencode(".jpg", first, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_GRAYSCALE)
    found = copies_of(thumbprints([np.asarray(again, np.uint8), other]), thumbprints([first]))
    assert found.tolist() == [True, False]


def test_the_curve_says_how_many_labels_are_left_and_how_many_of_them_are_right() -> None:
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4], [0.55, 0.45], [0.2, 0.8]])
    points = {point.least_confidence: point for point in curve(probabilities, np.array([0, 1, 0, 1]))}
    assert (points[0.0].shown, points[0.0].right) == (1.0, 0.75)
    assert (points[0.7].shown, points[0.7].right) == (0.5, 1.0)
    assert points[0.95].shown == 0.0
    assert np.isnan(points[0.95].right)


def test_the_command_writes_page_and_figures_and_never_over_a_file(tmp_path: Path) -> None:
    rows = faces_of("neutral", "<b>", "happiness", split=["val"] * 3)
    rows[1]["label"] = "anger"
    folder = write_faces(tmp_path / "set", rows)
    table = write_table(tmp_path / "a.csv", ["file,neutral,happiness", "0.png,0.7,0.3", "2.png,0.4,0.6"])
    for name in ("out.json", "out.html"):
        arguments = [str(table), str(folder), "-o", str(tmp_path / name)]
        assert CliRunner().invoke(command, arguments, catch_exceptions=False).exit_code == 0
        with pytest.raises(AppError, match="is there already"):
            CliRunner().invoke(command, arguments, catch_exceptions=False)
    figures = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert figures["priors"][""]["accuracy"] == 1.0
    told = CliRunner().invoke(command, [str(table), str(folder), "--json"], catch_exceptions=False)
    assert json.loads(told.output, parse_constant=pytest.fail)["report"] == figures
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page
    assert "<script" not in page
