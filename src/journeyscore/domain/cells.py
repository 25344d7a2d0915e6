"""Texts in the cells of a file that a spreadsheet may open."""

import re

FORMULA = re.compile(r"(?:^|(?<=[,;\t\r\n]))(?=[\s\0]*[=+\-@＝＋－＠\t\r\n])")
"""Where a formula could begin: at the start, or where another separator than ours would start a cell."""
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula, whatever it thinks is the separator."""
    return FORMULA.sub("'", CONTROL.sub("", text))
