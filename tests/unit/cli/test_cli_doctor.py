import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mien.cli import checks
from mien.cli.checks import Finding
from mien.cli.doctor import doctor
from mien.errors import AppError
from mien.installation import commands, window_parts
from mien.installation.commands import Here, extra_command, libraries_command, mediapipe_command
from mien.installation.libraries import SystemLibrary, missing_libraries, system_libraries

EGL = SystemLibrary("libEGL.so.1", "qt", "libegl1", "libglvnd-egl", "mesa")
SHAPE = SystemLibrary("libxcb-shape.so.0", "xcb", "libxcb-shape0", "libxcb", "libxcb")
XCB = SystemLibrary("libxcb.so.1", "xcb", "libxcb1", "libxcb", "libxcb")


def here(*programs: str, prefix: str = "/opt/mien", has_pip: bool = True, is_root: bool = False) -> Here:
    folder = Path(prefix)
    return Here(folder, f"{prefix}/bin/python", has_pip, is_root, find={name: name for name in programs}.get)


def report(monkeypatch: pytest.MonkeyPatch, **found: list[Finding] | Exception) -> Result:
    def check(findings: list[Finding] | Exception) -> Iterator[Finding]:
        if isinstance(findings, Exception):
            raise findings
        yield from findings

    monkeypatch.setattr(
        "mien.cli.doctor.CHECKS", {title: lambda f=each: check(f) for title, each in found.items()}
    )
    return CliRunner().invoke(doctor, standalone_mode=False)


def test_what_is_missing_comes_before_what_is_here_with_one_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commands, "look_here", lambda: here("apt-get"))
    done = report(
        monkeypatch,
        First=[Finding("numpy 2.4"), Finding("av is not installed", True, "pip install av")],
        Second=[Finding("the window needs two libraries", True, libraries=(EGL, XCB)), Finding("Qt 6.11")],
        Third=[Finding("more libraries", True, libraries=(XCB,))],
    )
    lines = [line.strip() for line in done.stdout.splitlines() if line]
    assert lines[:4] == [
        *("Missing", "av is not installed", "the window needs two libraries", "more libraries"),
    ]
    assert lines[4] == "This command mends it:"
    apt = "sudo apt-get install -y --no-install-recommends libegl1 libxcb1"
    assert lines[5] == f"{apt} && pip install av"
    assert lines[6:] == ["First", "numpy 2.4", "Second", "Qt 6.11"]
    assert done.return_value == 1


def test_a_part_left_out_by_choice_is_not_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    done = report(monkeypatch, Parts=[Finding("the window", command="pip install 'mien[window]'")])
    assert done.return_value == 0
    assert "Missing" not in done.stdout
    assert "the window: pip install 'mien[window]'" in done.stdout


def test_a_check_that_fails_is_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    done = report(monkeypatch, One=AppError("disk unreadable"), Two=[Finding("fine")])
    assert (done.return_value, "disk unreadable" in done.stdout, "fine" in done.stdout) == (1, True, True)


def test_here_every_check_says_something(monkeypatch: pytest.MonkeyPatch) -> None:
    for check in checks.CHECKS.values():
        assert list(check())


@pytest.mark.parametrize(
    ("installed", "fault", "remedy"),
    [
        ({"onnxruntime"}, "", ""),
        ({"onnxruntime-gpu"}, "", ""),
        (set(), "onnxruntime is not installed", "install 'onnxruntime<1.29'"),
        ({"onnxruntime", "onnxruntime-gpu"}, "installed together", "install 'onnxruntime-gpu<1.29'"),
    ],
)
def test_there_is_one_onnx_runtime(
    installed: set[str], fault: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_version", lambda name: "1.28.0" if name in installed else "")
    findings = list(checks._runtimes())
    assert len(findings) == 1
    assert (fault in findings[0].line, findings[0].is_missing) == (True, bool(fault))
    assert findings[0].command.endswith(remedy)


@pytest.mark.parametrize(
    ("where", "command"),
    [
        (here(), "/opt/mien/bin/python -m pip install 'mien[lsl]'"),
        (here(prefix="/home/a b/v"), "'/home/a b/v/bin/python' -m pip install 'mien[lsl]'"),
        (here(prefix="/home/a/pipx/venvs/mien", has_pip=False), "pipx runpip mien install 'mien[lsl]'"),
        (
            here(prefix="/home/a/uv/tools/mien", has_pip=False),
            "VIRTUAL_ENV=/home/a/uv/tools/mien uv pip install 'mien[lsl]'",
        ),
    ],
)
def test_an_extra_is_added_where_mien_is(where: Here, command: str) -> None:
    assert extra_command("lsl", where) == command


def test_mediapipe_comes_without_its_opencv() -> None:
    assert mediapipe_command(here()).endswith("pip install --no-deps mediapipe==0.10.33")


@pytest.mark.parametrize(
    ("where", "command"),
    [
        (here("apt-get"), "sudo apt-get install -y --no-install-recommends libegl1 libxcb1 libxcb-shape0"),
        (
            here("apt-get", is_root=True),
            "apt-get install -y --no-install-recommends libegl1 libxcb1 libxcb-shape0",
        ),
        (here("dnf"), "sudo dnf install -y libglvnd-egl libxcb"),
        (here("brew"), "brew install mesa libxcb"),
        (here(), ""),
    ],
)
def test_libraries_come_from_the_package_manager_that_is_here(where: Here, command: str) -> None:
    assert libraries_command((EGL, XCB, SHAPE), where) == command


def test_only_what_is_missing_is_named() -> None:
    assert [library.name for library in missing_libraries(["qt"], lambda name: name != "libEGL.so.1")] == [
        "libEGL.so.1"
    ]
    assert missing_libraries(["qt", "xcb"], lambda name: True) == ()
    parts = {library.part for library in system_libraries()}
    assert {library.part for library in missing_libraries(parts, lambda name: False)} == {"qt", "xcb", "mediapipe"}


@pytest.mark.parametrize(
    ("environment", "parts"),
    [
        ({"DISPLAY": ":0"}, ("qt", "xcb")),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ("qt",)),
        ({"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "wayland-0"}, ("qt", "xcb")),
        ({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}, ("qt",)),
    ],
)
def test_the_window_needs_the_libraries_of_the_platform_that_it_will_use(
    environment: dict[str, str], parts: tuple[str, ...]
) -> None:
    assert window_parts.window_parts(environment) == parts


def test_the_window_says_what_it_lacks_before_qt_can_end_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "look_here", lambda: here("dnf"))
    with pytest.raises(AppError, match=r"needs PySide6, which is not installed; install it with .*mien\[window\]"):
        window_parts.require_window_parts({}, is_installed=lambda name: None)
    lacking = r"missing here \(libxcb-cursor.so.0\); install them with `sudo dnf install -y xcb-util-cursor`"
    with pytest.raises(AppError, match=lacking):
        window_parts.require_window_parts({}, is_here=lambda name: "cursor" not in name)
    window_parts.require_window_parts({"QT_QPA_PLATFORM": "offscreen"}, is_here=lambda name: "xcb" not in name)


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Windows knows no such prefix")
@pytest.mark.parametrize(("chosen", "prefix"), [("1", "PIP_USER=0 "), ("yes", "PIP_USER=0 "), ("0", ""), ("", "")])
def test_a_pip_that_installs_for_the_user_is_told_not_to(
    chosen: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_USER", chosen)
    monkeypatch.setattr(commands, "find_spec", lambda name: object())
    assert extra_command("lsl") == f"{prefix}{sys.executable} -m pip install 'mien[lsl]'"
