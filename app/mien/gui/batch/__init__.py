"""The place of many files."""
