"""How true the details of faces are, on faces whose pose and expression are known because they were made.

    python -m mien_models.landmarks.judge --data ../shared/data [--portraits 28]

Portraits of ``ratedweb`` that look about straight ahead are turned and warped (``warped_faces``), and what the
program says of them is held against what was done. People who code FACS are not part of it.
"""

from __future__ import annotations

import argparse
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from mien.composition import open_detector
from mien.core import eyes
from mien.core.action_units import UNITS, mean_of_sides
from mien.core.face import FaceBox, FaceTrack
from mien.core.face_details import FaceDetails, details_of
from mien.core.face_mesh import FaceMesh
from mien.core.face_motion import FaceMotion
from mien.core.frame import Frame
from mien.core.head_pose import HeadPose, place_of, pose_of_turn
from mien.inference.landmark_session import LandmarkSession, face_model
from mien.settings import Settings
from mien.vision.face_mesh import DEPTH, MeshFinder
from mien_models.landmarks.warped_faces import Image, Points, Portrait, moved, portrait_of, spread, turned

POSES: Final = (
    *((yaw, 0.0, 0.0) for yaw in (-45.0, -30.0, -15.0, 15.0, 30.0, 45.0)),
    *((0.0, pitch, 0.0) for pitch in (-20.0, -10.0, 10.0, 20.0)),
    *((0.0, 0.0, roll) for roll in (-30.0, 30.0)),
    (20.0, 10.0, 0.0),
    (-20.0, -10.0, 15.0),
)
BORDER_PX: Final = 60
ACTIONS: Final = {
    # Points, their shift to the right and down in widths of the face, how far the skin follows, what should rise.
    "both brows up": ((105, 66, 63, 334, 296, 293), (0.0, -0.05), 0.05, ("au01", "au02")),
    "brows down": ((105, 66, 107, 55, 334, 296, 336, 285), (0.0, 0.04), 0.05, ("au04",)),
    "corners of the mouth up": ((61, 291), (0.0, -0.05), 0.06, ("au12",)),
    "corners of the mouth down": ((61, 291), (0.0, 0.05), 0.05, ("au15",)),
    "lower lip and jaw down": ((14, 17, 87, 317, 152, 200), (0.0, 0.12), 0.07, ("au25", "au26")),
}
LIDS: Final = (
    ((246, 161, 160, 159, 158, 157, 173), (7, 163, 144, 145, 153, 154, 155), (247, 30, 29, 27, 28, 56, 190)),
    (
        (466, 388, 387, 386, 385, 384, 398),
        (249, 390, 373, 374, 380, 381, 382),
        (467, 260, 259, 257, 258, 286, 414),
    ),
)
"""Of the right and the left eye: points of the upper lid, of the lower one below, and of the skin above."""

SIDED: Final = {"left": (291, "au12_left", "au12_right"), "right": (61, "au12_right", "au12_left")}


class Judge:
    """Looks at pictures as the program does."""

    def __init__(self) -> None:
        self._detector = open_detector(Settings())
        self._session, self.model = LandmarkSession("cpu"), face_model()

    def found(self, image: Image) -> FaceBox | None:
        """Return the largest face."""
        boxes = self._detector.detect(Frame(np.ascontiguousarray(image), 0, 0.0, 0.0))
        return max(boxes, key=lambda box: box.height_px, default=None)

    def mesh(self, image: Image, box: FaceBox) -> FaceMesh | None:
        """Return the mesh of a face."""
        track = [FaceTrack(1, box, 0)]
        return MeshFinder(self._session).find(np.ascontiguousarray(image), track, track)[0]

    def details(self, image: Image, box: FaceBox) -> FaceDetails | None:
        """Return the details of a face."""
        mesh = self.mesh(image, box)
        return None if mesh is None else details_of(mesh, self.model)


def portraits(judge: Judge, data: Path, count: int) -> Iterator[tuple[Portrait, FaceBox]]:
    """Yield faces that look about straight ahead."""
    with zipfile.ZipFile(data / "ratedweb" / "images.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        for name in names[::3]:
            read = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_COLOR)
            if read is None:
                continue
            image = np.asarray(cv2.copyMakeBorder(read, *(BORDER_PX,) * 4, cv2.BORDER_REPLICATE), np.uint8)
            box = judge.found(image)
            mesh = judge.mesh(image, box) if box is not None else None
            if box is None or mesh is None:
                continue
            pose = place_of(mesh.points, judge.model).pose
            if abs(pose.yaw_deg) < 6 and abs(pose.pitch_deg) < 10:
                # The relief of a head as it is: it was made deeper so that turns come out right.
                yield portrait_of(image, mesh.points / np.array([1.0, 1.0, DEPTH])), box
                count -= 1
                if not count:
                    return


def judge_pose(judge: Judge, faces: list[tuple[Portrait, FaceBox]]) -> None:
    """Print by how much known turns are missed, on the portraits that did not choose the depth."""
    rows: dict[tuple[float, float, float], list[list[float]]] = {}
    for portrait, _ in faces[1::2]:
        start: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None = None
        for angles in ((0.0, 0.0, 0.0), *POSES):
            image, points = turned(portrait, HeadPose(*angles))
            mesh = judge.mesh(image, _box(points))
            if mesh is None:
                continue
            turn = place_of(mesh.points, judge.model).pose.matrix
            if start is None:
                start = turn
                continue
            pose = pose_of_turn(turn @ start.T)
            said = (pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
            rows.setdefault(angles, []).append([one - other for one, other in zip(said, angles, strict=True)])
    print(f"\nHead pose, {len(faces[1::2])} portraits turned by known angles: mean error, degrees")
    for angles, errors in rows.items():
        means = np.mean(errors, axis=0)
        print(
            f"  yaw {angles[0]:+4.0f} pitch {angles[1]:+4.0f} roll {angles[2]:+4.0f}: "
            f"yaw {means[0]:+5.1f} pitch {means[1]:+5.1f} roll {means[2]:+5.1f}  ({len(errors)} found)"
        )
    every = np.abs(np.concatenate(list(rows.values())))
    print("  mean absolute error: yaw {:.1f}, pitch {:.1f}, roll {:.1f}".format(*every.mean(axis=0)))


def judge_units(judge: Judge, faces: list[tuple[Portrait, FaceBox]]) -> None:
    """Print what rises when some points are moved, and whether it is what should."""
    names = [f"au{unit.number:02}" for unit in UNITS]
    print(
        f"\nAction units, {len(faces)} portraits with points moved: mean change of what should rise, "
        "rank of it among all, faces on which it rose by .1"
    )
    for title, (points, shift, reach, wanted) in ACTIONS.items():
        changes = []
        for portrait, box in faces:
            before = judge.details(portrait.image, box)
            after = judge.details(moved(portrait, spread(portrait, points, shift, reach)), box)
            if before is None or after is None:
                continue
            first, second = (mean_of_sides(_by_name(each)) for each in (before, after))
            changes.append([second[name] - first[name] for name in names])
        means = dict(zip(names, np.mean(changes, axis=0).tolist(), strict=True))
        order = sorted(names, key=lambda name: -means[name])
        told = ", ".join(
            f"{name} {means[name]:+.2f} (rank {order.index(name) + 1}, "
            f"{np.mean(np.array(changes)[:, names.index(name)] >= 0.1):.0%})"
            for name in wanted
        )
        print(f"  {title}: {told}; strongest: {', '.join(f'{name} {means[name]:+.2f}' for name in order[:3])}")
    for side, (point, mine, other) in SIDED.items():
        pairs = []
        for portrait, box in faces:
            before = judge.details(portrait.image, box)
            after = judge.details(moved(portrait, spread(portrait, (point,), (0.0, -0.05), 0.06)), box)
            if before is not None and after is not None:
                pairs.append((after[mine] - before[mine], after[other] - before[other]))
        means_of = np.mean(pairs, axis=0)
        right = np.mean([own > its for own, its in pairs])
        print(
            f"  {side} corner of the mouth up: {mine} {means_of[0]:+.2f}, {other} {means_of[1]:+.2f}; "
            f"larger on that side in {right:.0%}"
        )


def judge_mirror(judge: Judge, faces: list[tuple[Portrait, FaceBox]]) -> None:
    """Print how well left and right change places in a mirrored picture, and angles their sign."""
    sided = [unit.columns for unit in UNITS if unit.has_sides]
    swaps, angles = [], []
    for portrait, box in faces:
        width = portrait.image.shape[1]
        flipped = FaceBox(width - box.x2, box.y1, width - box.x1, box.y2, box.score)
        first, second = judge.details(portrait.image, box), judge.details(portrait.image[:, ::-1], flipped)
        if first is None or second is None:
            continue
        swaps += [abs(first[left] - second[right]) for left, right in sided]
        angles.append(
            [abs(first[name] + second[name]) for name in ("yaw_deg", "roll_deg", "gaze_in_head_yaw_deg")]
        )
    yaw, roll, gaze = np.nanmean(angles, axis=0)
    print(
        f"\nMirrored pictures: left and right change places within {np.mean(swaps):.3f} on average; "
        f"yaw {yaw:.1f}, roll {roll:.1f}, gaze {gaze:.1f} degrees from the opposite sign"
    )


def judge_noise(judge: Judge, faces: list[tuple[Portrait, FaceBox]]) -> None:
    """Print how much the same face differs from itself with camera noise."""
    chance, said = np.random.default_rng(1), []
    names = ("yaw_deg", "pitch_deg", "gaze_yaw_deg", "gaze_pitch_deg", "au12_left", "au01", "eye_open_left")
    for portrait, box in faces:
        mine = []
        for _ in range(8):
            noise = chance.normal(0.0, 6.0, portrait.image.shape)
            noisy = np.clip(portrait.image + noise, 0, 255).astype(np.uint8)
            details = judge.details(noisy, box)
            if details is not None:
                mine.append([details[name] for name in names])
        said.append(np.std(mine, axis=0))
    spreads = np.nanmean(said, axis=0)
    print(
        "\nThe same face with noise of 6 levels, standard deviation: "
        + ", ".join(f"{name} {value:.2f}" for name, value in zip(names, spreads.tolist(), strict=True))
    )


def lids_closed(portrait: Portrait) -> dict[int, tuple[float, float]]:
    """Return the shifts that close both eyes: upper lids go down to the lower ones, the skin above half as far."""
    shifts = {}
    for upper, lower, above in LIDS:
        for top, bottom, skin in zip(upper, lower, above, strict=True):
            gap = (portrait.points[bottom, :2] - portrait.points[top, :2]) / portrait.width_px
            shifts[top] = (float(gap[0]), float(gap[1]))
            shifts[skin] = (float(gap[0]) / 2, float(gap[1]) / 2)
    return shifts


def judge_blinks(judge: Judge, faces: list[tuple[Portrait, FaceBox]]) -> None:
    """Print how many made blinks are seen, and how many where there are none."""
    hits = misses = false = 0
    for portrait, box in faces:
        shifts = lids_closed(portrait)
        motion, seen = FaceMotion(), []
        open_mesh = judge.mesh(portrait.image, box)
        if open_mesh is None:
            continue
        for at in range(100):
            share = {30: 0.5, 31: 1.0, 32: 1.0, 33: 0.5}.get(at % 50, 0.0)
            mesh: FaceMesh | None = open_mesh
            if share:
                part = {point: (share * x, share * y) for point, (x, y) in shifts.items()}
                mesh = judge.mesh(moved(portrait, part), box)
            lids = np.nan if mesh is None else eyes.lid_signal(mesh)
            seen.append(motion.step(at / 25, float(lids), 0.0)[0] > 0.5)
        begun = [at for at in range(1, 100) if seen[at] and not seen[at - 1]]
        for start in (30, 80):
            hit = any(start <= at <= start + 3 for at in begun)
            hits, misses = hits + hit, misses + (not hit)
        false += sum(not any(start <= at <= start + 3 for start in (30, 80)) for at in begun)
    said = f"{hits} seen, {misses} missed, {false} where there was none"
    print(f"\nBlinks made by closing the lids for four pictures: {said}")


def _box(points: Points) -> FaceBox:
    (x1, y1), (x2, y2) = points[:468, :2].min(axis=0).tolist(), points[:468, :2].max(axis=0).tolist()
    return FaceBox(x1, y1, x2, y2, 1.0)


def _by_name(details: FaceDetails) -> dict[str, float]:
    return {column: details[column] for unit in UNITS for column in unit.columns}


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--portraits", type=int, default=28)
    chosen = parser.parse_args()
    judge = Judge()
    faces = list(portraits(judge, chosen.data, chosen.portraits))
    for look in (judge_pose, judge_units, judge_mirror, judge_noise, judge_blinks):
        look(judge, faces)


if __name__ == "__main__":
    main()
