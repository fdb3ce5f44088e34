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
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mien.errors import DetectorUnavailable, ModelError
from mien.places import data_folder, make_private_folder
from mien.scratch import scratch_folder

PACKAGE: Final = "mediapipe==0.10.21"
WHEEL: Final = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
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
    folder: Path | None = None,
    progress: Callable[[str], None] = lambda line: None,
    origin: Path | None = None,
) -> tuple[FetchedFile, ...]:
    """Bring all weights into ``folder``: through uv or pip and the package index of these, or by hand.

    Files that are there and verified are left alone; with all of them there, nothing is downloaded.

    Args:
        folder: Where to; the user's data folder by default.
        progress: Called with one line for each step.
        origin: What was carried here from another machine, so that nothing is downloaded: the wheel of
            ``PACKAGE``, a folder that holds it or the files, or one of the files.

    Raises:
        ModelError: The package, what was carried, or the folder cannot be had, or a file is not the expected one.
    """
    folder = folder or weights_folder()
    missing = {weights for weights in WEIGHTS if not _is_there(weights, folder)}
    if missing:
        try:
            contents = _carried(missing, origin) if origin is not None else {}
            make_private_folder(folder)
            contents = contents or _downloaded(missing, progress)
            for weights, content in contents.items():
                _place(weights, content, folder)
        except OSError as error:
            raise ModelError(
                f"{folder}: the weights cannot be stored ({error.strerror or error}); "
                "make it writable or set MIEN_DATA to another folder"
            ) from error
    fetched = tuple(
        FetchedFile(weights, folder / weights.file_name, weights in missing)
        for weights in WEIGHTS
        if weights not in missing or weights in contents
    )
    for file in fetched:
        state = "stored, sha256 verified" if file.is_new else "already there, sha256 verified"
        progress(f"{file.path.name} ({file.weights.size_bytes:,} bytes): {state}")
    return fetched


def _downloaded(wanted: Collection[WeightsFile], progress: Callable[[str], None]) -> dict[WeightsFile, bytes]:
    progress(f"downloading {PACKAGE} ({DOWNLOAD_BYTES / 1e6:.0f} MB, as data only) for the face detector")
    with scratch_folder("fetch") as scratch:
        _download(scratch)
        return {weights: _extract(weights, scratch) for weights in wanted}


def _carried(wanted: Collection[WeightsFile], origin: Path) -> dict[WeightsFile, bytes]:
    """Return what was carried here; of one file that is no wheel, that file alone.

    Raises:
        ModelError: Something is missing, or is another file.
        OSError: It cannot be read.
    """
    if not origin.exists():
        raise ModelError(f"{origin}: no such file or folder; `mien models fetch --list` says what to carry here")
    is_wheel = origin.suffix.lower() in (".whl", ".zip")
    content = {weights: _content_in(weights, origin) for weights in wanted}
    found = {weights: held for weights, held in content.items() if _is_genuine(weights, held)}
    lacking = sorted(weights.file_name for weights in wanted if weights not in found)
    if lacking and (origin.is_dir() or is_wheel or not found):
        raise ModelError(
            f"{origin}: does not hold {', '.join(lacking)} as Mien knows them (sha256); "
            "`mien models fetch --list` says what to carry here"
        )
    return found


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
    raise ModelError(
        f"{PACKAGE} could not be downloaded for the face detector ({reason}); check the "
        "connection, or carry the wheel here from another machine (`mien models fetch --list` says which, "
        "`--from FILE` takes it)"
    )


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
    content = _content_in(weights, scratch)
    if not _is_genuine(weights, content):
        raise ModelError(
            f"{PACKAGE} of your package index does not hold the expected {weights.file_name} (sha256 differs); "
            "try another index, nothing was stored"
        )
    return content


def _content_in(weights: WeightsFile, place: Path) -> bytes:
    """Return what a folder, a wheel or a file holds of some weights, unchecked; nothing where it holds none."""
    if place.is_dir():
        for path in (place / weights.member, place / weights.file_name):
            if path.is_file() and path.stat().st_size == weights.size_bytes:
                return path.read_bytes()
        for wheel in sorted(place.glob("mediapipe-*.whl")):
            content = _content_in(weights, wheel)
            if content:
                return content
        return b""
    if zipfile.is_zipfile(place):
        try:
            with zipfile.ZipFile(place) as archive:
                member = archive.getinfo(weights.member)
                return archive.read(member) if member.file_size == weights.size_bytes else b""
        except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError):
            return b""
    return place.read_bytes() if place.stat().st_size == weights.size_bytes else b""


def _place(weights: WeightsFile, content: bytes, folder: Path) -> None:
    """Write a file so that its final name never holds half of it."""
    part = folder / f".{weights.file_name}.part"  # one name: what a kill left is written over
    try:
        part.write_bytes(content)
        part.replace(folder / weights.file_name)
    finally:
        part.unlink(missing_ok=True)
