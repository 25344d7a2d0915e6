"""Write the table of columns into docs/import.md: `make docs`."""

from pathlib import Path

from journeyscore.connectors.files.columns import SPELLINGS
from journeyscore.domain.event import SENT_FIELDS

PAGE = Path(__file__).parent.parent / "docs" / "import.md"
BEGIN, END = "<!-- begin columns -->", "<!-- end columns -->"


def table() -> str:
    """The fields, what they mean, and the other names by which they are recognised."""
    rows = ["| field | what | also recognised |", "|---|---|---|"]
    for field in SENT_FIELDS:
        also = ", ".join(f"`{s}`" for s in SPELLINGS.get(field.name, "").split())
        rows.append(f"| `{field.name}` | {field.meaning} | {also} |")
    return "\n".join(rows)


def page() -> str:
    """The page with its table as it is today."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
