"""Questions: score, explain, touchpoints, sql."""

from datetime import date, datetime
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

    found = explanation.find(session, candidate, _day(session, as_of), model_path)
    if session.wants_json(json_here):
        write_json(explanation.shape(candidate, found))
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

    found = seen.find(session, _day(session, as_of), model_path)
    if session.wants_json(json_here):
        write_json(seen.shape(found, session.model(model_path)))
    else:
        seen.show(session, found, session.model(model_path))


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


COMMANDS = (score, explain, touchpoints, sql)
