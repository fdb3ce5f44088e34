"""A network in ONNX Runtime: opened with care, on the execution provider that was asked for, or not at all."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from mien.errors import ManifestError, ModelError, ProviderUnavailable
from mien.inference.manifest import FER2013_LABELS, METADATA_KEY, Manifest, parse_manifest

if TYPE_CHECKING:
    import onnxruntime as ort

PROVIDERS: Final = {
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
"""Names for people, in the order in which ``auto`` tries them."""

_PACKAGES: Final = {
    "cuda": "onnxruntime-gpu",
    "directml": "onnxruntime-directml",
    "coreml": "onnxruntime",
    "openvino": "onnxruntime-openvino",
    "cpu": "onnxruntime",
}
FRAME_SHARE_S: Final = 0.012
"""What two faces may take of the 33 ms between two frames of a camera: the detector needs most of the rest."""
TRIES: Final = 7
MAX_MODEL_BYTES: Final = 1_500_000_000
_QUIET: Final = 4  # ONNX Runtime's log level "fatal": errors come as exceptions, and reach the user as one line
_NOWHERE: Final = os.path.join(os.devnull, "mien")


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """What was asked for, and what really runs.

    Attributes:
        asked: "auto" or a key of ``PROVIDERS``.
        used: A key of ``PROVIDERS``.
        fell_back: True where a faster provider was there but could not start.
    """

    asked: str
    used: str
    fell_back: bool


def available_providers() -> list[str]:
    """Return the keys of ``PROVIDERS`` that the installed ONNX Runtime was built with."""
    import onnxruntime as ort

    built_in = set(ort.get_available_providers())
    return [name for name, long_name in PROVIDERS.items() if long_name in built_in]


class OnnxSession:
    """One network, ready to run.

    Args:
        path: The ``.onnx`` file.
        provider: "auto", "cpu", "cuda", "directml", "coreml" or "openvino".
        threads: Threads within one operator; 0 leaves it to ONNX Runtime.

    Raises:
        ModelError: The file is missing, damaged, too large, or does not fit its manifest.
        ManifestError: It has no manifest, or a wrong one.
        ProviderUnavailable: The provider was asked for by name and cannot be used.
    """

    def __init__(self, path: Path, provider: str = "auto", threads: int = 1) -> None:
        self.path = path
        check_file(path)
        self._session, self.provider = start_session(path, provider, threads)
        self.manifest = _read_manifest(self._session, path)
        self._one_at_a_time = _check_graph(self._session, self.manifest, path) == 1
        self._output_names = [self.manifest.outputs.expression.name]
        if self.manifest.outputs.affect is not None:
            self._output_names.append(self.manifest.outputs.affect.name)

    def run(self, batch: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
        """Run one batch.

        Args:
            batch: (N, C, H, W) or (N, H, W, C) float32, as the manifest's layout says.

        Returns:
            The expression output (N, labels) float32, then the affect output (N, 2) float32 where there is one.
        """
        return self._run(self._output_names, batch)

    def run_fer2013(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Run one batch for the answer by FER2013's labels, (N, 7) float32; only where the manifest names it."""
        assert self.manifest.outputs.fer2013 is not None
        return self._run([self.manifest.outputs.fer2013.name], batch)[0]

    def _run(self, names: list[str], batch: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
        """Run a batch; face by face where the network takes no more at once."""
        at_once = 1 if self._one_at_a_time else max(len(batch), 1)
        parts = [self._run_at_once(names, batch[i : i + at_once]) for i in range(0, max(len(batch), 1), at_once)]
        return parts[0] if len(parts) == 1 else [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]

    def _run_at_once(self, names: list[str], batch: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
        try:
            outputs: list[npt.NDArray[np.float32]] = self._session.run(names, {self.manifest.input.name: batch})
        except Exception as error:  # ONNX Runtime raises many types
            reason = (str(error).splitlines() or [type(error).__name__])[0][:160]
            raise ModelError(
                f"{self.path.name}: the network fails while it runs ({reason}); export it anew or choose another"
            ) from error
        if any(len(output) != len(batch) for output in outputs):
            raise ModelError(
                f"{self.path.name}: answers {len(outputs[0])} times for {len(batch)} faces; export it with a "
                "batch axis of any length"
            )
        return outputs

    def warm_up(self) -> float:
        """Run one blank face, so that the first real one is not late; return the seconds it took."""
        started_s = time.perf_counter()
        outputs = self.run(self.blank(1))
        if outputs[0].shape != (1, len(self.manifest.labels)):
            raise ModelError(
                f"{self.path.name}: {len(self.manifest.labels)} labels, but the output has shape "
                f"{outputs[0].shape}; export it anew with the right --labels"
            )
        return time.perf_counter() - started_s

    def keeps_up(self) -> bool:
        """Whether this machine reads two faces within `FRAME_SHARE_S`, in the middle of a few tries."""
        times_s = []
        for _ in range(TRIES):
            started_s = time.perf_counter()
            self.run(self.blank(2))
            times_s.append(time.perf_counter() - started_s)
        return sorted(times_s)[TRIES // 2] <= FRAME_SHARE_S

    def blank(self, faces: int) -> npt.NDArray[np.float32]:
        """Return a batch of blank faces as `run` takes it."""
        spec = self.manifest.input
        width, height = spec.size_wh
        shape = (spec.channels, height, width) if spec.layout == "NCHW" else (height, width, spec.channels)
        return np.zeros((faces, *shape), dtype=np.float32)


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of an ``.onnx`` file.

    Raises:
        ModelError: The file cannot be read, or does not describe itself.
    """
    return OnnxSession(path, provider="cpu").manifest


def check_file(path: Path) -> None:
    """Refuse what is no ONNX file before a parser sees it."""
    if not path.is_file():
        raise ModelError(f"{path}: no such file; `mien models list` shows the networks that are there")
    size_bytes = path.stat().st_size
    if size_bytes == 0:
        raise ModelError(f"{path.name}: the file is empty; copy it again")
    if size_bytes > MAX_MODEL_BYTES:
        raise ModelError(f"{path.name}: {size_bytes / 1e9:.1f} GB is larger than Mien opens (1.5 GB)")


def start_session(path: Path, provider: str, threads: int) -> tuple["ort.InferenceSession", ProviderChoice]:
    """Open a file of ONNX Runtime, with or without a manifest, and find out on what it really runs.

    Raises:
        ModelError: The file cannot be read or is damaged.
        ProviderUnavailable: The provider was asked for by name and cannot be used.
    """
    import onnxruntime as ort

    if provider != "auto" and provider not in PROVIDERS:
        known = ", ".join(["auto", *PROVIDERS])
        raise ProviderUnavailable(f"{provider}: no such execution provider; choose one of {known}")
    here = available_providers()
    if provider not in ("auto", *here):
        raise ProviderUnavailable(
            f"{provider}: the installed ONNX Runtime lacks it; install {_PACKAGES[provider]} in place of "
            f"onnxruntime, or choose one of {', '.join(['auto', *here])}"
        )
    wanted = here if provider == "auto" else [provider]
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = _QUIET
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weights in other files would be looked for beside the program: a stranger's network stays one file.
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NOWHERE)
    session = _open(path, options, [PROVIDERS[name] for name in wanted])
    running = session.get_providers()
    used = next((name for name in wanted if PROVIDERS[name] in running), "cpu")
    if provider not in ("auto", used):
        raise ProviderUnavailable(
            f"{provider}: it is installed but does not start here (driver or libraries missing); "
            f"`mien doctor` tells more, `--provider cpu` works meanwhile"
        )
    return session, ProviderChoice(asked=provider, used=used, fell_back=used != wanted[0])


def _open(path: Path, options: "ort.SessionOptions", providers: list[str]) -> "ort.InferenceSession":
    """Open the file as bytes, so that it is read once and nothing beside it."""
    import onnxruntime as ort

    try:
        return ort.InferenceSession(path.read_bytes(), options, providers=providers)
    except OSError as error:
        raise ModelError(f"{path.name}: cannot be read ({os.strerror(error.errno or 0)})") from error
    except Exception as error:  # ONNX Runtime raises many types for a damaged file
        if _NOWHERE in str(error) or "external" in str(error):
            raise ModelError(
                f"{path.name}: keeps weights in another file, which Mien does not read; export it as one file"
            ) from error
        reason = str(error).splitlines()[0][:160]
        raise ModelError(f"{path.name}: no usable ONNX file ({reason}); export or copy it again") from error


def _read_manifest(session: "ort.InferenceSession", path: Path) -> Manifest:
    text = manifest_text(session)
    if text is None:
        raise ManifestError(
            f"{path.name}: has no manifest, so its labels and input are unknown; "
            f"add one with `mien export {path.name} -o NEW.onnx --labels …`"
        )
    return parse_manifest(text, path.name)


def manifest_text(session: "ort.InferenceSession") -> str | None:
    """Return the manifest as it stands in the file, or None where there is none."""
    text: str | None = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
    return text


def _check_graph(session: "ort.InferenceSession", manifest: Manifest, path: Path) -> int | None:
    """Compare the manifest with the graph.

    Returns:
        How many faces the network takes at once; None for any number.
    """
    inputs = {entry.name: entry for entry in session.get_inputs()}
    outputs = {entry.name: entry for entry in session.get_outputs()}
    spec = manifest.input
    entry = inputs.get(spec.name)
    if entry is None or len(inputs) != 1:
        raise ManifestError(
            f'{path.name}: the manifest names the input "{spec.name}", the network has {", ".join(inputs)}'
        )
    width, height = spec.size_wh
    expected = (spec.channels, height, width) if spec.layout == "NCHW" else (height, width, spec.channels)
    shape = list(entry.shape)
    fits = len(shape) == 4 and all(
        not isinstance(side, int) or side == wanted for side, wanted in zip(shape[1:], expected, strict=True)
    )
    if not fits or entry.type != "tensor(float)":
        raise ManifestError(
            f"{path.name}: the manifest promises an input of (N, {', '.join(map(str, expected))}) float32, "
            f"the network wants {shape} {entry.type}"
        )
    widths = {manifest.outputs.expression.name: len(manifest.labels)}
    if manifest.outputs.affect is not None:
        widths[manifest.outputs.affect.name] = 2
    if manifest.outputs.fer2013 is not None:
        widths[manifest.outputs.fer2013.name] = FER2013_LABELS
    for name, wanted in widths.items():
        found = outputs.get(name)
        if found is None:
            raise ManifestError(f'{path.name}: the manifest names an output "{name}", the network has none of it')
        last = found.shape[-1] if found.shape else None
        if len(found.shape) != 2 or (isinstance(last, int) and last != wanted):
            what = (
                "valence and arousal"
                if wanted == 2 and name != manifest.outputs.expression.name
                else f"{wanted} labels"
            )
            raise ManifestError(f'{path.name}: {what}, but the output "{name}" has shape {list(found.shape)}')
    at_once = shape[0] if isinstance(shape[0], int) else None
    if at_once not in (None, 1):
        raise ManifestError(
            f"{path.name}: takes {at_once} pictures at once and no other number; export it with a batch "
            "axis of any length"
        )
    return at_once
