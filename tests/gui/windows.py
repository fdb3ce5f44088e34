"""What the fixtures ``make_window`` and ``wait_for`` give."""

from collections.abc import Callable

from mien.gui.live.live_controller import Phase
from mien.gui.shell.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]
WaitFor = Callable[[MainWindow, Phase], None]
