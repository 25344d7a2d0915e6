"""`make bench`: import and scoring beside their yardsticks, in one run; `--write` puts the tables into the docs."""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from bench.models import models
from journeyscore.actions.workspace import open_workspace
from journeyscore.demo.files import write_csv, write_parquet
from journeyscore.demo.simulate import EVENTS_PER_CANDIDATE, simulate

UNTIL = date(2026, 3, 1)
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
BEGIN, END = "<!-- begin {name} -->", "<!-- end {name} -->"


def measured(task: dict[str, object]) -> dict[str, float]:
    """Seconds (the best), what it gave, and the peak memory in MB of a task in a process of its own."""
    command = [sys.executable, "-m", "bench.task", json.dumps(task)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return found


def by_time(raw: Path, file: Path) -> None:
    """The events in the order in which they happened, as they would arrive: one candidate's lie far apart."""
    with duckdb.connect(config={"memory_limit": "4GB", "threads": 2}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        query = f"COPY (FROM read_parquet('{raw}') ORDER BY occurred_at) TO '{file}' (COMPRESSION zstd)"
        connection.execute(query)


def import_rows(folder: Path, events: int, csv: bool) -> tuple[list[str], Path]:
    """Import the same events from Parquet and CSV; the table's rows, and the workspace."""
    frames = list[str]()
    candidates = events // EVENTS_PER_CANDIDATE
    raw, file = folder / "raw.parquet", folder / "events.parquet"
    write_parquet(raw, simulate(candidates=candidates, until=UNTIL))
    by_time(raw, file)
    files = [("Parquet", file)]
    if csv:
        files.append(("CSV", folder / "events.csv"))
        batches = pl.scan_parquet(file).collect_batches(chunk_size=500_000)
        write_csv(folder / "events.csv", batches)
    for kind, path in files:
        found = measured({"task": "import", "workspace": str(folder / kind), "file": str(path), "times": 1})
        rate = found["gave"] / found["seconds"]
        frames.append(
            f"| {kind} | {found['gave']:,.0f} | {found['seconds']:.1f} s | {rate:,.0f}/s | {found['memory']:,.0f} MB |"
        )
    return frames, folder / "Parquet"


def multiplied(folder: Path, files: list[str], identity: Path, times: int) -> tuple[list[str], Path]:
    """The log so many times over, each time under other pseudonyms: the scoring of a log too large to simulate here."""
    many, people = [], folder / "identity-many.parquet"
    with duckdb.connect(config={"memory_limit": "4GB", "threads": 2}) as connection:
        for number in range(times):
            other = f"person[1] || chr({65 + number}) || person[3:]"
            candidate = other.replace("person", "candidate")
            for place, file in enumerate(files):
                many.append(str(folder / f"{number}-{place}.parquet"))
                connection.execute(
                    f"COPY (SELECT * REPLACE ({other} AS person) FROM read_parquet('{file}')) TO '{many[-1]}' "
                    "(COMPRESSION zstd, COMPRESSION_LEVEL 1)"
                )
            connection.execute(
                f"COPY (SELECT {other} AS person, {candidate} AS candidate FROM read_parquet('{identity}')) "
                f"TO '{folder}/identity-{number}.parquet'"
            )
        parts = [f"{folder}/identity-{number}.parquet" for number in range(times)]
        connection.execute(f"COPY (FROM read_parquet({parts})) TO '{people}'")
    return many, people


def score_rows(folder: Path, workspace: Path, rivals: bool, times: int = 1) -> list[str]:
    """The yardsticks and ours, with ratios; the sums of all scores must agree."""
    opened = open_workspace(workspace)
    identity = folder / "identity.parquet"
    opened.records.identity().write_parquet(identity)
    files = opened.log.files()
    if times > 1:
        files, identity = multiplied(folder, files, identity, times)
    base = {"files": files, "identity": str(identity), "until": "2026-02-28"}
    count = opened.log.count() * times
    rows, floors = [], {}
    for name in ("floor by person", "floor by candidate"):
        floors[name] = found = measured({**base, "task": name})
        rows.append(_row(count, name, found, floors))
    for model in models():
        ours = measured({**base, "task": "journeyscore", "model": model})
        rows.append(_row(count, f"journeyscore, {model}", ours, floors))
        for rival in ("polars", "pandas") if rivals and model != "as shipped" else ():
            theirs = measured({**base, "task": rival, "model": model, "times": 1})
            same = "same sum" if theirs["gave"] == ours["gave"] else f"differs by {theirs['gave'] - ours['gave']:,}"
            rows.append(_row(count, f"{rival} by hand, {model} ({same})", theirs, floors))
    return rows


def _row(events: int, name: str, found: dict[str, float], floors: dict[str, dict[str, float]]) -> str:
    ratios = " | ".join(f"{found['seconds'] / f['seconds']:.2f}" for f in floors.values())
    ratios += " | -" * (2 - len(floors))
    return f"| {events:,} | {name} | {found['seconds']:.2f} s | {ratios} | {found['memory']:,.0f} MB |"


def write_page(name: str, lines: list[str]) -> None:
    """Replace the table between the marks of that name."""
    text = PAGE.read_text(encoding="utf-8")
    begin, end = BEGIN.format(name=name), END.format(name=name)
    before, rest = text.split(begin)
    PAGE.write_text(before + begin + "\n\n" + "\n".join(lines) + "\n\n" + end + rest.split(end)[1], encoding="utf-8")


def main() -> None:
    """Measure at each size; print the tables, and with `--write` keep them in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--times", type=int, default=1, help="score the log so many times over")
    parser.add_argument("--name", default="bench")
    parser.add_argument("--no-rivals", action="store_true")
    parser.add_argument("--no-csv", action="store_true")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    imports = ["| file | events | time | rate | peak memory |", "|---|---|---|---|---|"]
    scores = [
        "| events | what | time | by person | by candidate | peak memory |",
        "|---|---|---|---|---|---|",
    ]
    for events in chosen.events:
        with tempfile.TemporaryDirectory(prefix="journeyscore-bench-") as folder:
            rows, workspace = import_rows(Path(folder), events, not chosen.no_csv)
            imports += rows
            print("\n".join(rows), flush=True)
            rows = score_rows(Path(folder), workspace, not chosen.no_rivals, chosen.times)
            scores += rows
            print("\n".join(rows), flush=True)
    if chosen.write:
        write_page(f"{chosen.name} import", imports)
        write_page(f"{chosen.name} score", scores)


if __name__ == "__main__":
    main()
