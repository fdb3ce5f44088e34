"""Drawing readings onto pictures, without Qt."""
