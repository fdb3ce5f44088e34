"""Own expressions as a text, a line each, with what is wrong with a line below it."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from mien.core.emotion import EXPRESSIONS
from mien.core.own_expressions import SHIPPED, OwnText, parse_own, read_own
from mien.gui.choices import Choices
from mien.gui.look.typography import SMALL_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.settings_dialog.card import Card, Row
from mien.settings import Settings

SENTENCE: Final = (
    "A line each: NAME = FORMULA for SECONDS s. They become columns, curves, tiers in ELAN and channels of other "
    "programs. The manual has the names, under The face in detail."
)
_WAIT_MS: Final = 500
"""After the last key a text is read: half a word is no fault yet."""
_HEIGHT_PX: Final = 132
_MAX_TEXT: Final = 40_000


class OwnCard(Card):
    """Edits the user's own expressions; lines that can be read apply at once, the others stay as typed.

    Args:
        choices: All choices of the user.
    """

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        self._choices = choices
        self.editor = QPlainTextEdit()
        self.editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.editor.setPlaceholderText("squint = au06 + au07 > 0.6 for 0.3 s")
        self.editor.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.editor.setTabChangesFocus(True)
        self.editor.setMinimumSize(_HEIGHT_PX * 3, _HEIGHT_PX)
        self.editor.setAccessibleName("Own expressions")
        self.said = QLabel()
        self.said.setFont(text_font(SMALL_PX))
        self.said.setWordWrap(True)
        self.example = Button("Add an example", framed=True, tip="Contempt as a dimple on one side")
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.editor)
        layout.addWidget(self.said)
        self.row = Row("Formulas", SENTENCE, column, stacked=True)
        super().__init__("Own expressions", (self.row,), self.example, parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self.take)
        self.editor.textChanged.connect(self._timer.start)
        self.example.clicked.connect(self._add_example)

    def show_settings(self, settings: Settings) -> None:
        """Show what is in force; what is being typed stays."""
        labels = _labels_of(settings)
        if not self._timer.isActive():
            text = text_of(settings)
            if text != self.editor.toPlainText():
                was_blocked = self.editor.blockSignals(True)
                self.editor.setPlainText(text)
                self.editor.blockSignals(was_blocked)
        self._say(read_own(self.editor.toPlainText(), labels), settings)
        names = {each.name for each in parse_own(settings.own.expressions)}
        self.example.setEnabled(not names & {each.name for each in parse_own(SHIPPED)})

    def take(self) -> None:
        """Take over what was typed."""
        self._timer.stop()
        text = self.editor.toPlainText()[:_MAX_TEXT]
        read = read_own(text, _labels_of(self._choices.settings))
        self._choices.change(own={"expressions": read.expressions, "text": text})
        self._say(read, self._choices.settings)

    def finish(self) -> None:
        """Take over what was typed a moment ago."""
        if self._timer.isActive():
            self.take()

    def _add_example(self) -> None:
        text = self.editor.toPlainText().rstrip()
        self.editor.setPlainText("\n".join([*([text] if text else []), *SHIPPED]))
        self.take()

    def _say(self, read: OwnText, settings: Settings) -> None:
        lines = [f"Line {number}: {fault}" for number, fault in read.faults.items()]
        asked = {name for each in parse_own(read.expressions) for name in each.formula.names}
        if not settings.reading.face_details and any(_is_detail(name) for name in asked):
            lines.append("Some of these need Face in detail, which is off: they are empty until it is on.")
        self.said.setText("\n".join(lines))
        self.said.setVisible(bool(lines))
        self.editor.setAccessibleDescription("; ".join(lines))


def text_of(settings: Settings) -> str:
    """Return what stands in the editor: as it was typed, where that still says what is in force."""
    own = settings.own
    if own.text and read_own(own.text, _labels_of(settings)).expressions == own.expressions:
        return str(own.text)
    return "\n".join(own.expressions)


def _labels_of(settings: Settings) -> tuple[str, ...]:
    """Return the expressions that formulas may ask for; of another network than Mien's, whatever they name."""
    return () if settings.reading.model else EXPRESSIONS


def _is_detail(name: str) -> bool:
    return name not in (*EXPRESSIONS, "valence", "arousal", "confidence", "yaw_deg", "roll_deg")
