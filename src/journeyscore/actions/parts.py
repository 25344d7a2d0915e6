"""A file as parts: rows that are landed as one, read ahead while the part before them is landed."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from journeyscore.actions.taking import Taking
from journeyscore.connectors.files.chunk import Chunk
from journeyscore.intake.batch import Taken

T = TypeVar("T")
AT_ONCE = 2
"""Chunks that go through intake at the same time: its columns work outside of Python's lock."""
CHUNK_ROWS = 50_000
PART_ROWS = 1_000_000
PART_BYTES = 40_000_000
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
    later_ones = (_after(chunk, after) if after else chunk for chunk in chunks)
    for later, taken in _taken(later_ones, taking):
        if not len(later.sent) + len(later.refused):
            continue
        held.append((later, replace(taken, refused=taking.refusals(later, taken))))
        rows += len(later.sent) + len(later.refused)
        size += sum(int(frame.estimated_size()) for frame in (later.sent, later.raw, taken.events))
        if rows >= PART_ROWS or size >= PART_BYTES:
            yield _part(held)
            held, size, rows = [], 0, 0
    if held:
        yield _part(held)


def _taken(chunks: Iterable[Chunk], taking: Taking) -> Iterator[tuple[Chunk, Taken]]:
    """Each chunk with what intake makes of it, in order; as many at once as it takes to keep two cores busy."""
    with ThreadPoolExecutor(AT_ONCE, "intake") as pool:
        waiting: deque[tuple[Chunk, Future[Taken]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.submit(taking.take, chunk.sent)))
            if len(waiting) == AT_ONCE:
                first, taken = waiting.popleft()
                yield first, taken.result()
        for first, taken in waiting:
            yield first, taken.result()


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
