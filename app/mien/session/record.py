"""``session.json`` of a session that grows: what is learnt while it is recorded."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from mien.core.face import FrameResult
from mien.core.frame import Frame
from mien.session.document import BaselineRecord, NetworkRecord, SessionDocument
from mien.session.document_file import save_document
from mien.session.origin import NetworkInUse
from mien.sinks.missing_frames import MissingFrames


class SessionRecord:
    """Keeps the document, and writes it with each change.

    Args:
        folder: The session's.
        document: What is known before the first frame.

    Raises:
        RecordingError: It cannot be written; so do all methods.
    """

    def __init__(self, folder: Path, document: SessionDocument) -> None:
        self.document = document
        self._folder = folder
        save_document(folder, document)

    def begin(self, first: Frame, zero_s: float, *, is_live: bool) -> None:
        """Note when and where in the source the session's time 0 is."""
        started = datetime.now().astimezone()
        if is_live:
            started -= timedelta(seconds=max(time.monotonic() - first.captured_at_s, 0.0))
        source = msgspec.structs.replace(
            self.document.source,
            width_px=first.size_wh[0],
            height_px=first.size_wh[1],
            source_start_s=zero_s,
        )
        self._change(started_at=started.isoformat(timespec="microseconds"), source=source)

    def note_network(self, result: FrameResult) -> None:
        """Note a network that took over."""
        names = [network.name for network in self.document.networks]
        if result.model not in names and result.readings:
            record = NetworkRecord(name=result.model, labels=result.readings[0].emotion.labels)
            self._change(networks=(*self.document.networks, record))

    def note_baselines(self, baselines: Sequence[BaselineRecord]) -> None:
        """Note the neutral faces so far."""
        self._change(baselines=tuple(baselines))

    def complete(self, duration_s: float, frames: int, missing: MissingFrames, left_out: int) -> None:
        """Say that all files are there."""
        self._change(
            state="complete",
            duration_s=duration_s,
            frames=frames,
            dropped=missing.dropped,
            damaged=missing.damaged,
            left_out=left_out,
        )

    def note_digests(self, digests: Mapping[Path, str], networks: Sequence[NetworkInUse]) -> None:
        """Note the sha256 of the source and of the networks, as far as they are known."""
        paths = {network.name: network.path for network in networks}
        records = tuple(
            msgspec.structs.replace(record, sha256=digests.get(paths.get(record.name) or Path(), ""))
            for record in self.document.networks
        )
        source = self.document.source
        if source.file is not None:
            source = msgspec.structs.replace(source, sha256=digests.get(source.file, ""))
        self._change(networks=records, source=source)

    def _change(self, **fields: object) -> None:
        self.document = msgspec.structs.replace(self.document, **fields)
        save_document(self._folder, self.document)
