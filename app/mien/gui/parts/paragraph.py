"""Text of several lines in a fixed width, as high as it needs to be."""

from PySide6.QtWidgets import QLabel, QWidget

from mien.gui.look.typography import BASE_PX, text_font


class Paragraph(QLabel):
    """Quiet text that wraps.

    Qt's layouts lose the height of wrapped labels inside stacked pages; so the height is set with the text.

    Args:
        text: What it says.
        width_px: How wide it is, whatever the text.
    """

    def __init__(self, text: str, width_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(text_font(BASE_PX))
        self.setProperty("role", "quiet")
        self.setWordWrap(True)
        self.setFixedWidth(width_px)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Say something else."""
        super().setText(text)
        self.setFixedHeight(self.heightForWidth(self.width()) if text else 0)
