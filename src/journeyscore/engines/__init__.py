"""Engines: they run SQL and nothing cleverer."""
