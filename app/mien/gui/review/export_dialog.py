"""The window in which one chooses what is exported: which files, of which part, and where to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from mien.errors import printable
from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton
from mien.gui.parts.drop_down import drop_down
from mien.gui.parts.switch import Switch
from mien.timeline.clock import clock
from mien.timeline.spans import Span

FORMS: Final = (
    ("Annotated video", "-annotated.mp4"),
    ("Summary (HTML)", ".html"),
    ("Summary (PDF)", ".pdf"),
    ("Charts (PNG)", ".png"),
    ("Charts (SVG)", ".svg"),
    ("Curves as chosen (PNG)", ".curves.png"),
    ("Curves as chosen (SVG)", ".curves.svg"),
    ("ELAN annotations", ".eaf"),
    ("Subtitles (WebVTT)", ".vtt"),
    ("Readings (CSV)", ".csv"),
    ("Readings (Excel)", ".xlsx"),
    ("Readings (JSON Lines)", ".jsonl"),
    ("Readings (Parquet)", ".parquet"),
    ("Readings with Py-feat's columns", ".fex.csv"),
)
"""What can be exported, each with what its file's name ends in."""

_ROWS: Final = 7
_MAX_NAME: Final = 200
_NO_FILE_NAME: Final = frozenset('/\\:*?"<>|')


class ExportDialog(QDialog):
    """Accepted once there is something to write.

    Args:
        name: Proposed for the files, without an ending.
        folder: Proposed for them.
        ticked: The endings that were chosen last.
        span: What is selected, or None.
        overlay: The menu of what an annotated video shows.
        parent: As in Qt.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        ticked: Sequence[str],
        span: Span | None,
        overlay: QMenu,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setObjectName("panel")
        self.setMinimumWidth(620)
        self.folder = folder
        self._stem = name
        self.switches = {suffix: Switch(title) for title, suffix in FORMS}
        for suffix, switch in self.switches.items():
            switch.setChecked(suffix in ticked)
            switch.toggled.connect(self._show)
        parts: list[tuple[object, str]] = [(None, "Whole video")]
        if span is not None:
            parts.append((span, " – ".join(clock(time_s, decimals=2) for time_s in span)))
        self.part = ChoiceButton("Part of the video", parts)
        self.part.set_value(None)
        self.part.chosen.connect(lambda _: self._propose())
        self.name = QLineEdit(name)
        self.name.setMaxLength(_MAX_NAME)
        self.name.setAccessibleName("Name of the files")
        self.name.textChanged.connect(self._show)
        self.place = QLabel()
        self.place.setProperty("role", "quiet")
        self.problem = QLabel()
        self.problem.setProperty("role", "quiet")
        self.problem.setWordWrap(True)
        self.overlay = Button("Overlay", has_menu=True, framed=True, tip="What the annotated video shows")
        self.overlay.clicked.connect(lambda: drop_down(overlay, self.overlay))
        self.save = Button("Export", "export", kind="primary", reserve="Export 12 files")
        self.save.clicked.connect(self.accept)
        self._lay_out()
        self._show()

    @property
    def span(self) -> Span | None:
        """The part that is exported; None for all."""
        return self.part.value if isinstance(self.part.value, tuple) else None

    @property
    def ticked(self) -> tuple[str, ...]:
        """The endings of the files that are chosen."""
        return tuple(suffix for suffix, switch in self.switches.items() if switch.isChecked())

    @property
    def targets(self) -> tuple[Path, ...]:
        """The files."""
        name = self.name.text().strip()
        return tuple(self.folder / f"{name}{suffix}" for suffix in self.ticked)

    def _propose(self) -> None:
        """Name the files after the part, unless another name was written."""
        if self.span is None:
            self.name.setText(self._stem)
        else:
            start, end = (f"{time_s:.1f}" for time_s in self.span)
            self.name.setText(f"{self._stem} {start}-{end} s")

    def _show(self) -> None:
        name, targets = self.name.text().strip(), self.targets
        is_name = bool(name) and not set(name) & _NO_FILE_NAME and not name.startswith(".")
        self.place.setText(f"in {printable(str(self.folder))}")
        self.place.setToolTip(str(self.folder))
        there = [path.name for path in targets if path.exists()]
        if not is_name:
            self.problem.setText("Write a name that files can have.")
        elif there:
            self.problem.setText(f"Will be replaced: {printable(', '.join(there))}")
        else:
            self.problem.setText("")
        self.save.setText(f"Export {len(targets)} files" if len(targets) > 1 else "Export")
        self.save.setEnabled(is_name and bool(targets))

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Export to", str(self.folder))
        if chosen:
            self.folder = Path(chosen)
            self._show()

    def _lay_out(self) -> None:
        forms = QGridLayout()
        forms.setHorizontalSpacing(12)
        forms.setVerticalSpacing(10)
        for number, (title, suffix) in enumerate(FORMS):
            column, row = divmod(number, _ROWS)
            label = QLabel(title)
            label.setBuddy(self.switches[suffix])
            forms.addWidget(self.switches[suffix], row, 3 * column)
            forms.addWidget(label, row, 3 * column + 1)
            forms.setColumnStretch(3 * column + 1, 1)
        forms.addWidget(self.overlay, 0, 2)
        folder = Button("Folder…", framed=True)
        folder.clicked.connect(self._choose_folder)
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.name, 2)
        where.addWidget(self.place, 3)
        where.addWidget(folder)
        cancel = Button("Cancel", framed=True)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.part)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(16)
        layout.addLayout(forms)
        layout.addLayout(where)
        layout.addWidget(self.problem)
        layout.addLayout(buttons)
        self.place.setMinimumWidth(80)
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
