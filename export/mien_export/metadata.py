"""The manifest inside the ONNX file, and nothing else that a checkpoint's maker did not mean to publish."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mien.inference.detector_manifest import DetectorManifest, parse_detector_manifest
from mien.inference.manifest import METADATA_KEY, Manifest, parse_manifest
from mien_networks.frameworks import require

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto

CHUNK_BYTES: Final = 1 << 20


def sha256_of(paths: list[Path]) -> str:
    """Return the sha256 of files, one after the other, as hexadecimal digits."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()


def embed(path: Path, manifest: Manifest | DetectorManifest) -> None:
    """Write a manifest into an ONNX file, in place, and take out what the exporter left of the machine it ran on.

    Args:
        path: An ONNX file without external data.
        manifest: Replaces one that stands there.

    Raises:
        ManifestError: The manifest makes no sense.
    """
    onnx = require("onnx")
    text = manifest.to_json()
    parse = parse_manifest if isinstance(manifest, Manifest) else parse_detector_manifest
    parse(text, manifest.name)
    model = onnx.load(path, load_external_data=False)
    strip_traces(model)
    del model.metadata_props[:]
    model.metadata_props.add(key=METADATA_KEY, value=text)
    model.producer_name = "mien"
    model.doc_string = ""
    onnx.save(model, path)


def opset_of(path: Path) -> int:
    """Return the version of ONNX's own operators that a file asks for."""
    onnx = require("onnx")
    model = onnx.load(path, load_external_data=False)
    return max(int(entry.version) for entry in model.opset_import if entry.domain in ("", "ai.onnx"))


def strip_traces(model: "ModelProto") -> None:
    """Drop names of source files and stack traces, which torch writes beside every node."""
    _strip_graph(model.graph)
    for function in model.functions:
        function.doc_string = ""
        del function.metadata_props[:]
        for node in function.node:
            node.doc_string = ""
            del node.metadata_props[:]


def _strip_graph(graph: "GraphProto") -> None:
    graph.doc_string = ""
    del graph.metadata_props[:]
    for value in [*graph.input, *graph.output, *graph.value_info, *graph.initializer]:
        value.doc_string = ""
        del value.metadata_props[:]
    for node in graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _strip_graph(attribute.g)
