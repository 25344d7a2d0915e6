"""`score`: the ranking with its reasons, as rows, as a table, and as a file."""

import csv
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from journeyscore.cli import show as look
from journeyscore.cli.session import Session
from journeyscore.domain.errors import UsageError
from journeyscore.domain.model import Model
from journeyscore.reports.answers import plain, reasons_by_candidate, score_rows
from journeyscore.reports.scores import Scores, reasons, scores

SHOWN = 20
"""How many candidates the terminal shows when no `--top` is given."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first candidates of a ranking, with their keys and reasons, and how many there are in each band."""

    scores: Scores
    frame: pl.DataFrame
    keys: dict[str, str]
    reasons: dict[str, list[dict[str, object]]]
    model: Model

    def rows(self) -> list[dict[str, object]]:
        """The documented JSON shape."""
        return score_rows(self.frame, self.keys, self.reasons)


def rank(session: Session, as_of: date, top: int | None, model_path: Path | None) -> Ranking:
    """The ranking at the end of `as_of`, cut at `top`."""
    model = session.model(model_path)
    found = scores(session.snapshot, model, as_of)
    frame = found.frame.head(top) if top else found.frame
    chosen = frame.get_column("candidate") if top else None
    why = reasons_by_candidate(reasons(session.snapshot, model, as_of, chosen))
    keys = session.names(frame.get_column("candidate").to_list())
    return Ranking(found, frame, keys, why, model)


def show(session: Session, found: Ranking) -> None:
    """The ranking as people read it."""
    total, model = found.scores.frame.height, found.model
    if not total:
        look.say("No candidates yet. Import their events: journeyscore import FILE")
        return
    zone = session.workspace.settings.time_zone
    bands = found.scores.bands()
    labels = {b.name: b.label.en for b in model.bands} | {model.unknown.name: model.unknown.label.en}
    high_to_low = [b.name for b in sorted(model.bands, key=lambda b: -b.at_least)]
    in_order = [*high_to_low, model.unknown.name]
    summary = ", ".join(f"{bands.get(name, 0):,} {labels[name]}" for name in in_order)
    look.say(f"{total:,} candidates on {found.scores.as_of}: {summary}.\n")
    rows = found.frame.head(SHOWN) if found.frame.height == total else found.frame
    look.table(
        ("#", "candidate", "points", "band", "last contact", "why"),
        (
            (
                f"{place}",
                found.keys.get(row["candidate"], row["candidate"]),
                look.points(row["millipoints"]),
                labels[row["band"]],
                look.when(row["last_event_at"], zone, session.today),
                why_in_words(found.reasons.get(row["candidate"], []), model),
            )
            for place, row in enumerate(rows.iter_rows(named=True), 1)
        ),
        right=("#", "points"),
    )
    if rows.height < total:
        look.say(f"\n{total - rows.height:,} more: --top N shows so many, -o FILE.csv writes them all.")


def why_in_words(lines: list[dict[str, object]], model: Model) -> str:
    """The two strongest touchpoints in words."""
    words = []
    for line in lines[:2]:
        touchpoint = model.touchpoint(str(line["touchpoint"]))
        label = touchpoint.label.en if touchpoint else str(line["touchpoint"])
        times = f" {line['hits']} times" if line["hits"] != 1 else ""
        words.append(f"{label}{times} ({look.points(int(str(line['millipoints'])))})")
    return ", ".join(words)


def kind_of(path: Path) -> str:
    """The kind of file to write, by its name."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in WRITERS:
        raise UsageError(f"{path}: cannot tell the kind of file; end its name in .csv, .json or .parquet")
    if path.is_dir():
        raise UsageError(f"{path}: is a directory; give the name of a file")
    return kind


def write(path: Path, kind: str, found: Ranking) -> None:
    """Write the ranking whole or not at all: to a temporary file beside it, then renamed."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        WRITERS[kind](partial, found)
        partial.replace(path)
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        partial.unlink(missing_ok=True)


def _write_csv(path: Path, found: Ranking) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["candidate", "points", "millipoints", "band", "last_event_at", "why"])
        for row in found.rows():
            why = why_in_words(row["reasons"], found.model)  # type: ignore[arg-type]
            points = look.points(int(str(row["millipoints"])), 3).replace(",", "")
            last = plain(row["last_event_at"])
            candidate = formula_safe(str(row["candidate"]))
            writer.writerow([candidate, points, row["millipoints"], row["band"], last, formula_safe(why)])


def _write_json(path: Path, found: Ranking) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(found.rows(), file, ensure_ascii=False, indent=2, default=plain)
        file.write("\n")


def _write_parquet(path: Path, found: Ranking) -> None:
    keys = pl.Series("candidate", list(_keys(found)), pl.String)
    why = pl.Series("why", [why_in_words(found.reasons.get(c, []), found.model) for c in found.frame["candidate"]])
    found.frame.with_columns(keys, why).write_parquet(path)


def _keys(found: Ranking) -> Iterator[str]:
    return (found.keys.get(c, c) for c in found.frame.get_column("candidate"))


def formula_safe(cell: str) -> str:
    """A cell that a spreadsheet shows as text instead of computing it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


WRITERS: dict[str, Callable[[Path, Ranking], None]] = {
    "csv": _write_csv,
    "json": _write_json,
    "parquet": _write_parquet,
}
