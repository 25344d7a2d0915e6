"""The words of the product: frozen dataclasses, parse and format, with the standard library only."""
