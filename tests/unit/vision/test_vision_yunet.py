from pathlib import Path

import cv2
import numpy as np
import pytest

from mien.core.frame import Frame
from mien.errors import ModelError
from mien.vision.yunet_detector import YunetDetector
from tests.makers import make_frame

FILE = "face_detection_yunet_2023mar.onnx"


def frame(image: np.ndarray) -> Frame:
    return make_frame(image=image)


@pytest.mark.shared
@pytest.mark.parametrize("enlarge", [1, 3])
def test_five_faces_with_their_points(shared: Path, enlarge: int) -> None:
    detector = YunetDetector(shared / "weights" / FILE)
    image = cv2.imread(str(shared / "media" / "photos" / "five_faces.jpg"))
    boxes = detector.detect(frame(cv2.resize(image, None, fx=enlarge, fy=enlarge)))
    assert len(boxes) == 5
    for box in boxes:
        assert box.landmarks is not None
        left, right, nose, mouth = box.landmarks
        assert box.x1 < left[0] < nose[0] < right[0] < box.x2
        assert box.y1 < left[1] < nose[1] < mouth[1] < box.y2
    assert max(box.x2 for box in boxes) == pytest.approx(795 * enlarge, abs=12 * enlarge)


@pytest.mark.shared
def test_no_face_and_odd_sizes(shared: Path) -> None:
    detector = YunetDetector(shared / "weights" / FILE)
    assert detector.detect(frame(cv2.imread(str(shared / "media" / "photos" / "no-faces.jpg")))) == []
    for shape in [(1, 1), (5, 7), (2, 900), (33, 65), (1201, 37)]:
        assert detector.detect(frame(np.zeros((*shape, 3), np.uint8))) == []
    detector.close()


def test_missing_and_unusable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.onnx: .*check its path"):
        YunetDetector(tmp_path / "none.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"no network at all")
    with pytest.raises(ModelError, match="YuNet"):
        YunetDetector(tmp_path / "bad.onnx")
    (tmp_path / "empty.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match="YuNet"):
        YunetDetector(tmp_path / "empty.onnx")
