"""Files of `torch.save`: Mien's own checkpoints, dicts around a state_dict, bare state_dicts, pickled modules."""

import pickle
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mien.errors import ExportError, UnsupportedCheckpoint
from mien_export.loaders.module_file import from_module
from mien_export.network import TorchNetwork
from mien_export.own_facts import facts_of_own_checkpoint
from mien_export.rebuilt import rebuild
from mien_export.request import ExportRequest
from mien_networks.facts import Facts
from mien_networks.frameworks import quiet, require
from mien_networks.reasons import listed, reason_of, shortened
from mien_networks.registry import ARCHITECTURES, build, names_of, spec_of, specs_of
from mien_networks.spec import ArchitectureSpec

if TYPE_CHECKING:
    from torch import Tensor, nn

STATE_KEYS: Final = ("model", "state_dict", "model_state_dict", "net", "weights")
"""Under which of them projects keep the state_dict, beside optimizer and scheduler."""

WRAPPER_PREFIXES: Final = ("module.", "_orig_mod.")
"""What `DataParallel` and `torch.compile` put before every key."""


def load(request: ExportRequest) -> TorchNetwork:
    """Read a torch checkpoint. Raises as `mien_export.loaders.load` says."""
    require("torch")
    return load_content(_read(request), request)


def load_content(content: Any, request: ExportRequest) -> TorchNetwork:  # noqa: ANN401 - a file may hold anything
    """Make a network of what a file held. Raises as `mien_export.loaders.load` says."""
    if _is_module(content):
        return TorchNetwork(content, Facts(layout="NCHW", provenance={"architecture": type(content).__name__}))
    if not isinstance(content, Mapping):
        raise UnsupportedCheckpoint(f"{request.checkpoint}: holds a {type(content).__name__}, no network")
    state = _state_dict(content, str(request.checkpoint))
    if request.module is not None:
        return from_module(state, request)
    known = _architecture(content, state, request)
    if known is None:
        return _rebuilt(state, request)
    spec, config = known
    module = _build(spec, config, state, str(request.checkpoint))
    own = facts_of_own_checkpoint(content, str(request.checkpoint))
    named = Facts(provenance={"architecture": spec.architecture_id})
    return TorchNetwork(module, spec.facts.overridden_by(named).overridden_by(own))


def _read(request: ExportRequest) -> Any:  # noqa: ANN401 - a pickle may hold anything
    """Unpickle with tensors and plain containers only, unless the file is trusted."""
    import torch

    origin = request.checkpoint
    try:
        with torch.serialization.safe_globals(_harmless_globals()):
            return torch.load(origin, map_location="cpu", weights_only=not request.trust)
    except pickle.UnpicklingError as error:
        if request.trust:
            raise ExportError(f"{origin}: damaged, or no torch checkpoint ({reason_of(error)})") from error
        raise UnsupportedCheckpoint(
            f"{origin}: a pickle that runs code from inside it when it is opened, and such code can do anything; "
            "ask its maker for a state_dict, or give --trust if you know where the file comes from"
        ) from error
    except (
        RuntimeError,
        ValueError,
        EOFError,
        KeyError,
        OSError,
        ImportError,
        AttributeError,
        TypeError,
    ) as error:
        raise ExportError(f"{origin}: damaged, or no torch checkpoint ({reason_of(error)})") from error


def _harmless_globals() -> list[Any]:
    """What numpy numbers in a list of losses unpickle with, by their names in numpy 1 and 2; they run nothing."""
    import numpy as np
    from numpy._core import multiarray

    kinds = [type(np.dtype(kind)) for kind in ("float64", "float32", "int64", "int32", "bool")]
    makers = {"scalar": multiarray.scalar, "_reconstruct": multiarray._reconstruct}
    named = [
        (made, f"numpy.{core}.multiarray.{name}") for name, made in makers.items() for core in ("core", "_core")
    ]
    return [*named, np.ndarray, np.dtype, *kinds]


def _is_module(content: object) -> bool:
    from torch import nn

    return isinstance(content, nn.Module)


def _state_dict(content: Mapping[Any, Any], origin: str) -> dict[str, "Tensor"]:
    """Find the tensors, and take off what wrappers put before their names."""
    import torch

    candidates = [content.get(key) for key in STATE_KEYS] + [content]
    for candidate in candidates:
        if isinstance(candidate, Mapping) and candidate:
            tensors = {key: value for key, value in candidate.items() if isinstance(value, torch.Tensor)}
            if tensors and len(tensors) == len(candidate):
                return {_unwrapped(str(key)): value for key, value in tensors.items()}
    raise UnsupportedCheckpoint(
        f"{origin}: no state_dict in it, neither bare nor under {', '.join(STATE_KEYS)}; "
        f"its keys are {listed(content)}"
    )


def _unwrapped(key: str) -> str:
    for prefix in WRAPPER_PREFIXES:
        key = key.removeprefix(prefix)
    return key


def _architecture(
    content: Mapping[Any, Any], state: Mapping[str, "Tensor"], request: ExportRequest
) -> tuple[ArchitectureSpec, dict[str, Any]] | None:
    """Return the spec and the options to build it, by the user's word, the file's or the keys; None for others."""
    named = content.get("architecture")
    # In a foreign file, `config` may be anything.
    own = content.get("config") if isinstance(named, str) and named in ARCHITECTURES else None
    config = dict(own) if isinstance(own, Mapping) else {}
    if request.facts.labels is not None:
        config.setdefault("label_count", len(request.facts.labels))
    config |= request.options
    if request.architecture_id is not None or (isinstance(named, str) and named in ARCHITECTURES):
        spec = spec_of(request.architecture_id or str(named))
        return spec, {**spec.config, **config}
    for spec in specs_of("torch"):
        if spec.marker is not None and any(spec.marker in key for key in state):
            return spec, {**spec.config, **config}
    return None


def _rebuilt(state: Mapping[str, "Tensor"], request: ExportRequest) -> TorchNetwork:
    """Rebuild a network of torchvision or timm by the names of its weights."""
    found = rebuild(state, str(request.checkpoint))
    if found is None:
        known = ", ".join(names_of("torch"))
        raise UnsupportedCheckpoint(
            f"{request.checkpoint}: weights without their architecture; name it with --architecture ({known}), "
            "give its class with --module FILE.py:CLASS --trust, or save it where its code is, as TorchScript "
            "(torch.jit.script) or with torch.onnx.export"
        )
    facts = Facts(
        size_wh=None if found.side_px is None else (found.side_px, found.side_px),
        layout="NCHW",
        colour="GRAY" if found.channels == 1 else "RGB",
        provenance={"architecture": found.name},
    )
    return TorchNetwork(found.module, facts)


def _build(
    spec: ArchitectureSpec, config: dict[str, Any], state: Mapping[str, "Tensor"], origin: str
) -> "nn.Module":
    import torch

    try:
        # First without memory behind it: a config may claim any size, and the file must have weights for it.
        with torch.device("meta"):
            module = build(spec.architecture_id, **config)
        claimed = {key: tuple(value.shape) for key, value in module.state_dict().items()}
        if claimed == {key: tuple(value.shape) for key, value in state.items()}:
            module = build(spec.architecture_id, **config)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ExportError(
            f"{origin}: {spec.architecture_id} cannot be built from its config ({reason_of(error)})"
        ) from error
    try:
        with quiet():
            module.load_state_dict(state)
    except RuntimeError as error:
        lines = str(error).strip().splitlines()
        detail = shortened(lines[1] if len(lines) > 1 else lines[0])
        raise UnsupportedCheckpoint(
            f"{origin}: its weights do not fit {spec.architecture_id} ({detail}); name another with --architecture"
        ) from error
    return module
