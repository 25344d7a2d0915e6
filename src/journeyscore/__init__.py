"""Engagement scores for candidates, with the reason for every point."""

__version__ = "0.1.0"
