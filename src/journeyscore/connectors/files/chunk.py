"""What every reader gives: chunks of columns under the names of `domain.event.SENT_FIELDS`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from journeyscore.connectors.files.layout import Layout


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file.

    - `sent`: `row` (Int64: the line of a text file or the row of a sheet, header included, from 1)
      and any of SENT_FIELDS.
    - `raw`: `row` and the columns of the file under their own names, as text: what goes into the refusals' file.
    - `refused`: rows that could not be read at all (`intake.batch.REFUSED_SCHEMA`); they are in `raw` as well.
    - `sources`: `row` and `source`, where the source of a row is known whatever the row says.
    """

    sent: pl.DataFrame
    raw: pl.DataFrame
    refused: pl.DataFrame
    sources: pl.DataFrame | None = None


class SentFile(Protocol):
    """A file that has been inspected whole, so that nothing is taken from a broken one."""

    path: Path
    sha256: str
    rows: int | None
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    layout: Layout

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to know of the file, and of the rows that were read so far."""
        ...

    def chunks(self, size: int = 100_000) -> Iterator[Chunk]:
        """The rows, from the first on, at most `size` at a time."""
        ...
