"""All choices in one dialog."""
