"""Frameworks that only export and training need: imported on demand, and asked for politely where missing."""

import importlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from mien.errors import ExportError
from mien.installation.extras import EXTRAS


def require(name: str) -> ModuleType:
    """Import a framework.

    Keras is told to compute with torch, so that one exporter serves both; it must not have been imported with
    another backend before. Nothing is fetched from the network: libraries that could are told that there is none.

    Raises:
        ExportError: It is not installed, or Keras runs on another backend already.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    if name == "keras" and "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = "torch"
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise ExportError(
            f"this checkpoint needs {name}, which is not installed; install it with `{EXTRAS['train'].command}` "
            "(the CPU build of PyTorch, a tenth of the size, if it was installed before)"
        ) from error
    if name == "keras" and module.backend.backend() != "torch":
        raise ExportError(f"Keras runs on {module.backend.backend()} in this process; export in a fresh one")
    return module


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what frameworks say while they convert: their deprecations and hints are not the user's concern."""
    loggers = [
        logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript", "transformers", "absl")
    ]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
