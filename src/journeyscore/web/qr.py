"""QR codes of links, to be printed."""

import io

import segno

QUIET = 4
"""Modules of white around it, as the standard asks."""
WIDTH_MM = 40.0
WIDTH_PIXELS = 1_200
DPI = 300


def svg(address: str) -> bytes:
    """Black on white, 40 mm wide with its margin; it may be made any larger."""
    code, out = segno.make(address, error="m", micro=False), io.BytesIO()
    modules = code.symbol_size(border=QUIET)[0]
    code.save(out, kind="svg", border=QUIET, scale=WIDTH_MM / modules, unit="mm", dark="#000", light="#fff")
    return out.getvalue()


def png(address: str) -> bytes:
    """Black on white, at least 1,200 pixels (10 cm at 300 dots per inch) wide with its margin."""
    code, out = segno.make(address, error="m", micro=False), io.BytesIO()
    scale = -(-WIDTH_PIXELS // code.symbol_size(border=QUIET)[0])
    code.save(out, kind="png", border=QUIET, scale=scale, dpi=DPI, dark="#000", light="#fff")
    return out.getvalue()
