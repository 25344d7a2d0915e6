"""Compile the Dutch texts of the pages: `make messages`. One catalogue a room of pages, in web/locale/nl/*.po.

The rooms below say what they say in phrases, whose templates are translated too (`journeyscore.domain.phrase`).

Fails, and says which, where a text of a page has no translation, or a catalogue has one that nothing uses.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from journeyscore.domain import errors

ROOMS = Path(__file__).parent.parent / "src" / "journeyscore"
WEB = ROOMS / "web"
PARTS = WEB / "locale" / "nl"
TARGET = PARTS / "LC_MESSAGES" / "django.mo"
KEYWORDS = {"_": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2)}
KEYWORDS |= {"gettext_noop": None, "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
SAYING = dict.fromkeys((name for name in vars(errors) if name.endswith("Error") and name != "ModelError"), 0)
SAYING |= {"ChangedError": 0, "Phrase": 0, "Problem": 1}
"""What is called with a template, and the place of it among the arguments."""
HOLE = re.compile(r"\{\w+[^{}]*\}")
"""What is filled in where a template stands; `{{` is a bracket."""

Key = tuple[str | None, str]


def catalogue() -> Catalog:
    """All parts as one. Two parts may have the same text if they translate it alike."""
    # a date that stays: the same texts make the same file
    whole = Catalog(locale="nl", charset="utf-8", creation_date=datetime(2026, 1, 1, tzinfo=UTC))
    for part in sorted(PARTS.glob("*.po")):
        with part.open("rb") as file:
            for message in read_po(file, locale="nl"):
                if not message.id:
                    continue
                known = whole.get(message.id, message.context)
                if known and known.string != message.string:
                    sys.exit(f"{part.name}: {message.id!r} is translated in another way elsewhere: {known.string!r}")
                whole.add(message.id, message.string, context=message.context)
    return whole


def used() -> dict[Key, str]:
    """The texts in templates and code, and a place where each stands."""
    found: dict[Key, str] = {}
    for file in sorted([*WEB.rglob("*.py"), *WEB.rglob("*.html"), *WEB.rglob("*.txt")]):
        text = file.read_text(encoding="utf-8")
        source = "\n".join(map(str.strip, templatize(text).split("\n"))) if file.suffix != ".py" else text
        # templatize writes u'' literals and Django's comments: Babel reads them as Python
        for line, said, _, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            one = said[0] if isinstance(said, tuple) else said
            if one:
                found[context, one] = f"{file.relative_to(WEB)}:{line}"
    return {(None, template): place for place, template in templates() if template} | found


def templates() -> Iterator[tuple[str, str | None]]:
    """Where something is said to people, and its template; None for one that is made on the spot.

    Left out are what is only put together from others, and what speaks English: the command line and the JSON API.
    """
    english = {file for room in ("cli", "web/api") for file in (ROOMS / room).rglob("*.py")}
    for file in sorted(set(ROOMS.rglob("*.py")) - english):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id not in SAYING:
                continue
            said, place = call.args[SAYING[call.func.id]], f"{file.relative_to(ROOMS)}:{call.lineno}"
            if isinstance(said, ast.JoinedStr | ast.BinOp):
                yield place, None
            elif isinstance(said, ast.Constant) and re.search("[A-Za-z]", HOLE.sub("", str(said.value))):
                yield place, str(said.value)


def compiled() -> bytes:
    """The catalogue as Django reads it."""
    out = io.BytesIO()
    write_mo(out, catalogue())
    return out.getvalue()


def faults() -> list[str]:
    """What is missing and what is left over, each as a line."""
    whole, wanted = catalogue(), used()
    have = {(m.context, m.id[0] if isinstance(m.id, tuple) else m.id) for m in whole if m.id and all(_texts(m.string))}
    missing = [f"no Dutch for {key[1]!r} ({wanted[key]})" for key in sorted(wanted.keys() - have, key=str)]
    missing += [f"a template that is not a literal ({place})" for place, template in templates() if not template]
    return missing + [f"nothing says {text!r}" for _context, text in sorted(have - wanted.keys(), key=str)]


def main() -> None:
    """Compile, and say what is wrong."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(compiled())
    wrong = faults()
    print(*wrong, sep="\n", end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


def _texts(string: object) -> list[str]:
    return list(string) if isinstance(string, tuple | list) else [re.sub(r"\s", "", str(string))]


if __name__ == "__main__":
    main()
