"""Views of the timeline that are saved under a name and chosen again."""

import pytest
from review_pages import run

from mien.gui.review.review_page import ReviewPage
from mien.settings.groups import SavedView


def test_a_view_brings_back_curves_and_time(opened: ReviewPage) -> None:
    opened._marks.choose_curves(("happiness", "valence"))
    opened.timeline.zoom(0.5)
    seen = opened.timeline.view
    opened.views.save("Smile & all")
    opened._marks.choose_curves(())
    opened.timeline.show_all()
    opened.views.save("Whole")
    views = opened.choices.settings.window.views
    assert [each.name for each in views] == ["Smile & all", "Whole"]
    assert (views[1].start_s, views[1].end_s) == (None, None)
    opened.views.fill()
    opened.views.actions()[0].trigger()
    assert opened.choices.settings.window.curves == ("happiness", "valence")
    assert (opened.timeline.view.start_s, opened.timeline.view.end_s) == pytest.approx((seen.start_s, seen.end_s))
    opened.views.actions()[1].trigger()
    assert opened.timeline.view.is_whole
    assert opened.choices.settings.window.curves == ()


def test_a_view_of_a_longer_video_stays_within_this_one(opened: ReviewPage) -> None:
    duration_s = opened.timeline.view.duration_s
    for view in (
        SavedView(name="late", start_s=500.0, end_s=502.0),
        SavedView(name="long", start_s=0.0, end_s=900.0),
        SavedView(name="none", start_s=5.0, end_s=5.0),
    ):
        opened.views.choose(view)
        seen = opened.timeline.view
        assert 0 <= seen.start_s < seen.end_s <= duration_s + 1e-6


def test_the_same_name_is_replaced_and_views_are_removed(opened: ReviewPage) -> None:
    opened.views.save("a")
    opened._marks.choose_curves(("valence",))
    opened.views.save("a")
    (view,) = opened.choices.settings.window.views
    assert view.curves == ("valence",)
    run(opened, "views")
    remove = opened.views.actions()[-1].menu()
    remove.actions()[0].trigger()
    opened.views.close()
    assert opened.choices.settings.window.views == ()
    editor = opened.views.ask()
    editor.accept()
    assert [each.name for each in opened.choices.settings.window.views] == ["View 1"]
