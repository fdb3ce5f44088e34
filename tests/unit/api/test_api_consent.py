from pathlib import Path

import pytest
from click.testing import CliRunner

from mien import annotate, read
from mien.api.consent import require_consent
from mien.cli import cli
from mien.errors import SourceError
from mien.settings import load_settings


@pytest.mark.parametrize("source", ["camera", "camera:Front", "0", "/dev/video0"])
def test_a_camera_is_opened_only_with_consent_whoever_asks(source: str, tmp_path: Path) -> None:
    for attempt in (
        lambda: annotate(source, readings=tmp_path / "x.csv"),
        lambda: read(source),
        lambda: require_consent(source),
    ):
        with pytest.raises(SourceError, match="only with consent; agree with --yes-camera"):
            attempt()
    for command in ("annotate", "bench"):
        result = CliRunner().invoke(cli, [command, source])
        assert isinstance(result.exception, SourceError)
    assert not load_settings().window.consented


def test_consent_is_asked_once_and_remembered() -> None:
    require_consent("camera", given=True)
    assert load_settings().window.consented
    require_consent("camera")


@pytest.mark.parametrize("source", ["clip.mp4", "synthetic", "rtsp://door/1", "pictures"])
def test_other_sources_need_none(source: str) -> None:
    require_consent(source)
    assert not load_settings().window.consented
