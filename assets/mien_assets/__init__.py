"""Fonts, icons and the demo clip: data only, found through `mien.places.assets_folder`."""
