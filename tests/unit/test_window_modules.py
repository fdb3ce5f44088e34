"""The window holds what shows and listens, and nothing else."""

import grimp

DECLARATIONS = {"mien.gui.settings_dialog.entries", "mien.gui.settings_dialog.entry"}
"""The rows of the settings dialog, told in order: nothing else could use them."""


def test_what_needs_no_qt_has_no_place_in_the_window() -> None:
    graph = grimp.build_graph("mien", include_external_packages=True)
    modules = {name for name in graph.modules if name.startswith("mien.gui.")}
    modules -= {name for name in modules if graph.find_children(name)}
    needs_qt = {name for name in modules if "PySide6" in graph.find_modules_directly_imported_by(name)}
    assert len(needs_qt) > 50
    grew = True
    while grew:
        more = {name for name in modules - needs_qt if graph.find_modules_directly_imported_by(name) & needs_qt}
        grew = bool(more)
        needs_qt |= more
    assert modules - needs_qt <= DECLARATIONS
