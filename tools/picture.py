"""Draw the README's picture of the demo (docs/demo.svg) from what the command line says: `make docs`."""

import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

PLACE = Path(__file__).parent.parent / "docs" / "demo.svg"
WIDTH, LINE, LETTER = 1010, 18, 13
FRAME = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="The demo in a terminal">
<rect width="{width}" height="{height}" fill="#fafaf8" rx="6"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="{letter}" fill="#282a2e">
{lines}
</g>
</svg>
"""


def demo() -> list[str]:
    """What the demo prints, from the ranking on."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "journeyscore.cli.main", "--data", f"{folder}/demo", "demo"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    shown = said[said.index("Who is most engaged?") :].partition("What to try next")[0]
    return ["$ make demo", "", *(line.rstrip() for line in shown.rstrip().splitlines())]


def main() -> None:
    """Write the picture. Viewers drop the spaces in front of a line, so these become an offset."""
    shown = demo()
    texts = []
    for number, line in enumerate(shown):
        x = 16 + LETTER * 0.602 * (len(line) - len(line.lstrip()))
        words = escape(line.lstrip()).replace(" ", "&#160;")
        texts.append(f'<text x="{x:.1f}" y="{30 + LINE * number}">{words}</text>')
    height = LINE * (len(shown) + 2)
    PLACE.write_text(FRAME.format(width=WIDTH, height=height, letter=LETTER, lines="\n".join(texts)), encoding="utf-8")


if __name__ == "__main__":
    main()
