"""Questions: score, explain, touchpoints, overview, journey, sql."""

from datetime import date, datetime, timedelta
from pathlib import Path

import click

from journeyscore.cli.session import Session, as_of_option, json_option, model_option, write_json

QUERIES = ("score", "ledger", "reasons")


@click.command()
@as_of_option
@click.option("--top", type=click.IntRange(min=1), help="Only the first so many.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a .csv, .json or .parquet file.")
@model_option
@json_option
@click.pass_obj
def score(
    session: Session,
    as_of: datetime | None,
    top: int | None,
    output: Path | None,
    model_path: Path | None,
    json_here: bool,
) -> None:
    """Who is most engaged, and why."""
    from journeyscore.cli import ranking

    kind = ranking.kind_of(output) if output else None
    found = ranking.rank(session, _day(session, as_of), top, model_path)
    if output and kind:
        ranking.write(output, kind, found)
    elif session.wants_json(json_here):
        write_json(found.rows())
    else:
        ranking.show(session, found)


@click.command()
@click.argument("candidate")
@as_of_option
@model_option
@json_option
@click.pass_obj
def explain(session: Session, candidate: str, as_of: datetime | None, model_path: Path | None, json_here: bool) -> None:
    """Every line of CANDIDATE's score, and what would change the band."""
    from journeyscore.cli import explanation
    from journeyscore.reports.answers import explanation_shape

    found = explanation.find(session, candidate, _day(session, as_of), model_path)
    if session.wants_json(json_here):
        write_json(explanation_shape(candidate, found))
    else:
        explanation.show(session, candidate, found, session.model(model_path))


@click.command()
@as_of_option
@model_option
@json_option
@click.pass_obj
def touchpoints(session: Session, as_of: datetime | None, model_path: Path | None, json_here: bool) -> None:
    """How often each touchpoint happens, and which events match none."""
    from journeyscore.cli import seen
    from journeyscore.reports.answers import coverage_shape

    found = seen.find(session, _day(session, as_of), model_path)
    if session.wants_json(json_here):
        write_json(coverage_shape(found, session.model(model_path)))
    else:
        seen.show(session, found, session.model(model_path))


@click.command()
@as_of_option
@json_option
@click.pass_obj
def overview(session: Session, as_of: datetime | None, json_here: bool) -> None:
    """How many candidates are in each band and stage."""
    from journeyscore.cli import everybody
    from journeyscore.reports.answers import overview_shape
    from journeyscore.reports.standing import standing

    day, model = _day(session, as_of), session.model()
    found = overview_shape(standing(session.snapshot, model, day), model, day)
    if session.wants_json(json_here):
        write_json(found)
    else:
        everybody.show_overview(found, model)


@click.command()
@click.option("--days", type=click.IntRange(1, 36_500), help="Only the last so many days.")
@as_of_option
@json_option
@click.pass_obj
def journey(session: Session, days: int | None, as_of: datetime | None, json_here: bool) -> None:
    """How far candidates come, and which touchpoints they have."""
    from journeyscore.cli import everybody
    from journeyscore.reports.answers import journey_shape
    from journeyscore.reports.journey import journey as journey_of
    from journeyscore.reports.journey import masks

    day, model = _day(session, as_of), session.model()
    since = day - min(timedelta(days=days), day - date.min) if days else None
    found = journey_of(masks(session.snapshot, model, since or date.min, day), model)
    if session.wants_json(json_here):
        write_json(journey_shape(found, model, since, day))
    else:
        everybody.show_journey(found, model)


@click.command()
@click.argument("query", type=click.Choice(QUERIES))
@click.option("--dialect", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@as_of_option
@model_option
@click.pass_obj
def sql(session: Session, query: str, dialect: str, as_of: datetime | None, model_path: Path | None) -> None:
    """Show the SQL of a QUERY, with the tables that it reads."""
    from journeyscore.cli.queries import text

    day = as_of.date() if as_of else date.today() if model_path else session.today  # noqa: DTZ011
    click.echo(text(session.model(model_path), query, dialect, day))


def _day(session: Session, as_of: datetime | None) -> date:
    return as_of.date() if as_of else session.today


COMMANDS = (score, explain, touchpoints, overview, journey, sql)
