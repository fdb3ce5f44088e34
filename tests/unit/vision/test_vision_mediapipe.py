"""The real network on real pictures. Needs its weights, once fetched with ``mien models fetch``."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.core.face import FaceBox
from mien.core.frame import Frame
from mien.errors import ModelError
from mien.vision import mediapipe_detector
from mien.vision.detector import FIRM_SCORE
from mien.vision.finder import FaceFinder
from mien.vision.mediapipe_detector import MediapipeDetector
from mien.vision.people import People
from mien.vision.tracker import Tracker
from mien.vision.weights import FULL_RANGE, find_weights
from tests.makers import make_frame
from tests.patience import PATIENCE_S

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def weights() -> None:
    try:
        find_weights(FULL_RANGE)
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture
def detector(weights: None) -> Iterator[MediapipeDetector]:
    opened = MediapipeDetector()
    yield opened
    opened.close()


def frame(image: np.ndarray, index: int = 0) -> Frame:
    return make_frame(index, image=image, fps=25)


def photo(shared: Path, name: str) -> np.ndarray:
    image = cv2.imread(str(shared / "media" / "photos" / name))
    assert image is not None
    return image


def firm(boxes: list[FaceBox]) -> list[FaceBox]:
    return [box for box in boxes if box.score >= FIRM_SCORE]


def follow(detector: MediapipeDetector, clip: Path) -> list[list[int]]:
    """Return the numbers of the faces of each frame."""
    finder = FaceFinder(detector, Tracker(), People())
    capture = cv2.VideoCapture(str(clip))
    numbers = []
    while True:
        is_read, image = capture.read()
        if not is_read:
            break
        numbers.append([track.track_id for track in finder.find(frame(image, len(numbers)))])
    capture.release()
    return numbers


@pytest.mark.shared
@pytest.mark.parametrize(("name", "count"), [("five_faces.jpg", 5), ("justin.jpg", 1), ("no-faces.jpg", 0)])
def test_a_photo_gives_its_faces_at_once(detector: MediapipeDetector, shared: Path, name: str, count: int) -> None:
    assert len(FaceFinder(detector, Tracker(), People()).find(frame(photo(shared, name)))) == count


@pytest.mark.shared
def test_points_lie_on_the_face(detector: MediapipeDetector, shared: Path) -> None:
    (box,) = detector.detect(frame(photo(shared, "justin.jpg")))
    assert box.landmarks is not None
    left, right, nose, mouth = box.landmarks
    assert box.x1 < left[0] < nose[0] < right[0] < box.x2
    assert box.y1 < left[1] < nose[1] < mouth[1] < box.y2
    # Seen by eye in the photo.
    assert np.allclose(left, (158, 163), atol=12)
    assert np.allclose(right, (231, 165), atol=12)


@pytest.mark.shared
def test_one_face_is_followed_under_one_number(detector: MediapipeDetector, shared: Path) -> None:
    numbers = follow(detector, shared / "media" / "one_face_336p.mp4")
    assert len(numbers) == 115
    counts = Counter(number for frame_numbers in numbers for number in frame_numbers)
    assert counts[1] >= 110
    assert set(counts) == {1}


@pytest.mark.shared
def test_a_cartoon_has_no_face(detector: MediapipeDetector, shared: Path) -> None:
    numbers = follow(detector, shared / "media" / "no_face_540p.mp4")
    assert len(numbers) == 95
    assert sum(bool(frame_numbers) for frame_numbers in numbers) <= 5


@pytest.mark.shared
def test_a_face_ends_where_it_ends(detector: MediapipeDetector, shared: Path) -> None:
    numbers = follow(detector, shared / "media" / "face_then_none_540p.mov")
    assert len(numbers) == 169
    assert numbers[:72] == [[1]] * 72  # seen by eye: the cut comes after frame 71
    assert not any(numbers[72:])


@pytest.mark.parametrize("shape", [(1, 1), (5, 7), (2, 900), (900, 2), (100, 100)])
def test_odd_sizes(detector: MediapipeDetector, shape: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 255, (*shape, 3), dtype=np.uint8)
    assert firm(detector.detect(frame(image))) == []


def test_times_that_do_not_rise_are_borne(detector: MediapipeDetector) -> None:
    image = np.zeros((90, 160, 3), np.uint8)
    for timestamp_s in (0.0, 0.0, 0.0004, 0.0001, 5.0, 1.0):
        assert detector.detect(make_frame(0, timestamp_s, image=image)) == []


def test_opening_is_quiet_and_closing_safe_twice(
    detector: MediapipeDetector, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mien.own_process._is_own", True)
    second = MediapipeDetector()
    second.close()
    second.close()
    assert second.name == "mediapipe full-range"
    assert capfd.readouterr().err == ""


def test_missing_and_unusable_files_name_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="mien models fetch"):
        MediapipeDetector(tmp_path / "none.tflite")
    (tmp_path / "bad.tflite").write_bytes(b"no network at all")
    with pytest.raises(ModelError, match="mien models fetch"):
        MediapipeDetector(tmp_path / "bad.tflite")


@pytest.mark.parametrize("ending", ["left open", "in a cycle"])
def test_a_detector_that_nobody_closes_neither_hangs_nor_complains(
    detector: MediapipeDetector, ending: str
) -> None:
    lines = [
        "import gc, numpy",
        "from mien.core.frame import Frame",
        "from mien.own_process import declare_own",
        "declare_own()",
        "from mien.vision.mediapipe_detector import MediapipeDetector",
        "MediapipeDetector().close()",  # the first import of mediapipe keeps its callers alive
        "holder = [MediapipeDetector()]",
        "holder[0].detect(Frame(numpy.zeros((90, 160, 3), numpy.uint8), 0, 0.0, 0.0))",
    ]
    if ending == "in a cycle":
        lines += ["holder.append(holder)", "del holder", "gc.collect()"]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_opening_loads_no_plotting_library_and_leaves_it_usable(weights: None) -> None:
    program = (
        "import sys\n"
        "from mien.own_process import declare_own\n"
        "declare_own()\n"
        "from mien.vision.mediapipe_detector import MediapipeDetector\n"
        "MediapipeDetector().close()\n"
        "print('matplotlib' in sys.modules)\n"
        "import matplotlib.pyplot\n"
        "print(hasattr(matplotlib.pyplot, 'plot'))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("is_own", [False, True])
def test_stderr_and_modules_are_touched_in_a_process_of_ours_alone(
    is_own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, dup2 = [], os.dup2
    monkeypatch.setattr("mien.own_process._is_own", is_own)
    monkeypatch.setattr("os.dup2", lambda old, new: calls.append(new) or dup2(old, new))  # type: ignore[func-returns-value]
    monkeypatch.delitem(sys.modules, "matplotlib", raising=False)
    with mediapipe_detector._without_plotting(), mediapipe_detector._without_chatter():
        assert ("matplotlib" in sys.modules) is is_own
    assert (2 in calls) is is_own
    assert "matplotlib" not in sys.modules


def test_detectors_are_opened_one_at_a_time(weights: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is redirected while one opens belongs to the whole process: two at once would lose stderr for good."""
    inside, most = 0, 0

    @contextlib.contextmanager
    def counted() -> Iterator[None]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.05)
        yield
        inside -= 1

    monkeypatch.setattr(mediapipe_detector, "_without_chatter", counted)
    opened: list[MediapipeDetector] = []
    threads = [threading.Thread(target=lambda: opened.append(MediapipeDetector())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for detector in opened:
        detector.close()
    assert len(opened) == 3
    assert most == 1
