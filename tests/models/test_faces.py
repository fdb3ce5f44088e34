from pathlib import Path

import numpy as np
import pytest

from mien_models.training.faces import FaceSet, held_out_mask, load_fer


def write_archive(path: Path, count: int = 60) -> np.ndarray:
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (count, 48, 48), dtype=np.uint8)
    split = np.zeros(count, np.int8)
    split[50:] = 1
    votes = np.zeros((count, 10), np.int16)
    votes[:, 1] = 10
    votes[0] = [0] * 9 + [10]
    np.savez(
        path,
        pixels=pixels,
        split=split,
        ferplus_votes=votes,
        fer2013_label=np.full(count, 3),
        label_ambiguous=np.zeros(count, bool),
    )
    return pixels


def test_public_test_and_faces_that_nobody_saw_stay_out(tmp_path: Path) -> None:
    pixels = write_archive(tmp_path / "faces.npz")
    train, held_out = load_fer(tmp_path / "faces.npz", vote_share=0.5, held_out=0.2, seed=0)
    assert len(train) + len(held_out) == 49
    assert 0 < len(held_out) < 25
    seen = {face.tobytes() for part in (train, held_out) for face in part.pixels}
    assert not seen & {face.tobytes() for face in pixels[50:]}
    assert pixels[0].tobytes() not in seen
    assert train.expression[:, 1] == pytest.approx(1.0)


def test_identical_pictures_are_never_split() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 48, 48), dtype=np.uint8)
    mask = held_out_mask(np.concatenate([pixels, pixels[::-1]]), 0.5, seed=1)
    assert 0 < mask.sum() < 80
    assert (mask[:40] == mask[40:][::-1]).all()


def test_a_wrong_shape_is_named() -> None:
    with pytest.raises(ValueError, match=r"FaceSet\.expression: expected \(2, 8\)"):
        FaceSet(
            np.zeros((2, 48, 48), np.uint8),
            np.zeros((2, 7), np.float32),
            np.zeros((2, 2), np.float32),
            np.zeros(2, np.float32),
        )
