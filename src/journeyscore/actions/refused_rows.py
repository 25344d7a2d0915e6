"""The rows that were refused, as files that people repair: dropping those that name an erased person."""

import csv
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO, cast

import polars as pl

from journeyscore.actions.mentions import Traces
from journeyscore.actions.spool import DRAFT, spools
from journeyscore.connectors.files.csv_file import refused_as_saved
from journeyscore.log.part_file import storing, sync

LARGEST_FIELD = 2**31 - 1


def drop_mentions(folder: Path, traces: Traces, dry_run: bool = False) -> int:
    """Drop every refused row that names the person, from published files and from spools; gives their number.

    A file is replaced whole or not at all, and only if it has such a row. Raises StorageError.
    """
    if not dry_run:
        _clear_drafts(folder)
    published = sorted(p for p in folder.glob("*") if p.is_file())
    spooled = [path for spool in spools(folder) for path in spool.raw_files()]
    return sum(_drop_published(p, traces, dry_run) for p in published) + sum(
        _drop_spooled(p, traces, dry_run) for p in spooled
    )


def _clear_drafts(folder: Path) -> None:
    """Remove what a crash left half written. The lease is held: nobody is writing it."""
    for draft in [*folder.glob(f"*{DRAFT}"), *folder.glob(f".*/*{DRAFT}")]:
        draft.unlink()


def _drop_published(path: Path, traces: Traces, dry_run: bool) -> int:
    if path.suffix.lower() == ".csv":
        return _drop_csv(path, traces, dry_run)
    return _drop_lines(path, traces, dry_run)


def _drop_csv(path: Path, traces: Traces, dry_run: bool) -> int:
    """The header stays, whatever it says."""
    csv.field_size_limit(LARGEST_FIELD)
    encoding, delimiter = refused_as_saved(path)
    with _open(path, "r", encoding) as file:
        dropped = sum(traces.in_row(row) for row in islice(csv.reader(file, delimiter=delimiter), 1, None))
    if dropped and not dry_run:
        _replace(path, lambda draft: _copy_csv(path, draft, traces, encoding, delimiter))
    return dropped


def _copy_csv(path: Path, draft: Path, traces: Traces, encoding: str, delimiter: str) -> None:
    with _open(path, "r", encoding) as old, _open(draft, "w", encoding) as new:
        rows = csv.reader(old, delimiter=delimiter)
        kept = (row for number, row in enumerate(rows) if number == 0 or not traces.in_row(row))
        csv.writer(new, delimiter=delimiter, lineterminator="\r\n").writerows(kept)


def _open(path: Path, mode: str, encoding: str) -> TextIO:
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    return cast(TextIO, path.open(mode, encoding=encoding, newline="", errors=errors))


def _drop_lines(path: Path, traces: Traces, dry_run: bool) -> int:
    dropped = sum(traces.in_row([line]) for line in _lines(path))
    if dropped and not dry_run:
        _replace(path, lambda draft: _copy_lines(path, draft, traces))
    return dropped


def _copy_lines(path: Path, draft: Path, traces: Traces) -> None:
    with draft.open("w", encoding="utf-8", newline="", errors="surrogateescape") as new:
        new.writelines(line for line in _lines(path) if not traces.in_row([line]))


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n", errors="surrogateescape") as file:
        yield from file


def _drop_spooled(path: Path, traces: Traces, dry_run: bool) -> int:
    frame = pl.read_parquet(path, glob=False)
    texts = frame.drop("row").cast(pl.String)
    named = pl.Series([traces.in_row(row) for row in texts.iter_rows()], dtype=pl.Boolean)
    if named.any() and not dry_run:
        _replace(path, lambda draft: frame.filter(~named).write_parquet(draft, statistics=False))
    return int(named.sum())


def _replace(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file anew beside the old one, sync it, and let it take the old one's place."""
    draft = path.with_name(f".{path.name}{DRAFT}")
    storing(draft, lambda: write(draft))
    draft.chmod(path.stat().st_mode)
    sync([draft])
    draft.rename(path)
    sync([path.parent])
