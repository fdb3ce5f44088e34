"""A video, a page that shows it, and a session of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fake_review import FakeBuild, FakeReviewEngine, write_video
from pytestqt.qtbot import QtBot
from review_pages import FRAMES, Make, no_device, open_and_read

from mien.gui.choices import Choices
from mien.gui.review.review_page import ReviewPage
from mien.playback.speaker import Speaker
from mien.settings import Settings
from tests.patience import PATIENCE_S


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "talk.mp4", FRAMES)


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Make]:
    pages: list[ReviewPage] = []

    def build_page(
        build: FakeBuild | None = None,
        speaker: Callable[[], Speaker] | None = None,
        kept: Path = tmp_path / "analyses",
        **groups: dict[str, object],
    ) -> ReviewPage:
        engine = FakeReviewEngine(kept, build or FakeBuild(), speaker or (lambda: Speaker(no_device)))
        own = Settings().changed(video={"session_folder": str(tmp_path / "none recorded")})
        page = ReviewPage(engine, Choices(own.changed(**groups), lambda _: None))
        pages.append(page)
        qtbot.addWidget(page)
        page.resize(1280, 752)
        page.show()
        return page

    yield build_page
    for page in pages:
        assert page.shut_down(5.0)


@pytest.fixture
def opened(make: Make, video: Path, qtbot: QtBot) -> ReviewPage:
    page = make()
    open_and_read(page, video, qtbot)
    return page


@pytest.fixture
def session(video: Path, tmp_path: Path) -> Path:
    """A recorded session of the video, with an event, as Live writes it."""
    from mien.session.origin import networks_in_use
    from mien.session.writer import Contents, SessionWriter

    folder = tmp_path / "2026-01-02 at 10.11"
    settings = Settings()
    pipeline = FakeBuild()(settings, video)
    networks = networks_in_use(settings, pipeline.reader)
    contents = Contents()
    writer = SessionWriter(folder, pipeline.source.info, networks, settings, contents=contents)
    pipeline.add_sink(writer)
    pipeline.start()
    assert pipeline.join(PATIENCE_S)
    return folder
