import pytest

from mien.core.frame import SourceInfo
from mien.pipeline.channel import WhenFull
from mien.pipeline.room import MAX_CHANNEL_BYTES, Room


def _info(size_wh: tuple[int, int], is_live: bool) -> SourceInfo:
    return SourceInfo("a source", *size_wh, fps=30.0, is_live=is_live)


def test_a_camera_is_never_late_and_a_file_never_loses_a_frame() -> None:
    assert Room.of(_info((1280, 720), is_live=True)) == Room(1, 30, WhenFull.DROP_OLDEST)
    assert Room.of(_info((1280, 720), is_live=False)) == Room(8, 8, WhenFull.BLOCK, 4)


@pytest.mark.parametrize("is_live", [True, False])
def test_few_huge_pictures_wait(is_live: bool) -> None:
    room = Room.of(_info((8000, 4000), is_live))
    assert room.before_sink == 2
    assert room.before_sink * 8000 * 4000 * 3 <= MAX_CHANNEL_BYTES
    assert Room.of(_info((30_000, 20_000), is_live)).before_sink == 1


def test_a_source_that_does_not_know_its_size_has_all_the_room() -> None:
    assert Room.of(_info((0, 0), is_live=False)) == Room(8, 8, WhenFull.BLOCK, 4)


def test_frames_are_read_together_only_where_nobody_waits_for_them() -> None:
    info = _info((1280, 720), is_live=False)
    assert Room.of(info).read_at_once == 4
    assert Room.of(info, is_paced=True).read_at_once == 1
    assert Room.of(_info((1280, 720), is_live=True)).read_at_once == 1
    assert Room.of(_info((30_000, 20_000), is_live=False)).read_at_once == 1
