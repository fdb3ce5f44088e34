"""What the trainer says to the libraries under it."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("torch")

CONVOLUTION = """
import mien_models.training.device, torch
with torch.backends.mkldnn.verbose(torch.backends.mkldnn.VERBOSE_ON):
    torch.nn.Conv2d(16, 16, 3)(torch.zeros(8, 16, 64, 64))
"""


BFLOAT16 = "import mien_models.training; mien_models.training.allow_instructions('bfloat16')"


def instructions(before: str = "", **said: str) -> str:
    """What oneDNN reports of the instructions that it uses for a convolution, in a process of its own."""
    environment = {key: value for key, value in os.environ.items() if key != "ONEDNN_MAX_CPU_ISA"}
    command = [sys.executable, "-c", f"{before}\n{CONVOLUTION}"]
    lines = subprocess.run(
        command, env=environment | said, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = [line.partition("isa:")[2] for line in lines if "cpu,isa:" in line]
    if not found:
        pytest.skip("torch was built without oneDNN")
    return found[0]


def test_the_trainer_keeps_onednn_from_the_instructions_that_fault() -> None:
    assert "AVX-512" not in instructions()
    assert "AVX10" not in instructions()


def test_a_user_s_own_choice_stands() -> None:
    assert "SSE4.1" in instructions(ONEDNN_MAX_CPU_ISA="SSE41")


def test_a_run_in_bfloat16_may_use_all_that_the_processor_has_and_a_user_s_choice_stands_there_too() -> None:
    assert instructions(BFLOAT16) == instructions(ONEDNN_MAX_CPU_ISA="DEFAULT")
    assert "SSE4.1" in instructions(BFLOAT16, ONEDNN_MAX_CPU_ISA="SSE41")
