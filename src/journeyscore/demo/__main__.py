"""The demo's events as a file of any size: `python -m journeyscore.demo --events 10_000_000 PATH`."""

from datetime import datetime
from pathlib import Path

import click

from journeyscore.demo.files import write_csv, write_parquet
from journeyscore.demo.simulate import BLOCK, EVENTS_PER_CANDIDATE, simulate
from journeyscore.demo.world import CHANGES, Change
from journeyscore.domain.errors import JourneyscoreError

WRITERS = {"parquet": write_parquet, "csv": write_csv}


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--events", type=int, help="about so many events (instead of --candidates)")
@click.option("--candidates", type=click.IntRange(min=0), default=5_000, show_default=True)
@click.option("--format", "kind", type=click.Choice(list(WRITERS)), default="parquet", show_default=True)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), default="2026-03-01", show_default=True, help="the day after"
)
@click.option("--months", type=int, default=9, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--change", type=click.Choice(CHANGES), help="try a change, with the same luck for everybody")
@click.option("--block", type=int, default=BLOCK, show_default=True, help="candidates at a time; more is faster")
def main(
    path: Path,
    events: int | None,
    candidates: int,
    kind: str,
    until: datetime,
    months: int,
    seed: int,
    change: Change | None,
    block: int,
) -> None:
    """Write the events of the demo employer to PATH."""
    many = candidates if events is None else max(1, round(events / EVENTS_PER_CANDIDATE))
    try:
        frames = simulate(seed, many, until=until.date(), months=months, change=change, block=block)
        written = WRITERS[kind](path, frames)
    except JourneyscoreError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(error.exit_code) from error
    click.echo(f"{path}: {written:,} events of {many:,} candidates")


if __name__ == "__main__":
    main()
