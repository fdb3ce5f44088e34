import av

from mien.places import demo_clip


def test_the_demo_clip_plays_everywhere_and_is_small() -> None:
    assert demo_clip().stat().st_size < 1_500_000
    with av.open(str(demo_clip())) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        frames = [(frame.width, frame.height, frame.pts) for frame in container.decode(stream)]
    assert len(frames) == 450
    assert {frame[:2] for frame in frames} == {(960, 540)}
    assert [frame[2] for frame in frames] == sorted({frame[2] for frame in frames})
