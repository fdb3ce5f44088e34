"""The manual in a window of its own."""

from typing import Final

from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from mien.places import assets_folder

_SIZE_PX: Final = (720, 640)


class Manual(QDialog):
    """Shows the manual, which comes with the program."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Manual – Mien")
        self.setObjectName("page")
        self.resize(*_SIZE_PX)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.document().setDocumentMargin(24)
        self.text.setMarkdown((assets_folder() / "manual.md").read_text(encoding="utf-8"))
        self.text.setAccessibleName("Manual")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
