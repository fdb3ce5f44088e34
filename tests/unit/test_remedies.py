"""What the window says of an error: nothing that is typed at a command line."""

import ast
from pathlib import Path

import mien
from mien.engine.remedies import words_of
from mien.errors import AppError

ROOT = Path(mien.__file__).parent
NOT_IN_THE_WINDOW = ("cli", "consent.py", "cluster.py", "plan.py", "inputs.py")


def _texts(node: ast.expr) -> list[str]:
    """Return the texts that an expression can give, with "x" for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(p.value if isinstance(p, ast.Constant) else "x" for p in parts)]
    return []


def _messages() -> list[str]:
    """Return every message that code of the window's process raises an error of ours with."""
    found = []
    for path in ROOT.rglob("*.py"):
        if any(part in NOT_IN_THE_WINDOW for part in path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id.endswith(("Error", "Unavailable", "Unreadable")):
                found += _texts(node.args[0])
    return found


def test_no_message_tells_the_window_to_type_a_command() -> None:
    messages = _messages()
    assert any("`mien" in message for message in messages), "the search finds nothing"
    for message in messages:
        said = words_of(AppError(message))
        assert "`" not in said, message
        assert " --" not in said, message
        assert said, message


def test_the_rest_of_a_message_stays() -> None:
    error = AppError(
        "cuda: does not start here (driver missing); `mien doctor` tells more, `--provider cpu` works"
    )
    assert words_of(error) == "cuda: does not start here (driver missing)"
    assert words_of(AppError("a.mp4: exists already; choose another name, or replace it with --overwrite")) == (
        "a.mp4: exists already; choose another name"
    )
    assert words_of(AppError("clip--final.mp4: no such file; check the name")) == (
        "clip--final.mp4: no such file; check the name"
    )
