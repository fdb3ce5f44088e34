"""What a session was made from: the source, the networks, and the choices that change readings."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from mien.core.emotion import AffectError, Priors
from mien.core.frame import SourceInfo
from mien.errors import ModelError, printable
from mien.pipeline.contracts import Reader
from mien.session.document import NetworkRecord, SessionDocument, SourceRecord
from mien.settings import Settings
from mien.version import VERSION

_LIVE_CLOCK: Final = (
    "Time 0 is the first frame; started_at is the computer's wall clock when that frame was captured, and from "
    "there on time is that of the source's own frames."
)
_FILE_CLOCK: Final = (
    "Time is that of the file, as a player shows it, counted from source_start_s after its beginning; started_at "
    "is the computer's wall clock when reading began and says nothing of when the file was made."
)


@dataclass(frozen=True, slots=True)
class NetworkInUse:
    """A network that reads faces now.

    Attributes:
        name: As in its manifest.
        labels: What it tells apart, in the order of its outputs.
        provider: The execution provider that runs it.
        path: Its file, for its sha256, or None.
        priors: What its probabilities hold of what is expected, or None where it offers no choice.
        affect_error: How far its valence and arousal lie from a person's rating, or None where that is not known.
    """

    name: str
    labels: tuple[str, ...]
    provider: str = ""
    path: Path | None = None
    priors: Priors | None = None
    affect_error: AffectError | None = None


def networks_in_use(settings: Settings, reader: Reader) -> tuple[NetworkInUse, ...]:
    """Return the network, and the second one where there is one, that ``reader`` runs under these settings."""
    path = _file_of(
        settings.reading.model or reader.model_name
    )  # a slow machine reads cameras with another default
    first = NetworkInUse(
        reader.model_name, reader.labels, reader.provider_name, path, reader.priors, reader.affect_error
    )
    if reader.other_name is None:
        return (first,)
    other_path = _file_of(settings.reading.compare)
    return first, NetworkInUse(
        reader.other_name,
        reader.other_labels,
        reader.provider_name,
        other_path,
        reader.other_priors,
        reader.other_affect_error,
    )


def first_document(
    info: SourceInfo,
    networks: Sequence[NetworkInUse],
    settings: Settings,
    *,
    video: str | None,
    overlay_video: str | None,
    readings: tuple[str, ...],
) -> SessionDocument:
    """Return what can be said of a session before its first frame.

    Args:
        info: The source.
        networks: What reads the faces.
        settings: How they are read.
        video: Name of the recording, or None.
        overlay_video: Name of the recording with the overlay burnt in, or None.
        readings: Names of the tables.
    """
    detector = settings.reading.detector
    return SessionDocument(
        program=f"mien {VERSION}",
        started_at=datetime.now().astimezone().isoformat(timespec="microseconds"),
        clock=_LIVE_CLOCK if info.is_live else _FILE_CLOCK,
        source=source_record(info),
        networks=tuple(
            NetworkRecord(
                name=network.name,
                labels=network.labels,
                provider=network.provider,
                prior=network.priors.held if network.priors else (),
                priors=dict(network.priors.offered) if network.priors else {},
                certain_from=network.priors.certain_from if network.priors else 0.0,
                affect_error=network.affect_error,
            )
            for network in networks
        ),
        detector=f"{detector} {Path(settings.reading.yunet_file).name}" if detector == "yunet" else detector,
        settings={
            **msgspec.to_builtins(settings.reading),
            **msgspec.to_builtins(settings.shown),
            "provider": settings.compute.provider,
            "mirror": settings.camera.mirror,
            "cover": settings.video.cover,
        },
        own_expressions=settings.own.expressions,
        video=video,
        overlay_video=overlay_video,
        readings=readings,
    )


def source_record(info: SourceInfo) -> SourceRecord:
    """Return what is noted of a source before its first frame."""
    path = None if info.path is None else Path(info.path).absolute()
    size_bytes = path.stat().st_size if path is not None and path.is_file() else 0
    return SourceRecord(
        kind=info.kind.value,
        name=info.name,
        path=None if path is None else printable(str(path)),
        uri="" if path is None or printable(str(path)) == str(path) else path.as_uri(),
        size_bytes=size_bytes,
        width_px=info.width_px,
        height_px=info.height_px,
        fps=info.fps,
        remarks=info.remarks,
    )


def _file_of(model: str) -> Path | None:
    from mien.inference.catalog import find_model

    with contextlib.suppress(ModelError):
        return find_model(model)
    return None
