"""Readers of files: whatever the format, chunks of columns under the names of the sent fields."""

from journeyscore.connectors.files.opening import open_file, preview

__all__ = ["open_file", "preview"]
