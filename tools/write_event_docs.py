"""Write the tables of docs/events.md anew from the code: `make docs`."""

from collections.abc import Callable, Iterable
from pathlib import Path

from journeyscore.domain.event import EVENT_FIELDS
from journeyscore.domain.refusal import WHAT_TO_DO
from journeyscore.intake.channels import CHANNELS
from journeyscore.intake.event_names import EVENT_NAMES, SPELLINGS
from journeyscore.intake.scrub import SAFE_QUERY

PAGE = Path(__file__).parent.parent / "docs" / "events.md"


def events() -> str:
    """The dictionary of standard names."""
    rows = [(f"`{e.name}`", e.stage or "", e.label.en, e.label.nl, e.meaning) for e in EVENT_NAMES]
    return _table(("name", "usual stage", "English", "Dutch", "meaning"), rows)


def spellings() -> str:
    """The other spellings of each standard name."""
    rows = [(f"`{name}`", _words(texts.split())) for name, texts in SPELLINGS.items()]
    return _table(("name", "also"), rows)


def channels() -> str:
    """The channels."""
    rows = [(f"`{c.name}`", c.label.en, c.label.nl, c.meaning) for c in CHANNELS]
    return _table(("channel", "English", "Dutch", "what belongs to it"), rows)


def columns() -> str:
    """The columns of the event log."""
    return _table(("column", "kind", "what"), [(f"`{f.name}`", f.kind, f.meaning) for f in EVENT_FIELDS])


def reasons() -> str:
    """The reasons of refusals."""
    return _table(("reason", "what to do"), [(f"`{reason}`", todo) for reason, todo in WHAT_TO_DO.items()])


def parameters() -> str:
    """The parameters of an address that are kept."""
    return _words(sorted(SAFE_QUERY))


PARTS: dict[str, Callable[[], str]] = {
    "events": events,
    "spellings": spellings,
    "channels": channels,
    "columns": columns,
    "reasons": reasons,
    "parameters": parameters,
}


def page() -> str:
    """The page with its tables as they are today."""
    text = PAGE.read_text(encoding="utf-8")
    for name, write in PARTS.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n\n{write()}\n\n{end}{rest.split(end)[1]}"
    return text


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(header)
    lines = [titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join("|" + "|".join(f" {cell} " if cell != "---" else cell for cell in line) + "|" for line in lines)


def _words(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")
