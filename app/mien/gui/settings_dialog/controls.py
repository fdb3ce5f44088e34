"""The widgets of the choices: each shows a value and emits ``picked`` with another."""

from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QSlider, QWidget

from mien.gui.look.typography import BASE_PX, text_font
from mien.gui.parts.buttons import Button
from mien.gui.parts.choice_button import ChoiceButton
from mien.gui.parts.switch import Switch
from mien.gui.settings_dialog.entry import Amount, Entry, Network, Options, Place, Toggle

_SLIDER_PX: Final = 150
_OTHER_FILE: Final = object()


class ValueControl(Protocol):
    """A widget that shows a value."""

    picked: SignalInstance

    def show_value(self, value: object) -> None:
        """Show what is in force; says nothing."""


class ToggleControl(Switch):
    """On or off."""

    picked = Signal(object)

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.title)
        self.clicked.connect(lambda is_on: self.picked.emit(is_on))

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        self.setChecked(bool(value))


class OptionsControl(ChoiceButton):
    """One of several values; one that is none of them is shown as it stands in the file."""

    picked = Signal(object)

    def __init__(self, entry: Entry, options: Options) -> None:
        super().__init__(entry.title, options.values)
        self.chosen.connect(self.picked)

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        self.set_value(value)


class AmountControl(QWidget):
    """A slider with its figure."""

    picked = Signal(object)

    def __init__(self, entry: Entry, amount: Amount) -> None:
        super().__init__()
        self._amount = amount
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-1 if amount.auto else 0, round(amount.top / amount.step))
        self.slider.setFixedWidth(_SLIDER_PX)
        self.slider.setAccessibleName(entry.title)
        self.figure = QLabel()
        self.figure.setFont(text_font(BASE_PX, figures=True))
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        widest = max((amount.text_of("auto"), amount.text_of(0.0), amount.text_of(amount.top)), key=len)
        self.figure.setFixedWidth(int(QFontMetricsF(self.figure.font()).horizontalAdvance(widest)) + 4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.slider)
        layout.addWidget(self.figure)
        self.slider.valueChanged.connect(self._moved)

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        assert isinstance(value, float | int) or value == "auto"
        was_blocked = self.slider.blockSignals(True)
        self.slider.setValue(-1 if isinstance(value, str) else round(value / self._amount.step))
        self.slider.blockSignals(was_blocked)
        self.figure.setText(self._amount.text_of(value))

    def _moved(self, mark: int) -> None:
        value = "auto" if mark < 0 else round(mark * self._amount.step, 6)
        self.figure.setText(self._amount.text_of(value))
        self.picked.emit(value)


class PlaceControl(QWidget):
    """A folder or a file, and the way back to none."""

    picked = Signal(object)

    def __init__(self, entry: Entry, place: Place) -> None:
        super().__init__()
        self._entry, self._place = entry, place
        self._value = ""
        self.button = Button(place.empty, "folder" if place.is_folder else "film", framed=True)
        self.button.setFixedWidth(180)
        self.clear = Button(icon="close", tip=f'{entry.title}: back to "{place.empty}"')
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.clear)
        layout.addWidget(self.button)
        self.button.clicked.connect(self._ask)
        self.clear.clicked.connect(lambda: self.picked.emit(""))

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        self._value = str(value)
        self.button.setText(Path(self._value).name or self._value or self._place.empty)
        self.button.setAccessibleName(f"{self._entry.title}: {self._value or self._place.empty}")
        self.button.setToolTip(self._value)
        self.clear.setVisible(bool(self._value))

    def _ask(self) -> None:
        if self._place.is_folder:
            chosen = QFileDialog.getExistingDirectory(self, self._entry.title, self._value)
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, self._entry.title, self._value, self._place.files)
        if chosen:
            self.picked.emit(chosen)


class NetworkControl(ChoiceButton):
    """One of the networks that are there, or a file."""

    picked = Signal(object)

    def __init__(self, entry: Entry, network: Network) -> None:
        super().__init__(entry.title)
        self._entry, self._network = entry, network
        self._in_force = ""
        self.chosen.connect(self._picked)
        self.show_networks([])

    def show_networks(self, networks: list[tuple[str, str]]) -> None:
        """Offer the networks that are there: name and one sentence each."""
        options: list[tuple[object, str]] = [(name, name) for name, _ in networks]
        if self._network.empty:
            options.insert(0, ("", self._network.empty))
        self._default = "" if self._network.empty or not networks else networks[0][0]
        self.set_options([*options, (_OTHER_FILE, "Another file…")])
        self.show_value(self._in_force)

    def show_value(self, value: object) -> None:
        """Show what is in force."""
        self._in_force = str(value)
        self.set_value(self._in_force or self._default)
        if self._in_force and self._in_force not in [each for each, _ in self.options]:
            self.setText(Path(self._in_force).name)

    def _picked(self, value: object) -> None:
        if value is not _OTHER_FILE:
            self.picked.emit(value)
            return
        self.show_value(self._in_force)
        path, _ = QFileDialog.getOpenFileName(self, self._entry.title, "", "Networks (*.onnx)")
        if path:
            self.picked.emit(path)


def control_of(entry: Entry) -> QWidget:
    """Return the widget of a choice; it has the members of ``ValueControl``."""
    match entry.control:
        case Toggle():
            return ToggleControl(entry)
        case Options() as options:
            return OptionsControl(entry, options)
        case Amount() as amount:
            return AmountControl(entry, amount)
        case Place() as place:
            return PlaceControl(entry, place)
        case Network() as network:
            return NetworkControl(entry, network)
