"""Fonts, icons and the demo clip: data only, found through `mien.tabs.assets_folder`."""
