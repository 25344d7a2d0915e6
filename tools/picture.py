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
    """Write the picture. Spaces are written as hard ones: viewers differ in what they do with soft ones."""
    shown = demo()
    texts = [
        f'<text x="16" y="{30 + LINE * n}">{escape(line).replace(" ", "&#160;")}</text>'
        for n, line in enumerate(shown)
        if line
    ]
    height = LINE * (len(shown) + 2)
    PLACE.write_text(FRAME.format(width=WIDTH, height=height, letter=LETTER, lines="\n".join(texts)), encoding="utf-8")


if __name__ == "__main__":
    main()
