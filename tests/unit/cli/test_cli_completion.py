import os
import subprocess
import sys
from pathlib import Path

import pytest

from mien.cli.completion import SHELLS, completion_script


def complete(line: str, folder: Path) -> list[str]:
    """What bash is told at the end of a line: kinds and values."""
    words = line.split(" ")
    environment = os.environ | {
        "_MIEN_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    command = [sys.executable, "-m", "mien"]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mien anno", ["plain,annotate"]),
        ("mien annotate --prior ", ["plain,everyday", "plain,balanced"]),
        ("mien models ver", ["plain,verify"]),
        ("mien annotate cli", ["file,cli"]),
        ("mien cli", ["file,cli"]),
        ("mien annotate --nothing-of-the-kind", []),
    ],
)
def test_words_come_from_the_parser_and_files_where_none_fits(
    line: str, expected: list[str], tmp_path: Path
) -> None:
    assert complete(line, tmp_path) == expected


@pytest.mark.parametrize("shell", list(SHELLS))
def test_every_shell_has_a_script_that_asks_the_program(shell: str) -> None:
    script = completion_script(shell)
    assert f"_MIEN_COMPLETE={shell}_complete" in script
    assert "%(" not in script
