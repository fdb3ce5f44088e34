"""One grammar for all commands: words that are misspelt, help, JSON, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from mien.cli import run
from mien.cli.commands import COMMANDS
from mien.json_output import SCHEMA, print_json
from mien.version import VERSION
from scripts.reference.commands import all_commands

PAGE = Path(__file__).resolve().parents[3] / "docs" / "command-line.md"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["anotate", "clip.mp4"], "anotate: no such command, and no such file; did you mean annotate?"),
        (["--model", "x", "repport"], "repport: no such command, and no such file; did you mean report?"),
        (["xyzzy"], "xyzzy: no such command, and no such file; `mien --help` lists the commands"),
        (["models", "lst"], "lst: no such command; did you mean list?"),
        (["models", "xyzzy"], "xyzzy: no such command; there are fetch, list, show, verify"),
        (["annotate", "--modle", "x", "clip.mp4"], "--model"),
        (["help", "xyzzy"], "xyzzy: no command and no option has to do with it"),
        (["help", "anotate"], "did you mean annotate?"),
    ],
)
def test_what_is_misspelt_is_named(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "export"])
def test_help_is_that_of_the_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", name]) == 0
    helped = capsys.readouterr().out
    assert run([name, "--help"]) == 0
    assert helped == capsys.readouterr().out
    assert f"Usage: mien {name}" in helped


def test_help_of_a_command_within_a_command_and_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", "models", "show"]) == 0
    assert "Usage: mien models show" in capsys.readouterr().out
    assert run(["help"]) == 0
    told = capsys.readouterr().out
    assert "Exit codes: 0 done" in told
    assert all(name in told for name in COMMANDS)


@pytest.mark.parametrize("word", ["smoothing", "--smoothing"])
def test_help_finds_options_by_a_word(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["help", word]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines if line.startswith(("annotate", "bench"))] == [
        ["annotate", "--smoothing"],
        ["bench", "--smoothing"],
    ]


def told_as_json(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (line,) = capsys.readouterr().out.splitlines()
    told: dict[str, Any] = json.loads(line)
    assert (told["schema"], told["program"]) == (SCHEMA, f"mien {VERSION}")
    return told


@pytest.mark.parametrize(
    ("words", "command", "fields"),
    [
        (["cameras"], "cameras", {"cameras"}),
        (["models", "list"], "models list", {"networks", "own_folder"}),
        (["models", "verify"], "models verify", {"networks"}),
        (["models", "fetch", "--list"], "models fetch", {"wheel", "files"}),
        (["config", "set", "shown.smoothing_s", "1"], "config set", {"settings"}),
        (["config", "reset"], "config reset", {"settings"}),
        (["help"], "help", {"commands"}),
        (["help", "smoothing"], "help", {"options"}),
        (["models", "show", "mien-s"], "models show", {"path", "size_bytes", "sha256", "manifest"}),
        (["doctor"], "doctor", {"findings", "remedy"}),
        (["recover", "."], "recover", {"recovered", "failures"}),
        (["bench", "synthetic:64x48@10x3"], "bench", {"measured"}),
        (["annotate", "synthetic:64x48@10x3", "--no-video"], "annotate", {"files", "tables"}),
    ],
)
@pytest.mark.parametrize("at", [0, None], ids=["before", "after"])
def test_json_has_one_form(
    words: list[str],
    command: str,
    fields: set[str],
    at: int | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = list(words)
    first = 2 if words[0] in ("models", "config") else 0  # options of a command within a command stand behind it
    arguments.insert(len(arguments) if at is None else first, "--json")
    code = run(arguments)
    told = told_as_json(capsys)
    assert told["exit_code"] == code
    assert code == 0 or command == "doctor"
    assert set(told) - {"schema", "program", "exit_code", "error"} == fields | {"command"}
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{field}`" in page for field in fields)


def test_every_command_that_ends_has_json_and_its_fields_are_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    ends = [each for each in all_commands() if each.name not in ("mien", "mien models", "mien window")]
    for command in ends:
        name = command.name.removeprefix("mien ")
        assert "--json" in [option.typed for option in command.options], name
        assert f"`{name}`" in page, name


def test_numbers_that_are_none_are_null(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(mean=float("nan"), within={"most": [float("inf"), 1.5]})
    told = told_as_json(capsys)
    assert (told["mean"], told["within"]) == (None, {"most": [None, 1.5]})


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["annotate", "missing.mp4", "--json"], 1),
        (["convert", "missing.parquet", "-o", "x.csv", "--json"], 1),
        (["report", "missing", "-o", "x.html", "--json"], 1),
        (["recover", "missing", "--json"], 1),
        (["models", "show", "missing", "--json"], 1),
        (["bench", "missing.mp4", "--json"], 1),
        (["judge", "missing", "faces", "--json"], 1),
        (["import", "missing.csv", "--json"], 1),
        (["models", "fetch", "--from", "missing", "--json"], 1),
        (["annotate", "clip.mp4", "--nothing", "--json"], 2),
        (["annotate", "--json"], 2),
    ],
)
def test_errors_are_told_as_json_as_well(
    words: list[str],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MIEN_DATA", str(tmp_path / "data"))
    assert run(words) == code
    told = told_as_json(capsys)
    assert (told["exit_code"], told["command"]) == (code, " ".join(words[: 2 if words[0] == "models" else 1]))
    assert told["error"]
    assert "\n" not in told["error"]


def test_verbose_may_stand_anywhere(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--verbose", "models", "show", "none"], ["models", "show", "none", "--verbose"]):
        assert run(words) == 1
        assert "Traceback" in capsys.readouterr().err
