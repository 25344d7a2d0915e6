"""Taking rows in pieces, without the garbage collector looking at each of them again and again."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def pieces(rows: Iterator[T], size: int, make: Callable[[list[T]], R]) -> Iterator[R]:
    """`make` of every `size` rows."""
    while True:
        with uncollected():
            piece = list(islice(rows, size))
            made = make(piece) if piece else None
        if made is None:
            return
        yield made


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector: a hundred thousand small lists of texts, in which no cycles can be, it would walk through
    over and over (measured: half of the time)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
