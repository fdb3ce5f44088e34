"""Two hundred damaged and bent sessions and tables; ``fuzz_sessions.py`` makes any number of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each case is a fork")
@pytest.mark.timeout(300)
def test_damaged_and_bent_sessions_are_read_or_refused_in_one_line() -> None:
    program = Path(__file__).with_name("fuzz_sessions.py")
    done = subprocess.run(
        [sys.executable, str(program), "16"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "192 sessions and tables\n", "")
