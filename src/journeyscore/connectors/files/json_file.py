"""JSON lines and whole JSON documents: canonical events, calls of the Segment spec, or any layout with a mapping."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.columns import PROPERTY, REFUSED, recognise
from journeyscore.connectors.files.json_columns import (
    Column,
    Columns,
    at,
    columns_of,
    columns_of_calls,
    dumped,
    parted,
)
from journeyscore.connectors.files.layout import Layout, layout_for
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.pieces import pieces, uncollected
from journeyscore.connectors.files.segment import batch_items, call_values, is_call
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
BITE = 500
"""So many items are taken from text to columns at a time: what was parsed is still in the processor's cache then."""
LOOKED_AT = 1_000
"""So many items are looked at to say which keys are used and which are not."""

MOST_KINDS = 10_000
"""So many sets of keys are remembered."""

T = TypeVar("T")
Item = tuple[int, str | None, Any]
"""Row, the text as it stood (None in a document), and what it says (an object or Refused)."""


@dataclass(frozen=True, slots=True)
class _Bite:
    """Some items: the row and the text of each, the fields as columns, and what is refused, by place."""

    rows: list[int]
    lines: Column
    columns: Columns
    refused: dict[int, Refused]

    def column(self, name: str) -> Column:
        return self.columns.get(name) or [None] * len(self.rows)


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
        with uncollected():
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
        bites = map(self._bite, _groups(self._items(), min(size, BITE)))
        yield from pieces(bites, max(1, size // BITE), self._chunk)

    def _items(self) -> Iterator[Item]:
        if self._document is not None:
            for row, found in enumerate(self._document, 1):
                if _is_plain(found):
                    yield row, None, found
                else:
                    yield from _opened(row, json.dumps(found, ensure_ascii=False), found)
            return
        for row, line, problem in _lines(self.path):
            if problem:
                yield row, line, problem
            elif line.strip():
                found = parse_line(line)
                if _is_plain(found):
                    yield row, line, found
                else:
                    yield from _opened(row, line, found)

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
        """Key (or, with a mapping, dotted path) to field, for the keys of one object. The same keys: the same answer,
        and not only an equal one."""
        columns = self.mapping.columns
        keys = tuple(path for path in columns if at(found, path) is not None) if columns else tuple(found)
        known = self._known.get(keys)
        if known is None:
            if len(self._known) >= MOST_KINDS:
                self._known.clear()
            known = {path: columns[path] for path in keys} if columns else self._layout(keys)
            self._known[keys] = known
        return known

    def _layout(self, keys: tuple[str, ...]) -> dict[str, str] | Refused:
        try:
            meant = tuple(key for key in keys if key not in REFUSED and _means(key))
            return layout_for(meant, None, self.path).recognised
        except MappingError:
            return Refused(Reason.DUPLICATE_KEY, "two keys mean the same field; say which in a mapping file")

    def _bite(self, items: list[Item]) -> _Bite:
        """Fields as columns, and what is refused."""
        height, objects = len(items), [found for _, _, found in items]
        nothing: Column = [None] * height
        apart = {PROPERTY + key: nothing for key in self._apart}
        bite = _Bite([row for row, _, _ in items], _written(items), apart, {})
        for places, columns in self._alike(objects):
            if isinstance(columns, Refused):
                bite.refused.update(dict.fromkeys(places, columns))
                continue
            if self._apart and "properties" in columns:
                columns |= parted(columns["properties"], self._apart)
            for name, values in columns.items():
                whole = len(places) == height
                bite.columns[name] = values if whole else _filled(bite.columns.get(name, nothing), places, values)
        return bite

    def _chunk(self, bites: list[_Bite]) -> Chunk:
        """`row` is the place in the chunk until the end: the calls of a batch share theirs."""
        rows = pl.Series(_joined([bite.rows for bite in bites]), dtype=pl.Int64)
        lines = pl.Series("raw", _joined([bite.lines for bite in bites]), pl.String)
        raw = pl.DataFrame([rows.alias("row"), lines]).unique("row", keep="first", maintain_order=True)
        starts = accumulate((len(bite.rows) for bite in bites), initial=0)
        wrong = [
            (start + place, why.reason.value, "", why.message)
            for start, bite in zip(starts, bites, strict=False)
            for place, why in bite.refused.items()
        ]
        bad = pl.DataFrame(wrong, REFUSED_SCHEMA, orient="row")
        names = dict.fromkeys(name for bite in bites for name in bite.columns)
        columns = [pl.Series(name, _joined([bite.column(name) for bite in bites]), pl.String) for name in names]
        table = pl.DataFrame([pl.Series("row", range(len(rows)), pl.Int64), *columns])
        good = table.filter(~pl.col("row").is_in(bad.get_column("row").implode()))
        sent, unmapped = Layout({name: name for name in names}, (), self.mapping).sent(good)
        refused = pl.concat([bad, unmapped]).sort("row")
        sent, refused = (f.with_columns(rows.gather(f.get_column("row")).alias("row")) for f in (sent, refused))
        return Chunk(sent, raw, refused)

    def _alike(self, items: list[Any]) -> Iterator[tuple[list[int], Columns | Refused]]:
        """Places of items that are read alike, and their columns; or why they are refused."""
        kinds: dict[Any, list[int]] = {}
        for place, found in enumerate(items):
            kinds.setdefault(found if found.__class__ is Refused else tuple(found), []).append(place)
        for kind, places in kinds.items():
            if isinstance(kind, Refused):
                yield places, kind
                continue
            calls = {place for place in places if self._is_call(items[place])} if "type" in kind else set()
            if calls:
                yield from _calls(sorted(calls), items)
            yield from self._objects([place for place in places if place not in calls], items)

    def _objects(self, places: list[int], items: list[Any]) -> Iterator[tuple[list[int], Columns | Refused]]:
        """Objects with the same keys. What a mapping names may be deeper in them, and there in some of them only."""
        layouts: dict[int, tuple[dict[str, str] | Refused, list[int]]] = {}
        for place in places if self.mapping.columns else places[:1]:
            layout = self._recognised(items[place])
            layouts.setdefault(id(layout), (layout, []))[1].append(place)
        for layout, some in layouts.values():
            alike = some if self.mapping.columns else places
            found = layout if isinstance(layout, Refused) else columns_of([items[place] for place in alike], layout)
            yield alike, found


def _calls(places: list[int], items: list[Any]) -> Iterator[tuple[list[int], Columns | Refused]]:
    """Calls of the Segment spec."""
    read = [(place, call_values(items[place])) for place in places]
    yield from (([place], values) for place, values in read if isinstance(values, Refused))
    taken = [(place, values) for place, values in read if not isinstance(values, Refused)]
    if taken:
        yield [place for place, _ in taken], columns_of_calls([values for _, values in taken])


def _is_plain(found: Any) -> bool:
    """Whether an item is an object that holds no others."""
    return found.__class__ is dict and "batch" not in found and REFUSED[0] not in found


def _written(piece: list[Item]) -> Column:
    """The items as they stood. Those of a document have lost their text, and are written anew."""
    anew = iter(dumped([found for _, line, found in piece if line is None]))
    return [next(anew) if line is None else line for _, line, _ in piece]


def _joined(lists: list[list[T]]) -> list[T]:
    return list(chain.from_iterable(lists))


def _filled(column: Column, places: list[int], values: Column) -> Column:
    """A column with other values in some places."""
    filled = list(column)
    for place, value in zip(places, values, strict=True):
        filled[place] = value
    return filled


@lru_cache(MOST_KINDS)
def _means(key: str) -> str | None:
    return recognise(key)[0]


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
