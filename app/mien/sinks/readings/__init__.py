"""Readings as tables that grow safely."""
