"""`make bench-web`: how long the server takes for each page, with a million candidates and ten million events."""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import polars as pl

from bench.run import UNTIL, by_time, write_page
from journeyscore.demo.files import write_parquet
from journeyscore.demo.simulate import EVENTS_PER_CANDIDATE, simulate
from journeyscore.web.site import Site, configure

TIMES = 9
PAGES = (
    ("overview", "/", 500),
    ("priority list", "/priority/", 500),
    ("priority list, by change", "/priority/?sort=change", 500),
    ("priority list, one band", "/priority/?band=engaged", 500),
    ("priority list, page 1,000", "/priority/?page=1000", 500),
    ("priority list, search", "/priority/?q=van", 500),
    ("candidate", "/candidates/{candidate}/", 500),
    ("journey map", "/journey/", 1_000),
    ("points model", "/model/", 500),
)
SPLIT = 4
"""Into so many people each simulated candidate is split: the demo has 24 events for each."""


def prepare(data: Path, events: int) -> None:
    """Import the events of the demo employer, each candidate split into some."""
    from journeyscore.actions.import_file import import_file
    from journeyscore.actions.workspace import init

    raw, file = data.parent / "raw.parquet", data.parent / "events.parquet"
    write_parquet(raw, simulate(candidates=events // EVENTS_PER_CANDIDATE, until=UNTIL))
    part = (pl.int_range(pl.len()) % SPLIT).cast(pl.String)
    split = pl.when(pl.col("candidate").is_not_null()).then(pl.concat_str("candidate", part, separator="-"))
    pl.scan_parquet(raw).with_columns(candidate=split).sink_parquet(data.parent / "split.parquet")
    by_time(data.parent / "split.parquet", file)
    import_file(init(data), file)


def measure() -> list[str]:
    """The rows of the table: the median of the server's times after a first call."""
    from django.conf import settings
    from django.test import Client

    from journeyscore.web.access import Role
    from journeyscore.web.models import Account
    from journeyscore.web.reports import KEPT, STANDING

    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    address = "bench@example.org"
    known = Account.objects.filter(email=address).first()
    client.force_login(known or Account.objects.make(address, None, Role.OWNER, "Bench"))
    started = time.perf_counter()
    for kept in KEPT:
        kept.get(first_time=600)
    rows = [f"| what the worker keeps ready | {(time.perf_counter() - started) * 1000:,.0f} ms | - |"]
    frame = STANDING.get().frame
    print(f"{frame.height:,} candidates")
    candidate = frame.item(frame.height // 2, "candidate")
    for name, place, aim in PAGES:
        place, seconds = place.format(candidate=candidate), []
        for _ in range(TIMES + 1):
            before = time.perf_counter()
            assert client.get(place).status_code == 200, place
            seconds.append(time.perf_counter() - before)
        rows.append(f"| {name} | {statistics.median(seconds[1:]) * 1000:,.0f} ms | {aim:,} ms |")
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Prepare, measure, and with `--write` keep the table in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--data", type=Path, help="a data directory that is ready")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="journeyscore-bench-") as folder:
        data = chosen.data or Path(folder) / "data"
        data.mkdir(exist_ok=True)
        configure(Site(data, https=False))
        if not chosen.data:
            prepare(data, chosen.events)
        rows = ["| page | server time (median) | aim |", "|---|---|---|", *measure()]
    if chosen.write:
        write_page("bench-web", rows)


if __name__ == "__main__":
    main()
