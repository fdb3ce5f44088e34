"""Which parts of the overlay an annotated video has: the same that the picture shows, chosen where one exports."""

from typing import Final

from PySide6.QtWidgets import QMenu, QWidget

from mien.gui.choices import Choices

PARTS: Final = (
    ("box", "Box"),
    ("label", "Label"),
    ("bars", "Bars"),
    ("gauges", "Valence and arousal"),
    ("mesh", "Mesh"),
)


class OverlayMenu(QMenu):
    """Shows and changes the settings of the overlay.

    Args:
        choices: All choices of the user.
        parent: As in Qt.
    """

    def __init__(self, choices: Choices, parent: QWidget) -> None:
        super().__init__("Overlay of the video", parent)
        self._choices = choices
        for name, title in PARTS:
            action = self.addAction(title)
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(lambda is_on, chosen=name: self._choose(chosen, is_on))
        choices.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        for action in self.actions():
            action.setChecked(getattr(self._choices.settings.overlay, action.data()))

    def _choose(self, name: str, is_on: bool) -> None:
        self._choices.change(overlay={name: is_on})
