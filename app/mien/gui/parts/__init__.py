"""What places are built of. A part knows what it shows, and neither places nor settings."""
