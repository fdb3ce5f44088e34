"""`.keras` archives of Keras 3, and of Keras 2.12 to 2.15."""

import io
import zipfile
from typing import Final

from mien.errors import ExportError
from mien_export.loaders.keras_hdf5 import parse_json, read_content
from mien_export.loaders.keras_model import KerasContent, load_content
from mien_export.network import TorchNetwork
from mien_export.own_facts import facts_of_own_checkpoint
from mien_export.request import ExportRequest
from mien_networks.facts import OWN_FACTS, Facts
from mien_networks.reasons import reason_of

WEIGHTS: Final = "model.weights.h5"
CONFIG: Final = "config.json"
METADATA: Final = "metadata.json"
MAX_JSON_BYTES: Final = 64 * 1024**2


def load(request: ExportRequest) -> TorchNetwork:
    """Read a `.keras` archive. Raises as `mien_export.loaders.load` says."""
    origin = str(request.checkpoint)
    try:
        with zipfile.ZipFile(request.checkpoint) as archive:
            # `recognise` has bounded what all entries together claim; zipfile gives no entry more than its claim.
            weights = archive.read(WEIGHTS)
            config = parse_json(_read_json(archive, CONFIG, origin), origin)
            metadata = parse_json(_read_json(archive, METADATA, origin), origin)
            named = OWN_FACTS in archive.namelist()
            own = parse_json(_read_json(archive, OWN_FACTS, origin), origin) if named else {}
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise ExportError(
            f"{origin}: a damaged .keras archive ({reason_of(error)}); fetch or save it again"
        ) from error
    inner = read_content(io.BytesIO(weights), len(weights), f"{origin}, {WEIGHTS}")
    version = str(metadata.get("keras_version", "")) if isinstance(metadata, dict) else ""
    facts = facts_of_own_checkpoint(own, origin) if isinstance(own, dict) else Facts()
    return load_content(KerasContent(inner.weights, config, version, facts), request)


def _read_json(archive: zipfile.ZipFile, name: str, origin: str) -> bytes:
    if archive.getinfo(name).file_size > MAX_JSON_BYTES:
        raise ExportError(f"{origin}: its {name} is larger than any model's; refused")
    return archive.read(name)
