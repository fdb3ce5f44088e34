"""Where a run computes, and in which precision."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import torch

from mien_models.data import DataError

PRECISIONS: Final = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def choose_device(name: str) -> torch.device:
    """Return the device of that name; "auto" takes the graphics card where torch can use one.

    Raises:
        DataError: There is none of that name here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise DataError(f'device {name!r}: torch finds no graphics card here; take "auto" or "cpu"')
    try:
        return torch.device(name)
    except RuntimeError as error:
        raise DataError(f"device {name!r}: known are auto, cpu and cuda") from error


def prepare(device: torch.device, threads: int) -> None:
    """Set what torch keeps for the whole process: threads, and on a graphics card the fast ways."""
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True  # batches are all of one size


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """Return the type of the products inside the network.

    "auto" halves the precision on graphics cards only: a processor without instructions for bfloat16 was 15 times
    slower with it.

    Raises:
        DataError: `name` is unknown.
    """
    if name == "auto":
        if device.type != "cuda":
            return torch.float32
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if name not in PRECISIONS:
        raise DataError(f"precision {name!r}: known are auto, {', '.join(PRECISIONS)}")
    return PRECISIONS[name]


def autocast(device: torch.device, precision: torch.dtype) -> AbstractContextManager[object]:
    """Return a context in which networks compute in `precision`; their weights stay float32."""
    if precision == torch.float32:
        return nullcontext()
    return torch.autocast(device.type, dtype=precision)


def training_clock(device: torch.device, threads: int) -> Callable[[], float]:
    """Return the clock of a run, in seconds.

    On a processor it counts the time that the run was given, a thread's share of it, so that runs on a busy
    machine are as long as on an idle one; elsewhere it is a plain clock.
    """
    if device.type == "cpu":
        return lambda: time.process_time() / threads
    return time.monotonic
