"""Brings Review's timeline in line with markers, curves, spans and selection."""

from PySide6.QtCore import QObject

from mien.gui.choices import Choices
from mien.gui.review.marker_controller import MarkerController
from mien.gui.review.review_controller import ReviewController
from mien.gui.review.review_presenter import ReviewPresenter
from mien.gui.review.review_workspace import ReviewWorkspace
from mien.gui.review.selection_controller import SelectionController
from mien.gui.review.timeline_motion import OpenSpan


class TimelinePresenter(QObject):
    """Shows on the timeline what does not move with the picture.

    Args:
        controller: Of what is open.
        workspace: Holds the timeline and what stands around it.
        readings: Know whose curves are drawn.
        marking: Knows the markers that are chosen or begun.
        selection: Knows what is selected.
        choices: The user's.
    """

    def __init__(
        self,
        controller: ReviewController,
        workspace: ReviewWorkspace,
        readings: ReviewPresenter,
        marking: MarkerController,
        selection: SelectionController,
        choices: Choices,
    ) -> None:
        super().__init__(workspace)
        self.controller = controller
        self.workspace = workspace
        self.readings = readings
        self.marking = marking
        self.selection = selection
        self.choices = choices
        controller.notes.changed.connect(self.show_markers)
        choices.changed.connect(
            lambda before, after: self.show_markers() if before.events != after.events else None
        )
        marking.selected_changed.connect(self.show_markers)
        marking.span_changed.connect(self.show_span)
        selection.changed.connect(self.show_selection)
        workspace.timeline_bar.menu.chosen.connect(self.choose_curves)

    def show_markers(self) -> None:
        """Show all markers, here and in the list."""
        markers = self.controller.notes.annotations.markers
        self.workspace.timeline.show_by_hand(self.controller.by_hand())
        inks = {each.name: each.colour for each in self.choices.settings.events.types}
        self.workspace.timeline.show_inks(inks)
        self.workspace.timeline.show_markers(markers, self.marking.selected)
        self.show_overview()
        self.workspace.side.show_markers(markers, self.marking.selected, inks)

    def show_curves(self) -> None:
        """Draw the curves that were chosen, and offer those that there are."""
        series, menu = self.controller.series, self.workspace.timeline_bar.menu
        keys = self.choices.settings.window.curves
        other_labels = series.other_labels if series is not None else ()
        details = series.detail_names if series is not None else ()
        signed = series.signed if series is not None else ()
        menu.offer(self.controller.lanes.labels, other_labels, keys, details, signed)
        self.workspace.timeline.show_curves(menu.quantities)

    def show_overview(self) -> None:
        """Draw the whole recording small: one person's labels, and all markers."""
        lane = self.controller.lanes.lane(self.readings.curves_id)
        self.workspace.timeline_bar.overview.show_content(lane, self.controller.notes.annotations.markers)

    def choose_curves(self, keys: tuple[str, ...]) -> None:
        """Draw these curves from now on."""
        self.choices.change(window={"curves": keys})
        self.show_curves()
        self.workspace.fit_timeline()

    def show_span(self) -> None:
        """Show the spans that were begun and not ended."""
        since_s = self.marking.open_since_s
        excluded = () if since_s is None else (OpenSpan(since_s, "X ends it"),)
        typed = (OpenSpan(at_s, each.name, each.colour) for each, at_s in self.marking.open_types.values())
        self.workspace.timeline.show_open_spans((*excluded, *typed))
        self.workspace.transport.exclude.setChecked(since_s is not None)

    def show_selection(self) -> None:
        """Show what is selected, and whether it plays in a loop."""
        selection = self.selection
        self.workspace.timeline.show_selection(selection.start_s, selection.end_s)
        self.workspace.transport.show_loop(is_begun=selection.start_s is not None, is_looping=selection.is_looping)
