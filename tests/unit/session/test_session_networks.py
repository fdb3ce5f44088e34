"""What a session records of its networks."""

from mien.composition import build_reader
from mien.core.frame import SourceInfo
from mien.runs.networks import open_networks
from mien.session.origin import first_document, networks_in_use
from mien.settings import Settings


def test_a_window_s_session_and_one_of_the_command_line_record_the_same_of_a_network() -> None:
    settings = Settings().changed(reading={"model": "mien-s", "compare": "mien-m"})
    opened = open_networks(settings)
    recorded = opened.in_use()
    assert recorded == networks_in_use(settings, build_reader(settings, opened.first, opened.other))
    info = SourceInfo("clip.mp4", 64, 48, 30.0, is_live=False, frame_count=1)
    document = first_document(
        info, recorded, settings, video=None, overlay_video=None, readings=("readings.parquet",)
    )
    for network, classifier in zip(document.networks, (opened.first, opened.other), strict=True):
        assert classifier is not None
        assert classifier.manifest.outputs.affect is not None
        assert network.affect_error == classifier.manifest.outputs.affect.error
        assert network.affect_error is not None
