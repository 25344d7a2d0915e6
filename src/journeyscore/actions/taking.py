"""Intake for one import, which also keeps erased people out of the rows that were refused for another reason."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.domain.refusal import WHAT_TO_DO, Reason
from journeyscore.intake import take_in
from journeyscore.intake.batch import Context, Taken
from journeyscore.intake.keys import candidate_pseudonym, visitor_pseudonym


@dataclass(frozen=True, slots=True)
class Taking:
    """Intake, with everything but the rows."""

    context: Context

    def take(self, sent: pl.DataFrame) -> Taken:
        """What intake makes of these rows."""
        return take_in(sent, self.context)

    def refusals(self, chunk: Chunk, taken: Taken) -> pl.DataFrame:
        """All refusals of a chunk, by row. Whatever was wrong with it: a row of an erased person is refused as that."""
        refused = pl.concat([taken.refused, chunk.refused]).sort("row")
        if not self.context.erased or refused.is_empty():
            return refused
        theirs = pl.col("row").is_in(pl.Series(self._rows_of_erased(chunk, refused), dtype=pl.Int64).implode())
        reason, said = Reason.ERASED, WHAT_TO_DO[Reason.ERASED]
        return refused.with_columns(
            pl.when(theirs).then(pl.lit(text)).otherwise(name).alias(name)
            for name, text in (("reason", str(reason)), ("field", "candidate"), ("message", said))
        )

    def _rows_of_erased(self, chunk: Chunk, refused: pl.DataFrame) -> list[int]:
        rows = chunk.raw.filter(pl.col("row").is_in(refused.get_column("row").implode()))
        texts = rows.drop("row").cast(pl.String)
        pairs = zip(rows.get_column("row"), texts.iter_rows(), strict=True)
        return [row for row, cells in pairs if names_one_of(self.context.erased, self.context.key, cells)]


def names_one_of(pseudonyms: frozenset[str], key: bytes, cells: Iterable[str | None]) -> bool:
    """Whether a cell, or a text in a cell that is JSON, is the key or the device behind one of the pseudonyms."""
    texts = (text for cell in cells if cell for text in texts_in(cell))
    hashes = ((candidate_pseudonym(key, text), visitor_pseudonym(key, text)) for text in texts)
    return any(not pseudonyms.isdisjoint(pair) for pair in hashes)


def texts_in(cell: str) -> Iterator[str]:
    """The cell, and the values in it if it is a JSON object or list. What is no Unicode is replaced."""
    text = cell.encode("utf-8", "replace").decode().strip()
    yield text
    if text[:1] in ("{", "["):
        try:
            yield from _values(json.loads(text))
        except (ValueError, RecursionError):
            return


def _values(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _values(inner)
    elif value is not None:
        yield str(value).encode("utf-8", "replace").decode()
