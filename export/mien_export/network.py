"""A network as a loader hands it over: it answers in its own framework, and writes itself as ONNX."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from mien.core.arrays import Floats
from mien.inference.manifest import InputSpec, OutputsSpec
from mien_networks.facts import Facts
from mien_networks.frameworks import quiet, require

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

OPSET: Final = 20
"""What torch 2.13 writes without converting down; ONNX Runtime reads it since 1.17."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network says to a batch of N pictures.

    Attributes:
        expression: (N, C) float32.
        affect: (N, 2) float32 in the network's own order, or None.
        fer2013: (N, 7) float32 logits, or None; see `OutputsSpec`.
    """

    expression: Floats
    affect: Floats | None = None
    fer2013: Floats | None = None

    def named(self, outputs: OutputsSpec) -> dict[str, Floats]:
        """Return the arrays by the names that the manifest gives them."""
        named = {outputs.expression.name: self.expression}
        if self.affect is not None and outputs.affect is not None:
            named[outputs.affect.name] = self.affect
        if self.fer2013 is not None and outputs.fer2013 is not None:
            named[outputs.fer2013.name] = self.fer2013
        return named


def output_names(outputs: OutputsSpec) -> list[str]:
    """Return the names of the outputs that there are, in the order of `Answer`."""
    return [output.name for output in (outputs.expression, outputs.affect, outputs.fer2013) if output is not None]


class LoadedNetwork(Protocol):
    """What every loader returns."""

    @property
    def facts(self) -> Facts:
        """What the checkpoint, and the architecture's spec under it, say of the network."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Framework → version, for the record."""

    def answer(self, batch: Floats) -> Answer:
        """Run the original on a batch as ``facts`` wants it: (N, C, H, W) or (N, H, W, C) float32."""

    def answer_exactly(self, batch: Floats) -> Answer | None:
        """Run the original in double precision, answers as float64; None where its framework cannot."""

    def write_onnx(self, path: Path, spec: InputSpec, outputs: OutputsSpec) -> None:
        """Write the network with the names of the manifest, a dynamic batch axis and no external data."""


class TorchNetwork:
    """A network that is a torch module; Keras models on the torch backend are such modules too.

    Args:
        module: Its forward takes one float32 batch and returns (N, C); or (N, C), (N, 2) and perhaps (N, 7), as
            in `Answer`.
        facts: What is known of it.
        versions: Frameworks beside torch.
    """

    def __init__(self, module: "nn.Module", facts: Facts, versions: Mapping[str, str] | None = None) -> None:
        torch = require("torch")
        self._module = module.eval()
        self._exact: nn.Module | None = None
        self._facts = facts
        self._versions = {"torch": str(torch.__version__).partition("+")[0], **(versions or {})}

    @property
    def facts(self) -> Facts:
        """See `LoadedNetwork`."""
        return self._facts

    @property
    def module(self) -> "nn.Module":
        """The module itself, ready to answer."""
        return self._module

    @property
    def versions(self) -> Mapping[str, str]:
        """See `LoadedNetwork`."""
        return self._versions

    def answer(self, batch: Floats) -> Answer:
        """See `LoadedNetwork`."""
        import torch

        with torch.inference_mode():
            result = self._module(torch.from_numpy(batch))
        parts = result if isinstance(result, (tuple, list)) else (result,)
        return Answer(*(part.numpy() for part in parts))

    def answer_exactly(self, batch: Floats) -> Answer | None:
        """See `LoadedNetwork`."""
        import torch

        if self._exact is None:
            try:
                self._exact = copy.deepcopy(self._module).double()
            except (RuntimeError, TypeError):
                return None
        try:
            with torch.inference_mode():
                result = self._exact(torch.from_numpy(batch).double())
        except RuntimeError:  # its code asks for float32 by name
            return None
        parts = result if isinstance(result, (tuple, list)) else (result,)
        return Answer(*(part.numpy() for part in parts))

    def write_onnx(self, path: Path, spec: InputSpec, outputs: OutputsSpec) -> None:
        """See `LoadedNetwork`."""
        shapes = {"image": {0: _dimension("batch")}}
        write_module(self._module, self._example(spec), path, spec.name, output_names(outputs), shapes)

    @staticmethod
    def _example(spec: InputSpec) -> "Tensor":
        """Return a batch to follow through the network; of 2, as torch.export takes a 1 for a constant."""
        import torch

        width, height = spec.size_wh
        shape = (spec.channels, height, width) if spec.layout == "NCHW" else (height, width, spec.channels)
        return torch.zeros((2, *shape), dtype=torch.float32)


def write_module(
    module: "nn.Module",
    example: "Tensor",
    path: Path,
    input_name: str,
    output_names: list[str],
    dynamic_shapes: dict[str, Any],
) -> None:
    """Write a torch module as ONNX, in one file.

    Args:
        module: Takes one batch.
        example: A batch to follow through the network.
        path: The file.
        input_name: Of the batch.
        output_names: In the order of the module's outputs.
        dynamic_shapes: Which axes of ``image`` may differ from the example's, as `torch.export` takes them.
    """
    import torch

    require("onnxscript")
    with quiet(), torch.no_grad():
        torch.onnx.export(
            _single_argument(module),
            (example,),
            path,
            dynamo=True,
            opset_version=OPSET,
            external_data=False,
            input_names=[input_name],
            output_names=output_names,
            dynamic_shapes=dynamic_shapes,
            verbose=False,
        )


def _dimension(name: str) -> Any:  # noqa: ANN401 - torch's class has no useful type
    import torch

    return torch.export.Dim(name)


def _single_argument(module: "nn.Module") -> "torch.nn.Module":
    """Wrap a module so that its forward has one named argument; Keras' takes `*args`, which cannot be exported."""
    from torch import nn

    class SingleArgument(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = module

        def forward(self, image: "Tensor") -> "Tensor | tuple[Tensor, ...]":
            answer: Tensor | tuple[Tensor, ...] = self.inner(image)
            return answer

    return SingleArgument().eval()
