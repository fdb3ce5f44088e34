import threading

import pytest

from mien.pipeline.channel import Channel, WhenFull


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
    writer.join(2.0)
    assert taken == [False]
    assert channel.get() is None


def test_no_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="capacity"):
        Channel(0, WhenFull.BLOCK)
