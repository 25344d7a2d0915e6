"""JSON lines and whole JSON documents: canonical events, calls of the Segment spec, or any layout with a mapping."""

import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.connectors.files.columns import recognise
from journeyscore.connectors.files.layout import Layout, layout_for
from journeyscore.connectors.files.mapping import Mapping
from journeyscore.connectors.files.pieces import pieces
from journeyscore.connectors.files.segment import batch_items, is_call, text, to_sent
from journeyscore.connectors.files.strict_json import Refused, parse_json, parse_line
from journeyscore.domain.errors import InputError
from journeyscore.domain.event import SENT_FIELDS
from journeyscore.domain.refusal import Reason
from journeyscore.intake.batch import REFUSED_SCHEMA

LONGEST_LINE = 1024**2
LARGEST_DOCUMENT = 64 * 1024**2
PIECE = 1024**2
MARK = b"\xef\xbb\xbf"
LOOKED_AT = 1_000
"""So many rows are looked at to say which keys are not used."""

Item = tuple[int, str, Any]
"""Row, the text as it stood, and what it says (an object or Refused)."""


class JsonFile:
    """A file of JSON as a `SentFile`. Rows are numbered by line; in a whole document by item."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        self.path = path
        self.mapping = mapping
        self.sha256, lines = _look_through(path)
        self._document = _document(path)
        self.rows: int | None = len(self._document) if self._document is not None else lines
        layouts = self._layouts()
        self.columns = tuple(dict.fromkeys(c for layout in layouts for c in (*layout.recognised, *layout.unused)))
        self.unused = tuple(dict.fromkeys(c for layout in layouts for c in layout.unused))
        self.layout = layouts[0] if layouts else layout_for((), None, path)
        self.notes: tuple[str, ...] = ()

    def chunks(self, size: int = 100_000) -> Iterator[Chunk]:
        """The objects, one row each; the calls of a batch share its line."""
        yield from pieces(self._items(), size, self._chunk)

    def _items(self) -> Iterator[Item]:
        if self._document is not None:
            for row, found in enumerate(self._document, 1):
                yield from _opened(row, json.dumps(found, ensure_ascii=False, default=str), found)
            return
        for row, line in _lines(self.path):
            if isinstance(line, Refused):
                yield row, "", line
            elif line.strip():
                yield from _opened(row, line, parse_line(line))

    def _layouts(self) -> list[Layout]:
        """How the plain objects of the first rows are read, one layout for each set of keys."""
        objects = (found for _, _, found in islice(self._items(), LOOKED_AT) if isinstance(found, dict))
        kinds = dict.fromkeys(tuple(self._flat(found)) for found in objects if not is_call(found))
        return [self._layout(keys) for keys in kinds]

    def _layout(self, keys: tuple[str, ...]) -> Layout:
        return layout_for(keys, _without(self.mapping, keys), self.path)

    def _chunk(self, piece: list[Item]) -> Chunk:
        calls: list[dict[str, Any]] = []
        objects: list[dict[str, Any]] = []
        refused: list[tuple[int, str, str, str]] = []
        for row, _, found in piece:
            sent = to_sent(found) if isinstance(found, dict) and is_call(found) else found
            if isinstance(sent, Refused):
                refused.append((row, sent.reason.value, "", sent.message))
            elif sent is not found:
                calls.append({"row": row, **sent})
            else:
                objects.append({"row": row, **self._flat(found)})
        plain = self._plain(objects)
        called = pl.DataFrame(calls, {"row": pl.Int64, **{f.name: pl.String for f in SENT_FIELDS}}, orient="row")
        both = pl.concat([called, *(sent for sent, _ in plain)], how="diagonal_relaxed").sort(
            "row", maintain_order=True
        )
        raw = pl.DataFrame([(row, line) for row, line, _ in piece], {"row": pl.Int64, "raw": pl.String}, orient="row")
        bad = pl.DataFrame(refused, REFUSED_SCHEMA, orient="row")
        return Chunk(
            both,
            raw.unique("row", keep="first", maintain_order=True),
            pl.concat([bad, *(unmapped for _, unmapped in plain)]),
        )

    def _plain(self, objects: list[dict[str, Any]]) -> list[tuple[pl.DataFrame, pl.DataFrame]]:
        """Objects with the same keys are read together."""
        kinds: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for found in objects:
            kinds.setdefault(tuple(found), []).append(tuple(found.values()))
        read = []
        for keys, values in kinds.items():
            schema = {"row": pl.Int64, **dict.fromkeys(keys[1:], pl.String)}
            read.append(self._layout(keys[1:]).sent(pl.DataFrame(values, schema, orient="row")))
        return read

    def _flat(self, found: dict[str, Any]) -> dict[str, str | None]:
        """The keys of an object as columns: with a mapping by dotted paths, else as they are."""
        mapped = self.mapping.columns if self.mapping else {}
        flat = {k: text(v) for k, v in found.items() if not (isinstance(v, dict) and _is_nested(k))}
        paths = {p: text(_at(found, p)) for p in mapped if "." in p and p not in found}
        return flat | {p: v for p, v in paths.items() if v is not None}


def _is_nested(key: str) -> bool:
    """Whether an object under this key is no field of ours; only properties are objects."""
    return recognise(key)[0] != "properties"


def _without(mapping: Mapping | None, columns: tuple[str, ...]) -> Mapping | None:
    """The mapping, for objects in which not every mapped key occurs."""
    if mapping is None:
        return None
    some = {c: f for c, f in mapping.columns.items() if c in columns}
    return Mapping(some, mapping.constants, mapping.values, mapping.refuse_unmapped, mapping.source)


def _at(found: Any, path: str) -> Any:
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _opened(row: int, line: str, found: Any) -> Iterator[Item]:
    """An item, or the calls of a batch."""
    if not isinstance(found, dict | Refused):
        yield row, line, Refused(Reason.NOT_AN_OBJECT, "the item is no JSON object")
        return
    items = batch_items(found) if isinstance(found, dict) else None
    if items is None:
        yield row, line, found
        return
    for item in items:
        whole = item if isinstance(item, dict) else Refused(Reason.NOT_AN_OBJECT, "the item is no JSON object")
        yield row, json.dumps(item, ensure_ascii=False), whole


def _look_through(path: Path) -> tuple[str, int]:
    """sha256, and the number of lines."""
    digest, lines, last = hashlib.sha256(), 0, b"\n"
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if not lines and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise InputError(f"{path}: is UTF-16; save it as UTF-8")
            digest.update(piece)
            lines += piece.count(b"\n")
            last = piece[-1:]
    return digest.hexdigest(), lines + (last != b"\n")


def _document(path: Path) -> list[Any] | None:
    """The items of a file that is one JSON document; None for JSON lines."""
    with path.open("rb") as file:
        start = file.read(PIECE).removeprefix(MARK).lstrip()
    first, _, rest = start.partition(b"\n")
    is_lines = start[:1] != b"[" and (not rest.strip() or isinstance(parse_json(first.decode(errors="replace")), dict))
    if not start or is_lines or (start[:1] == b"{" and rest.lstrip()[:1] == b"{" and first.rstrip()[-1:] == b"}"):
        return None
    if start[:1] not in (b"[", b"{"):
        return None
    if path.stat().st_size > LARGEST_DOCUMENT:
        raise InputError(f"{path}: is one JSON document of more than 64 MB; write one object per line instead")
    return _items_of(path, path.read_bytes().removeprefix(MARK).decode(errors="replace"))


def _items_of(path: Path, content: str) -> list[Any] | None:
    found = parse_json(content)
    if isinstance(found, Refused):
        if content.lstrip()[:1] == "{":
            return None  # no document, then; as lines each bad one is refused by itself
        raise InputError(f"{path}: {found.message.replace('the line', 'the file')}; write one object per line instead")
    return found if isinstance(found, list) else [found]


def _lines(path: Path) -> Iterator[tuple[int, str | Refused]]:
    """Line numbers and texts. A line that is too long is refused without being held."""
    with path.open("rb") as file:
        row = 0
        while line := file.readline(LONGEST_LINE + 1):
            row += 1
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                while (rest := file.readline(PIECE)) and not rest.endswith(b"\n"):
                    pass
                yield row, Refused(Reason.TOO_LONG, f"the line has more than {LONGEST_LINE:,} bytes")
                continue
            yield row, _decoded(line.removeprefix(MARK) if row == 1 else line)


def _decoded(line: bytes) -> str | Refused:
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        return Refused(Reason.BAD_UNICODE, "the line is not UTF-8")
