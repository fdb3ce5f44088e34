"""What the fixture ``make_window`` gives."""

from collections.abc import Callable

from app.gui.shell.main_window import MainWindow

MakeWindow = Callable[..., MainWindow]
