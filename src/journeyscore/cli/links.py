"""Tracked links: list, make, end, the hosts, and personal links for a mail."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import click

from journeyscore.cli import show as look
from journeyscore.cli.session import Session, json_option, write_json

base_option = click.option(
    "--base", default="http://127.0.0.1:8000", show_default=True, help="The address of the pages."
)


@click.group("links", invoke_without_command=True)
@base_option
@json_option
@click.pass_context
def links(context: click.Context, base: str, json_here: bool) -> None:
    """Tracked links, newest first, with their clicks (docs/links.md)."""
    if context.invoked_subcommand is not None:
        return
    from journeyscore.reports.link_clicks import by_code, clicks_frame, links_shape

    session: Session = context.obj
    kept = session.workspace.records.tracked_links.newest_first()
    rows = links_shape(kept, by_code(clicks_frame(session.snapshot)), base.rstrip("/"))
    if session.wants_json(json_here):
        write_json(rows)
        return
    for row in rows:
        ended = " (ended)" if row["ended_at"] else ""
        look.say(f"{row['address']}{ended}  {row['clicks']:,} clicks, {row['people']:,} people  {row['target']}")
    if not rows:
        look.say("There is no link yet. Make one: journeyscore links make TARGET --source ... --medium ...")


@links.command()
@click.argument("target")
@click.option("--source", required=True, help="utm_source: who shows it.")
@click.option("--medium", required=True, help="utm_medium: how.")
@click.option("--campaign", default="", help="utm_campaign.")
@click.option("--content", default="", help="utm_content: which post, button or poster.")
@click.option("--vacancy", default="", help="The vacancy that it is about.")
@click.option("--ats-source", default="", help="The source as the ATS calls it, if otherwise.")
@base_option
@click.pass_obj
def make(session: Session, /, target: str, base: str, **said: str) -> None:
    """Make a link to TARGET and print it; what is better about its tags goes to stderr."""
    from journeyscore.domain.link import TrackedLink
    from journeyscore.intake.utm import lint

    link = session.workspace.records.tracked_links.make(TrackedLink.of({"target": target, **said}), datetime.now(UTC))
    for one in lint(said, target):
        better = f" (better: {one.mended})" if one.mended else ""
        click.echo(f"{one.field}: {one.message}{better}", err=True)
    click.echo(f"{base.rstrip('/')}/r/{link.code}")


@links.command()
@click.argument("code")
@click.pass_obj
def end(session: Session, code: str) -> None:
    """Let the link with this CODE lead nowhere any more."""
    kept = session.workspace.records.tracked_links
    ended = kept.end(kept.get(code).code, datetime.now(UTC))
    look.say("It leads nowhere any more." if ended else "It had ended already.")


@links.command()
@click.argument("host")
@click.option("--below", is_flag=True, help="Also the hosts below it.")
@click.option("--parameter", default="", help="Takes the source there: gh_src, lever-source, source.")
@click.pass_obj
def allow(session: Session, host: str, below: bool, parameter: str) -> None:
    """Let links lead to HOST."""
    allowed = session.workspace.records.tracked_links.allow(host, below, parameter)
    look.say(f"Links may lead to {allowed.name}{' and the hosts below it' if below else ''}.")


@links.command()
@click.argument("code")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The CSV file to write.")
@base_option
@click.pass_obj
def mail(session: Session, code: str, out: Path, base: str) -> None:
    """Write a personal link for each candidate whose address is known, for a mail tool."""
    from journeyscore.actions.mail_links import HEAD, mail_rows

    link = session.workspace.records.tracked_links.get(code)
    rows = list(mail_rows(session.workspace, link, base.rstrip("/"), datetime.now(UTC)))
    with out.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    look.say(f"{len(rows):,} personal links are in {out}. Whoever has the file can click for them: keep it safe.")


COMMANDS = (links,)
