"""Puts the rows of another program's table onto frames and times, in their order."""

from dataclasses import dataclass

import numpy as np

from mien.errors import SessionError
from mien.session.document import MAX_S
from mien.session.foreign.found import Found, Ids
from mien.session.foreign.text_table import Numbers


@dataclass(frozen=True, slots=True, eq=False)
class OnFrames:
    """Rows of a table in the order of time, no face twice in a frame.

    Attributes:
        rows: (R,) which rows of the table are left, in this order.
        frames: (R,) index of the frame of each, not falling.
        times_s: (R,) media time of each, not falling; rows of one frame have one.
    """

    rows: Ids
    frames: Ids
    times_s: Numbers


def on_frames(found: Found, name: str, video_times_s: Numbers | None, fps: float | None) -> OnFrames:
    """Return where the rows belong.

    With a video each row stands on one of its frames: the one whose number the table names, else the one nearest
    to its time. Without one, times are the table's own, or its frames by the rate.

    Args:
        found: The table; a sentence on what had to be left out is added to its notes.
        name: The table's, for messages.
        video_times_s: (M,) media times of the video's frames, or None.
        fps: Frames a second of the video, where it is known otherwise.

    Raises:
        SessionError: Nothing says when the rows were.
    """
    if video_times_s is not None:
        frames, times_s, kept = _of_video(found, name, video_times_s)
    else:
        frames, times_s, kept = _of_table(found, name, fps)
    order = np.lexsort((found.faces, ~found.has_face, times_s))
    order = order[kept[order]]
    rows = order[_are_new(found, frames, order)]
    lost = int(np.count_nonzero(kept)) - len(rows)
    if np.count_nonzero(~kept):
        found.notes.append(f"{np.count_nonzero(~kept):,} rows lie outside the time of the video, or have none.")
    if lost:
        found.notes.append(f"{lost:,} rows fall on a frame that already has this face, or has another one.")
    if not len(rows):
        raise SessionError(f"{name}: none of its rows has a time within the video; check both")
    return OnFrames(rows.astype(np.int64), frames[rows], np.round(times_s[rows], 6))


def _of_video(found: Found, name: str, video_times_s: Numbers) -> tuple[Ids, Numbers, np.ndarray]:
    count = len(video_times_s)
    if found.frames is not None and found.frames.max() < count:
        return found.frames, video_times_s[found.frames], np.ones(len(found), np.bool_)
    if found.times_s is None:
        if found.frames is not None:
            raise SessionError(
                f"{name}: names frame {found.frames.max():,}, but the video has {count:,}; name the video that it "
                "was made from"
            )
        raise SessionError(f"{name}: has no times and no numbers of frames; export it with one of both")
    times_s = np.nan_to_num(found.times_s, nan=-1.0)
    middles = (video_times_s[1:] + video_times_s[:-1]) / 2
    frames = np.searchsorted(middles, times_s, side="right")
    longest_s = float(np.diff(video_times_s).max()) if count > 1 else 1.0
    near = np.abs(times_s - video_times_s[frames]) <= longest_s
    return frames.astype(np.int64), video_times_s[frames], near & np.isfinite(found.times_s)


def _of_table(found: Found, name: str, fps: float | None) -> tuple[Ids, Numbers, np.ndarray]:
    if found.times_s is not None:
        times_s = np.round(found.times_s, 6)
        kept = np.isfinite(times_s) & (times_s >= 0) & (times_s <= MAX_S)
    elif found.frames is not None and fps:
        times_s = np.round(found.frames / fps, 6)
        kept = times_s <= MAX_S
    else:
        remedy = "export it with times"
        if found.frames is not None:
            remedy = "lay its video beside it under the same name, or say its rate with --fps"
        raise SessionError(f"{name}: does not say at what time its rows were; {remedy}")
    times_s = np.where(kept, times_s, 0.0)
    # The table's own numbers of frames may start anew or stand still: its times are what counts.
    instants, frames = np.unique(times_s, return_inverse=True)
    numbers = found.frames
    if numbers is not None and len(instants) == len(np.unique(numbers)):
        order = np.lexsort((numbers, times_s))
        if (np.diff(numbers[order]) >= 0).all():
            return numbers, times_s, kept
    return frames.reshape(-1).astype(np.int64), times_s, kept


def _are_new(found: Found, frames: Ids, order: np.ndarray) -> np.ndarray:
    """Return which rows, in order, are the first of their face in their frame; empty ones only where nobody is."""
    has_face, faces = found.has_face[order], np.where(found.has_face[order], found.faces[order], 0)
    pairs = np.stack([frames[order], faces], axis=1)
    _, first = np.unique(pairs, axis=0, return_index=True)
    is_first = np.zeros(len(order), np.bool_)
    is_first[first] = True
    peopled = np.isin(frames[order], np.unique(frames[order][has_face]))
    return np.asarray(is_first & (has_face | ~peopled))
