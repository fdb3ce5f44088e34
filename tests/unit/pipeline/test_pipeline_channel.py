import threading

import pytest

from mien.pipeline.channel import Channel, WhenFull
from tests.patience import PATIENCE_S


def test_blocking_channel_keeps_all_in_order() -> None:
    channel: Channel[int] = Channel(2, WhenFull.BLOCK)

    def fill() -> None:
        for number in range(100):
            channel.put(number)
        channel.close()

    writer = threading.Thread(target=fill)
    writer.start()
    assert list(channel) == list(range(100))
    writer.join()
    assert channel.dropped == 0


def test_dropping_channel_keeps_the_newest_and_counts() -> None:
    channel: Channel[int] = Channel(2, WhenFull.DROP_OLDEST)
    for number in range(10):
        assert channel.put(number)
    channel.close()
    assert list(channel) == [8, 9]
    assert channel.dropped == 8


def test_closed_channel_takes_nothing() -> None:
    channel: Channel[int] = Channel(2, WhenFull.BLOCK)
    channel.put(1)
    channel.close()
    assert not channel.put(2)
    assert list(channel) == [1]


def test_discard_empties_and_wakes_a_waiting_writer() -> None:
    channel: Channel[int] = Channel(1, WhenFull.BLOCK)
    channel.put(1)
    taken: list[bool] = []
    writer = threading.Thread(target=lambda: taken.append(channel.put(2)))
    writer.start()
    channel.discard()
    writer.join(PATIENCE_S)
    assert taken == [False]
    assert channel.get() is None


def test_no_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity"):
        Channel(0, WhenFull.BLOCK)


def test_entries_come_in_groups_in_order_and_the_last_group_is_what_is_left() -> None:
    channel: Channel[int] = Channel(3, WhenFull.BLOCK)

    def fill() -> None:
        for number in range(8):
            channel.put(number)
        channel.close()

    writer = threading.Thread(target=fill)
    writer.start()
    assert list(channel.by(3)) == [[0, 1, 2], [3, 4, 5], [6, 7]]
    writer.join()


def test_a_discarded_channel_gives_no_group_and_wakes_who_waits_for_one() -> None:
    channel: Channel[int] = Channel(4, WhenFull.BLOCK)
    channel.put(1)
    groups: list[list[int]] = []
    reader = threading.Thread(target=lambda: groups.extend(channel.by(4)))
    reader.start()
    channel.discard()
    reader.join(PATIENCE_S)
    assert not reader.is_alive()
    assert groups == []


@pytest.mark.parametrize("count", [0, 3])
def test_a_group_that_never_fits_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 2"):
        next(Channel[int](2, WhenFull.BLOCK).by(count))
