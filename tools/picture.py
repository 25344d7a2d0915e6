"""Draw the README's picture of the demo (docs/demo.svg) from what the command line says: `make docs`."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

PLACE = Path(__file__).parent.parent / "docs" / "demo.svg"
PAPER = TerminalTheme(
    (250, 250, 248),
    (40, 42, 46),
    [(40, 42, 46)] * 8,
    [(40, 42, 46)] * 8,
)
LINES = 58
FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>text {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px; white-space: pre }}
{styles}</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}</defs>
<rect width="{width}" height="{height}" fill="#fafaf8" rx="6"/>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""


def demo() -> str:
    """What the demo prints, from the ranking on."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "journeyscore.cli.main", "--data", f"{folder}/demo", "demo"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return said[said.index("Who is most engaged?") :].partition("What to try next")[0]


def main() -> None:
    """Write the picture."""
    with Path("/dev/null").open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=112, file=nowhere)
        lines = [re.sub(r"\s+$", "", line) for line in demo().splitlines()][:LINES]
        for line in ["$ make demo", "", *lines]:
            console.print(Text(line))
        svg = console.export_svg(title="", theme=PAPER, code_format=FORMAT, unique_id="demo")
    PLACE.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
