"""The optional parts of Mien: what each is for, and how one that is missing is asked for."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from mien.installation.commands import extra_command


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional part, ``mien[name]``.

    Attributes:
        name: As pip knows it.
        module: The module whose presence tells that the part is installed.
        about: What it is for, in a few words.
    """

    name: str
    module: str
    about: str

    @property
    def is_installed(self) -> bool:
        """Whether it is here; nothing is imported."""
        return find_spec(self.module) is not None

    @property
    def command(self) -> str:
        """The command that installs it here."""
        return extra_command(self.name)


EXTRAS: Final = {
    extra.name: extra
    for extra in (
        Extra("window", "PySide6", "the window"),
        Extra("lsl", "pylsl", "Lab Streaming Layer (--lsl)"),
        Extra("virtualcam", "pyvirtualcam", "the virtual camera (--virtual-camera)"),
        Extra("dask", "distributed", "a Dask cluster (--scheduler)"),
        Extra("own", "onnx", "a network from own pictures (mien own)"),
        Extra("train", "torch", "training and mien export"),
    )
}
