"""What desktops, shells and `man` read about Mien."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scripts.reference.commands import all_commands
from scripts.reference.man_page import man_page

LINUX = Path(__file__).resolve().parents[2] / "packaging" / "linux"


def test_the_man_page_names_every_command_and_every_option() -> None:
    page = man_page().replace("\\-", "-")
    commands = all_commands()
    assert {"mien annotate", "mien models fetch", "mien doctor"} <= {command.name for command in commands}
    for command in commands:
        assert command.name in page
        for option in command.options:
            assert option.typed in page
    assert not re.search(r"^\.(?!TH|SH|SS|TP|PP|B )", page, re.M), "a line that man would take for a command"


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
def test_man_shows_the_page_without_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "mien.1"
    file.write_text(man_page(), "utf-8")
    command = ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "annotate" in done.stdout


def test_the_desktop_entry_starts_the_window_and_fits_its_name() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]  # keys keep their case
    parser.read_string((LINUX / "mien.desktop").read_text("utf-8"))
    entry = parser["Desktop Entry"]
    assert (entry["Exec"], entry["Icon"], entry["Terminal"]) == ("mien window %f", "mien", "false")
    metainfo = ElementTree.parse(LINUX / "org.mien.Mien.metainfo.xml").getroot()
    assert metainfo.findtext("launchable") == "mien.desktop"
    assert metainfo.findtext("provides/binary") == "mien"


@pytest.mark.parametrize(
    ("program", "arguments", "file"),
    [
        ("desktop-file-validate", [], "mien.desktop"),
        ("appstreamcli", ["validate", "--no-net"], "org.mien.Mien.metainfo.xml"),
    ],
)
def test_the_tools_of_desktops_find_no_fault(
    program: str, arguments: list[str], file: str, tmp_path: Path
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    checked = tmp_path / file
    text = (LINUX / file).read_text("utf-8")
    checked.write_text(text.replace("@VERSION@", "1.0").replace("@DATE@", "2026-11-28"), "utf-8")
    done = subprocess.run([program, *arguments, str(checked)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
