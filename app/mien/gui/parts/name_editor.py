"""The small window in which a person or a session gets a name, and a stream its address."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from mien.gui.parts.buttons import Button

_MAX_NAME = 1000


class NameEditor(QDialog):
    """Asks for a name; an empty one gives the number back.

    Args:
        name: As it is; "Face 3" stands for none.
        placeholder: What an empty name shows.
        title: Of the window.
        action: What the button says.
    """

    def __init__(
        self,
        name: str,
        placeholder: str,
        parent: QWidget | None = None,
        *,
        title: str = "Name",
        action: str = "Save",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setObjectName("panel")
        self.field = QLineEdit("" if name == placeholder else name)
        self.field.setPlaceholderText(placeholder)
        self.field.setMaxLength(_MAX_NAME)
        self.field.setMinimumWidth(320)
        self.field.setAccessibleName(title)
        self.field.selectAll()
        cancel, save = Button("Cancel", framed=True), Button(action, kind="primary")
        cancel.clicked.connect(self.reject)
        save.clicked.connect(self.accept)
        self.field.returnPressed.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(self.field)
        layout.addLayout(buttons)

    @property
    def name(self) -> str:
        """What was written."""
        return self.field.text().strip()
