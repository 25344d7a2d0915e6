"""What `/metrics` says, in the text format of Prometheus. Counts only: nobody's name, key or address."""

import shutil
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import polars as pl
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from journeyscore import __version__
from journeyscore.actions.workspace import CACHE
from journeyscore.records.shapes import ACCEPTED, DUPLICATE, RECEIVED
from journeyscore.web.intake import inbox
from journeyscore.web.jobs import jobs
from journeyscore.web.reports import KEPT
from journeyscore.web.workspace import workspace

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
OUTCOMES = (RECEIVED, ACCEPTED, DUPLICATE)
"""Every other outcome is a reason for which a row was refused."""


def metrics(checks: Mapping[str, bool]) -> bytes:
    """The page of this moment; `checks` says of each check whether it is well."""
    registry = CollectorRegistry()
    registry.register(_Ours(checks))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Ours(Collector):
    def __init__(self, checks: Mapping[str, bool]) -> None:
        self.checks = checks

    def collect(self) -> Iterator[Metric]:
        """Every metric of ours."""
        yield _by("info", "The version that answers.", "version", {__version__: 1})
        yield _by("ready", "1 where a check of /readyz is well.", "check", self.checks)
        yield _rows()
        yield from _inbox()
        yield _one("events", "Events in the log.", workspace().log.count())
        yield _one("jobs_waiting", "Jobs that pages asked for and that have not ended.", jobs().waiting())
        yield _one("jobs_failed", "Jobs that ended with an error.", jobs().failed())
        yield _by("report_age_seconds", "Since a report was last made for the pages.", "report", _ages())
        yield _one("disk_free_bytes", "Free on the disk of the data.", shutil.disk_usage(workspace().path).free)


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"journeyscore_{name}", what, value)


def _by(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"journeyscore_{name}", what, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _rows() -> Metric:
    """received = accepted + duplicate + refused, for each source."""
    outcome = pl.when(pl.col("outcome").is_in(OUTCOMES)).then("outcome").otherwise(pl.lit("refused"))
    counts = workspace().records.imports.counts().group_by("source", outcome.alias("outcome")).agg(pl.sum("rows"))
    family = CounterMetricFamily("journeyscore_intake_rows", "What came in.", labels=["source", "outcome"])
    for source, what, rows in counts.sort("source", "outcome").iter_rows():
        family.add_metric([source, what], rows)
    return family


def _inbox() -> Iterator[Metric]:
    found = inbox().state()
    age = (datetime.now(UTC) - datetime.fromisoformat(found.oldest)).total_seconds() if found.oldest else 0
    yield _one("inbox_letters", "Letters that wait to be landed.", found.waiting)
    yield _one("inbox_oldest_seconds", "How long the oldest of them has waited: the lag of landing.", max(age, 0))


def _ages() -> dict[str, float]:
    """Seconds since each kept report was made; those that never were are left out."""
    folder = workspace().path / CACHE
    made = {kept.name: [f.stat().st_mtime for f in folder.glob(f"{kept.name}-{'?' * 16}.parquet")] for kept in KEPT}
    return {name: max(0.0, time.time() - max(times)) for name, times in made.items() if times}
