"""The face detector's weights: where they lie, and the one explicit call that fetches them.

The networks are MediaPipe's (Apache-2.0). Its newer wheels carry none, so they are taken out of the wheel of
0.10.21, which comes from the user's own package index and is read as data: nothing of it is installed or run.
``fetch_weights`` is the only code of the program that uses the network.
"""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.errors import DetectorUnavailable, ModelError
from mien.places import data_folder, make_private_folder
from mien.scratch import scratch_folder

PACKAGE: Final = "mediapipe==0.10.21"
DOWNLOAD_BYTES: Final = 35_622_638
TIMEOUT_S: Final = 600
REMEDY: Final = "fetch it with `mien models fetch`"

FULL_RANGE: Final = "face-full-range"
SHORT_RANGE: Final = "face-short-range"


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A file that the face detector needs.

    Attributes:
        name: What the program calls it.
        file_name: In the user's data folder.
        member: Its path inside the wheel.
        size_bytes: Of the file.
        sha256: Of the file, 64 hexadecimal digits.
        about: For people, a line.
    """

    name: str
    file_name: str
    member: str
    size_bytes: int
    sha256: str
    about: str


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """What came of fetching one file.

    Attributes:
        weights: The file.
        path: Where it lies now, verified.
        is_new: False where it was there already.
    """

    weights: WeightsFile
    path: Path
    is_new: bool


WEIGHTS: Final = (
    WeightsFile(
        FULL_RANGE,
        "face_detection_full_range_sparse.tflite",
        "mediapipe/modules/face_detection/face_detection_full_range_sparse.tflite",
        676_746,
        "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
        "face detector for webcams and films, Apache-2.0",
    ),
    WeightsFile(
        SHORT_RANGE,
        "face_detection_short_range.tflite",
        "mediapipe/modules/face_detection/face_detection_short_range.tflite",
        229_714,
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        "face detector for a face close to the camera, Apache-2.0",
    ),
    WeightsFile(
        "mediapipe-licence",
        "LICENSE.mediapipe.txt",
        "mediapipe-0.10.21.dist-info/LICENSE",
        12_331,
        "8707eef0533987efc5b155d64761eeb6e20793f50b9bd1a68dad1cf4719d0ed8",
        "the licence of the face detectors",
    ),
)


def weights_folder() -> Path:
    """Return the folder of the weights, in the user's data folder."""
    return data_folder() / "weights"


def find_weights(name: str) -> Path:
    """Return the path of a verified file of weights; takes a few milliseconds and never asks the network.

    Args:
        name: As in ``WEIGHTS``.

    Raises:
        ModelError: It is missing or damaged.
    """
    known = {weights.name: weights for weights in WEIGHTS}
    if name not in known:
        raise ModelError(f"{name}: no weights of this name; there are {', '.join(known)}")
    path = weights_folder() / known[name].file_name
    verify(known[name], path)
    return path


def verify(weights: WeightsFile, path: Path) -> None:
    """Check that ``path`` holds the weights, byte by byte.

    Raises:
        ModelError: It is missing, unreadable or another.
    """
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        raise DetectorUnavailable(f"{path}: the {weights.name} weights are missing; {REMEDY}") from None
    except OSError as error:
        raise DetectorUnavailable(f"{path}: cannot be read ({error.strerror}); {REMEDY}") from error
    if not _is_genuine(weights, found):
        raise DetectorUnavailable(
            f"{path}: is not the {weights.name} weights that Mien knows (sha256 differs); {REMEDY}"
        )


def fetch_weights(
    folder: Path | None = None, progress: Callable[[str], None] = lambda line: None
) -> tuple[FetchedFile, ...]:
    """Bring all weights into ``folder``, through uv or pip and the package index that these are set up for.

    Files that are there and verified are left alone; with all of them there, nothing is downloaded.

    Args:
        folder: Where to; the user's data folder by default.
        progress: Called with one line for each step.

    Raises:
        ModelError: The package or the folder cannot be had, or a file is not the expected one.
    """
    folder = folder or weights_folder()
    missing = {weights for weights in WEIGHTS if not _is_there(weights, folder)}
    if missing:
        progress(f"downloading {PACKAGE} ({DOWNLOAD_BYTES / 1e6:.0f} MB, as data only) for the face detector")
        try:
            make_private_folder(folder)
            with scratch_folder("fetch") as scratch:
                _download(scratch)
                for weights in missing:
                    _place(weights, _extract(weights, scratch), folder)
        except OSError as error:
            raise ModelError(
                f"{folder}: the weights cannot be stored ({error.strerror or error}); "
                "make it writable or set MIEN_DATA to another folder"
            ) from error
    fetched = tuple(FetchedFile(weights, folder / weights.file_name, weights in missing) for weights in WEIGHTS)
    for file in fetched:
        state = "fetched, sha256 verified" if file.is_new else "already there, sha256 verified"
        progress(f"{file.path.name} ({file.weights.size_bytes:,} bytes): {state}")
    return fetched


def _is_genuine(weights: WeightsFile, content: bytes) -> bool:
    return len(content) == weights.size_bytes and hashlib.sha256(content).hexdigest() == weights.sha256


def _is_there(weights: WeightsFile, folder: Path) -> bool:
    try:
        verify(weights, folder / weights.file_name)
    except ModelError:
        return False
    return True


def _download(scratch: Path) -> None:
    """Put the wheel, packed or unpacked, into ``scratch``."""
    failures = []
    for command in _downloaders(scratch):
        try:
            # Run in the empty folder, so that no project's settings around the user's folder have a say.
            done = subprocess.run(
                command, cwd=scratch, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_S
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            failures.append(str(error))
            continue
        if done.returncode == 0:
            return
        failures.append(done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}")
    reason = failures[-1].splitlines()[-1].strip() if failures else "neither uv nor pip is at hand"
    raise ModelError(f"{PACKAGE} could not be downloaded for the face detector ({reason}); check the connection")


def _downloaders(scratch: Path) -> list[Sequence[str]]:
    """Return the commands to try, in order.

    The wheel of Linux and Python 3.11 is asked for on every platform: the weights in it are the same.
    """
    uv = shutil.which("uv")
    commands: list[Sequence[str]] = []
    if uv is not None:
        options = (
            "--quiet --no-deps --only-binary :all: --python-version 3.11 --python-platform x86_64-manylinux_2_28"
        )
        where = ("--python", sys.executable, "--target", str(scratch))
        commands.append((uv, "pip", "install", *options.split(), *where, PACKAGE))
    options = "--quiet --no-deps --only-binary=:all: --python-version 3.11 --platform manylinux_2_28_x86_64"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download")
    commands.append((*pip, *options.split(), "--dest", str(scratch), PACKAGE))
    return commands


def _extract(weights: WeightsFile, scratch: Path) -> bytes:
    """Return the file's content out of the wheel, as uv unpacked it or as pip left it.

    Raises:
        ModelError: It is not in there, or another than expected.
    """
    unpacked = scratch / weights.member
    content = b""
    if unpacked.is_file():
        content = unpacked.read_bytes()
    for wheel in scratch.glob("mediapipe-*.whl"):
        try:
            with zipfile.ZipFile(wheel) as archive:
                content = archive.read(weights.member)
        except (zipfile.BadZipFile, KeyError):
            continue
    if not _is_genuine(weights, content):
        raise ModelError(
            f"{PACKAGE} of your package index does not hold the expected {weights.file_name} (sha256 differs); "
            "try another index, nothing was stored"
        )
    return content


def _place(weights: WeightsFile, content: bytes, folder: Path) -> None:
    """Write a file so that its final name never holds half of it."""
    part = folder / f".{weights.file_name}.part"  # one name: what a kill left is written over
    try:
        part.write_bytes(content)
        part.replace(folder / weights.file_name)
    finally:
        part.unlink(missing_ok=True)
