"""JSON lines and whole JSON documents: canonical events, calls of the Segment spec, or any layout with a mapping."""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.columns import PROPERTY, REFUSED, recognise
from journeyscore.connectors.files.layout import Layout, layout_for
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.pieces import pieces
from journeyscore.connectors.files.segment import batch_items, is_call, scalar, text, to_sent
from journeyscore.connectors.files.strict_json import FILE, Refused, parse_json, parse_line
from journeyscore.domain.errors import InputError, MappingError
from journeyscore.domain.phrase import Phrase
from journeyscore.domain.refusal import Reason
from journeyscore.intake.batch import REFUSED_SCHEMA

LONGEST_LINE = 1024**2
LARGEST_DOCUMENT = 64 * 1024**2
PIECE = 1024**2
MARK = b"\xef\xbb\xbf"
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"{\x00", b"\x00{", b"[\x00", b"\x00[")
LINES = (".jsonl", ".ndjson")
"""Files of these names hold lines, whatever is in them."""
LOOKED_AT = 1_000
"""So many items are looked at to say which keys are used and which are not."""

MOST_KINDS = 10_000
"""So many sets of keys are remembered."""

Item = tuple[int, str, Any]
"""Row, the text as it stood, and what it says (an object or Refused)."""
Sent = dict[str, str | None]


class JsonFile:
    """A file of JSON as a `SentFile`. Rows are numbered by line; in a whole document by item."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        self.path = path
        self.mapping = mapping or Mapping()
        layout_for(tuple(self.mapping.columns), mapping, path)  # raises where two paths mean the same
        targets = [*self.mapping.values, *self.mapping.constants]
        self._apart = [t.removeprefix(PROPERTY) for t in targets if t.startswith(PROPERTY)]
        """Properties that the mapping has values or constants for."""
        self.sha256, lines = _look_through(path)
        self._document = _document(path)
        self.rows: int | None = len(self._document) if self._document is not None else lines
        self._known: dict[tuple[str, ...], dict[str, str] | Refused] = {}
        self.layout, missing = self._seen()
        self.unused = self.layout.unused
        self.columns = (*self.layout.recognised, *self.unused)
        names = ", ".join(f"“{m}”" for m in missing)
        self.notes: tuple[str, ...] = ()
        if names:
            said = Phrase(
                "the mapping names {names}, where the first {most:,} objects have nothing", names=names, most=LOOKED_AT
            )
            self.notes = (said,)

    def chunks(self, size: int = 100_000) -> Iterator[Chunk]:
        """The objects, one row each. The calls of a batch share its line, and are never parted."""
        yield from pieces(_groups(self._items(), size), 1, lambda groups: self._chunk(groups[0]))

    def _items(self) -> Iterator[Item]:
        if self._document is not None:
            for row, found in enumerate(self._document, 1):
                yield from _opened(row, json.dumps(found, ensure_ascii=False), found)
            return
        for row, line, problem in _lines(self.path):
            if problem:
                yield row, line, problem
            elif line.strip():
                yield from _opened(row, line, parse_line(line))

    def _seen(self) -> tuple[Layout, list[str]]:
        """How the first objects are read; and what the mapping names that none of them has."""
        objects = [f for _, _, f in islice(self._items(), LOOKED_AT) if isinstance(f, dict) and not self._is_call(f)]
        used: dict[str, str] = {}
        for found in objects:
            layout = self._recognised(found)
            used |= {} if isinstance(layout, Refused) else layout
        keys = dict.fromkeys(key for found in objects for key in found if key not in REFUSED)
        starts = {path.partition(".")[0] for path in used}
        unused = tuple(k for k in keys if k not in used and k not in starts)
        missing = [path for path in self.mapping.columns if objects and path not in used]
        return Layout(used, unused, self.mapping), missing

    def _is_call(self, found: dict[str, Any]) -> bool:
        """Whether an object is a call of the Segment spec. A mapping says what the keys of its file mean, whatever
        they are called."""
        return not self.mapping.columns and is_call(found)

    def _recognised(self, found: dict[str, Any]) -> dict[str, str] | Refused:
        """Key (or, with a mapping, dotted path) to field, for the keys of one object."""
        if self.mapping.columns:
            return {path: field for path, field in self.mapping.columns.items() if _at(found, path) is not None}
        keys = tuple(key for key in found if key not in REFUSED and _means(key))
        if keys not in self._known:
            if len(self._known) >= MOST_KINDS:
                self._known.clear()
            self._known[keys] = self._layout(keys)
        return self._known[keys]

    def _layout(self, keys: tuple[str, ...]) -> dict[str, str] | Refused:
        try:
            return layout_for(keys, None, self.path).recognised
        except MappingError:
            return Refused(Reason.DUPLICATE_KEY, "two keys mean the same field; say which in a mapping file")

    def _sent(self, found: Any) -> Sent | Refused:
        if isinstance(found, Refused):
            return found
        if self._is_call(found):
            sent = to_sent(found)
        else:
            recognised = self._recognised(found)
            sent = recognised if isinstance(recognised, Refused) else _fields(found, recognised)
        return _parted(sent, self._apart) if self._apart and isinstance(sent, dict) else sent

    def _chunk(self, piece: list[Item]) -> Chunk:
        rows = pl.Series([row for row, _, _ in piece], dtype=pl.Int64)
        raw = pl.DataFrame([rows.alias("row"), pl.Series("raw", [line for _, line, _ in piece], pl.String)])
        read = [(place, self._sent(found)) for place, (_, _, found) in enumerate(piece)]
        bad = [(place, s.reason.value, "", s.message) for place, s in read if isinstance(s, Refused)]
        sent, unmapped = self._named([(place, s) for place, s in read if not isinstance(s, Refused)])
        refused = pl.concat([pl.DataFrame(bad, REFUSED_SCHEMA, orient="row"), unmapped]).sort("row")
        sent, refused = (f.with_columns(rows.gather(f.get_column("row")).alias("row")) for f in (sent, refused))
        return Chunk(sent, raw.unique("row", keep="first", maintain_order=True), refused)

    def _named(self, read: list[tuple[int, Sent]]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Fields as columns, with the constants and values of the mapping. `row` is the place in the piece: the calls
        of a batch share their row."""
        names = dict.fromkeys(name for _, fields in read for name in fields)
        columns = [pl.Series(name, [fields.get(name) for _, fields in read], pl.String) for name in names]
        places = pl.Series("row", [place for place, _ in read], pl.Int64)
        return Layout({name: name for name in names}, (), self.mapping).sent(pl.DataFrame([places, *columns]))


@lru_cache(MOST_KINDS)
def _means(key: str) -> str | None:
    return recognise(key)[0]


def _fields(found: dict[str, Any], recognised: dict[str, str]) -> Sent:
    """An object as fields: scalars as text, all properties together as JSON."""
    fields: Sent = {}
    beside: dict[str, Any] = {}
    for path, field in recognised.items():
        value = found[path] if path in found else _at(found, path)
        if field.startswith(PROPERTY):
            beside |= {} if text(value) is None else {field.removeprefix(PROPERTY): value}
        else:
            fields[field] = text(value) if field == "properties" else scalar(value)
    if beside:
        fields["properties"] = _joined(beside, fields.get("properties"))
    if "date" in fields or "time" in fields:
        halves = fields.pop("date", None), fields.pop("time", None)
        fields["occurred_at"] = " ".join(half for half in halves if half) if halves[0] else None
    return fields


def _joined(beside: dict[str, Any], own: str | None) -> str:
    """Properties that stood under keys of their own, beside an object of properties."""
    inside = parse_json(own) if own else {}
    return json.dumps({**beside, **inside}, ensure_ascii=False) if isinstance(inside, dict) else str(own)


def _parted(sent: Sent, keys: list[str]) -> Sent:
    """The sent fields with these properties as fields of their own, as they are in a table."""
    inside = parse_json(sent.get("properties") or "{}")
    if not isinstance(inside, dict):
        return sent
    parted = {PROPERTY + key: text(value) for key in keys if (value := _popped(inside, key)) is not None}
    return {**sent, **parted, "properties": json.dumps(inside, ensure_ascii=False)} if parted else sent


def _popped(found: dict[str, Any], path: str) -> Any:
    """The value under a key, or under a dotted path, taken out; None where there is none."""
    start, _, rest = path.partition(".")
    inner = found.get(start)
    return _popped(inner, rest) if path not in found and rest and isinstance(inner, dict) else found.pop(path, None)


def _at(found: dict[str, Any], path: str) -> Any:
    """The value under a key, or under a dotted path; None where there is none."""
    if path in found:
        return found[path]
    inner: Any = found
    for part in path.split("."):
        inner = inner.get(part) if isinstance(inner, dict) else None
    return inner


def _groups(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """Items in groups of `size`, more where the last row has more: an import is taken up after a whole row."""
    group: list[Item] = []
    for item in items:
        if len(group) >= size and item[0] != group[-1][0]:
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _opened(row: int, line: str, found: Any) -> Iterator[Item]:
    """An item; the calls of a batch; or what a refused line became after its repair."""
    if isinstance(found, dict) and REFUSED[0] in found and isinstance(found.get("raw"), str):
        line = found["raw"]
        found = parse_line(line)
    items = batch_items(found) if isinstance(found, dict) else None
    for item in [found] if items is None else items:
        is_object = isinstance(item, dict | Refused)
        yield row, line, item if is_object else Refused(Reason.NOT_AN_OBJECT, "the item is no JSON object")


def _look_through(path: Path) -> tuple[str, int]:
    """sha256, and the number of lines."""
    digest, lines, last = hashlib.sha256(), 0, b"\n"
    with path.open("rb") as file:
        if file.read(2) in UTF_16:
            raise InputError("{path}: is UTF-16; save it as UTF-8", path=path)
        file.seek(0)
        while piece := file.read(PIECE):
            digest.update(piece)
            lines += piece.count(b"\n")
            last = piece[-1:]
    return digest.hexdigest(), lines + (last != b"\n")


def _document(path: Path) -> list[Any] | None:
    """The items of a file that is one JSON document; None for JSON lines."""
    with path.open("rb") as file:
        start = file.read(PIECE).removeprefix(MARK).lstrip()
    if path.suffix.lower() in LINES or start[:1] not in (b"[", b"{") or _is_lines(start):
        return None
    if path.stat().st_size > LARGEST_DOCUMENT:
        raise InputError(
            "{path}: is one JSON document of more than 64 MB; write one object per line instead", path=path
        )
    try:
        content = path.read_bytes().removeprefix(MARK).decode()
    except UnicodeDecodeError as error:
        raise InputError(
            "{path}: byte {number:,} is not UTF-8; save it as UTF-8", path=path, number=error.start + 1
        ) from error
    return _items_of(path, content)


def _is_lines(start: bytes) -> bool:
    """Whether a file that starts so has one JSON text on each line, and not one text on many or on a single one."""
    first, _, rest = start.partition(b"\n")
    rest = rest.lstrip()
    if not rest:
        return False
    two_objects = start[:1] == b"{" and rest[:1] == b"{"
    return two_objects or not isinstance(parse_json(first.decode(errors="replace")), Refused)


def _items_of(path: Path, content: str) -> list[Any] | None:
    found = parse_json(content, FILE)
    if isinstance(found, Refused):
        if content.lstrip()[:1] == "{":
            return None  # no document, then; as lines each bad one is refused by itself
        raise InputError("{path}: {what}; write one object per line instead", path=path, what=found.message)
    if isinstance(found, list):
        return found
    items = batch_items(found)
    return [found] if items is None else items


def _lines(path: Path) -> Iterator[tuple[int, str, Refused | None]]:
    """Line numbers, texts, and what is wrong with them. A line that is too long is refused without being held."""
    with path.open("rb") as file:
        row = 0
        while line := file.readline(LONGEST_LINE + 1):
            row += 1
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := file.readline(PIECE)) and not rest.endswith(b"\n"):
                    pass
                yield row, "", Refused(Reason.TOO_LONG, f"the line has more than {LONGEST_LINE:,} bytes")
                continue
            yield row, *_decoded(line.removeprefix(MARK) if row == 1 else line)


def _decoded(line: bytes) -> tuple[str, Refused | None]:
    try:
        return line.decode().rstrip("\r\n"), None
    except UnicodeDecodeError:
        problem = Refused(Reason.BAD_UNICODE, "the line is not UTF-8")
        return line.decode(errors="replace").rstrip("\r\n"), problem
