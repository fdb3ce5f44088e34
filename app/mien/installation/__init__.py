"""What Mien is installed with: optional parts, system libraries, and the commands that bring them."""
