"""Refused rows while an import is under way: files per part, so that a part landed again replaces its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import polars as pl

from journeyscore.connectors.files.chunk import Chunk
from journeyscore.domain.refusal import NEVER_KEPT
from journeyscore.log.part_file import storing, sync

PREFIX = ".spool-"
DRAFT = ".draft"
"""How the names of files end that are not whole yet."""


@dataclass(frozen=True, slots=True)
class Spool:
    """The folder for one import; made when the first row is refused."""

    folder: Path

    @classmethod
    def of(cls, refused: Path, import_id: str) -> "Spool":
        """The spool of an import, in the folder of refused files."""
        return cls(refused / f"{PREFIX}{import_id}")

    def put(self, number: int, chunks: Sequence[Chunk], refused: pl.DataFrame) -> None:
        """Keep the refused rows of a part as they stood in the file; of NEVER_KEPT nothing is."""
        kept = refused.filter(~pl.col("reason").is_in(list(map(str, NEVER_KEPT))))
        if kept.is_empty():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        rows = kept.get_column("row").implode()
        raw = pl.concat((c.raw.filter(pl.col("row").is_in(rows)) for c in chunks), how="diagonal_relaxed")
        self._write(f"{number:08}.raw", raw)
        self._write(f"{number:08}.why", kept)
        sync([self.folder, self.folder.parent])

    def parts(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """The raw rows and why they were refused, part by part."""
        for why in sorted(self.folder.glob("*.why")):
            yield _read(why.with_suffix(".raw")), _read(why)

    def raw_files(self) -> list[Path]:
        """The files with rows as they stood."""
        return sorted(self.folder.glob("*.raw"))

    def clear(self) -> None:
        """Remove the spool."""
        rmtree(self.folder, ignore_errors=True)

    def _write(self, name: str, frame: pl.DataFrame) -> None:
        path = self.folder / name
        draft = self.folder / f"{name}{DRAFT}"
        storing(draft, lambda: frame.write_parquet(draft, statistics=False))
        sync([draft])
        draft.rename(path)


def spools(refused: Path) -> list[Spool]:
    """The spools of imports that have not come to their end."""
    return [Spool(folder) for folder in sorted(refused.glob(f"{PREFIX}*"))]


def _read(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path, glob=False)
