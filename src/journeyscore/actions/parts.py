"""A file as parts: rows that are landed as one, read ahead while the part before them is landed."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from journeyscore.actions.taking import Taking
from journeyscore.connectors.files.chunk import Chunk
from journeyscore.intake.batch import Taken

T = TypeVar("T")
CHUNK_ROWS = 100_000
PART_ROWS = 1_000_000
PART_BYTES = 120_000_000
"""A part ends with whichever comes first: two of them are in memory at once."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file, and what intake made of them.

    `taken.refused` has the rows that could not be read, too: each of the `received` rows is in `taken` once.
    """

    chunks: tuple[Chunk, ...]
    taken: Taken
    received: int
    last_row: int


def parts(chunks: Iterable[Chunk], taking: Taking, after: int = 0) -> Iterator[Part]:
    """The rows of the file that come after row `after`, as parts."""
    held: list[tuple[Chunk, Taken]] = []
    size = rows = 0
    for chunk in chunks:
        later = _after(chunk, after) if after else chunk
        if not len(later.sent) + len(later.refused):
            continue
        taken = taking.take(later.sent)
        held.append((later, replace(taken, refused=taking.refusals(later, taken))))
        rows += len(later.sent) + len(later.refused)
        size += sum(int(frame.estimated_size()) for frame in (later.sent, later.raw, taken.events))
        if rows >= PART_ROWS or size >= PART_BYTES:
            yield _part(held)
            held, size, rows = [], 0, 0
    if held:
        yield _part(held)


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The items; while one is worked on, the next is being made in another thread."""
    with ThreadPoolExecutor(1, "read-ahead") as pool:
        waiting = pool.submit(next, items, None)
        while (item := waiting.result()) is not None:
            waiting = pool.submit(next, items, None)
            yield item


def _after(chunk: Chunk, row: int) -> Chunk:
    sent, raw, refused = (frame.filter(pl.col("row") > row) for frame in (chunk.sent, chunk.raw, chunk.refused))
    return Chunk(sent, raw, refused)


def _part(held: list[tuple[Chunk, Taken]]) -> Part:
    chunks, taken = zip(*held, strict=True)
    together = Taken(
        events=pl.concat(t.events for t in taken),
        people=pl.concat(t.people for t in taken),
        links=pl.concat(t.links for t in taken),
        refused=pl.concat(t.refused for t in taken),
    )
    received = sum(len(c.sent) + len(c.refused) for c in chunks)
    last = (frame.get_column("row").max() for c in chunks for frame in (c.sent, c.refused))
    return Part(chunks, together, received, max(int(str(row)) for row in last if row is not None))
