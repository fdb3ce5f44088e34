"""What came of several inputs that were read together."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mien.runs.summary import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSummary(Summary):
    """What came of a folder: sums over its files, and means over all their readings with a label.

    ``faces`` is the sum of those of the files: nobody looks whether a face is the same in two of them.

    Attributes:
        files: Each file's own summary, in order; what could not be read has none.
        failures: Why a file could not be read, or not wholly; a line each.
    """

    files: tuple[Summary, ...] = ()
    failures: tuple[str, ...] = ()


def summary_of_set(
    source: str,
    files: Sequence[Summary],
    *,
    failures: Sequence[str] = (),
    outputs: Sequence[str] = (),
    notes: Sequence[str] = (),
    elapsed_s: float = 0.0,
    was_cut: bool = False,
) -> SetSummary:
    """Put the summaries of files together.

    Args:
        source: What the user named.
        files: Of each file that was read.
        failures: See ``SetSummary``.
        outputs: What was written of all together.
        notes: What one should know of the set.
        elapsed_s: Time it took, seconds.
        was_cut: Whether it was stopped early.
    """
    labels: Counter[str] = Counter()
    for file in files:
        labels.update(file.labels)

    def total(count: Callable[[Summary], float]) -> float:
        return sum(map(count, files))

    return SetSummary(
        source=source,
        outputs=(*outputs, *(place for file in files for place in file.outputs)),
        frames=sum(file.frames for file in files),
        frames_with_face=sum(file.frames_with_face for file in files),
        faces=sum(file.faces for file in files),
        dropped=sum(file.dropped for file in files),
        left_out=sum(file.left_out for file in files),
        damaged=sum(file.damaged for file in files),
        media_s=total(lambda file: file.media_s),
        elapsed_s=elapsed_s,
        labels=dict(labels.most_common()),
        uncertain=sum(file.uncertain for file in files),
        confidence=_mean(files, lambda file: file.confidence),
        valence=_mean(files, lambda file: file.valence),
        arousal=_mean(files, lambda file: file.arousal),
        model=files[0].model if files else "",
        provider=files[0].provider if files else "",
        was_cut=was_cut or any(file.was_cut for file in files),
        damage=next((file.damage for file in files if file.damage is not None), None),
        notes=(*notes, *dict.fromkeys(note for file in files for note in file.notes)),
        files=tuple(files),
        failures=tuple(failures),
    )


def _mean(files: Sequence[Summary], of: Callable[[Summary], float | None]) -> float | None:
    """Return the mean over all readings with a label, or None where there is none."""
    known = [(value, file.certain) for file in files if (value := of(file)) is not None]
    count = sum(weight for _, weight in known)
    return sum(value * weight for value, weight in known) / count if count else None
