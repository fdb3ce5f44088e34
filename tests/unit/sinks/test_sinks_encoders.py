from mien.sinks.video.encoders import list_encoders


def test_the_recorder_s_own_encoders_are_there_and_the_others_say_why_not() -> None:
    encoders = {encoder.name: encoder for encoder in list_encoders()}
    assert encoders["libx264"].is_available
    assert encoders["aac"].is_available
    assert {"libx265", "libsvtav1", "h264_nvenc", "h264_videotoolbox"} <= encoders.keys()
    for encoder in encoders.values():
        assert encoder.about
        assert (encoder.problem is None) == encoder.is_available
