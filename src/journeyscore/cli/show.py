"""How answers look in a terminal."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from rich.console import Console

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def console() -> "Console":
    """Where tables go: stdout, without colours or wrapping surprises when it is no terminal."""
    from rich.console import Console

    out = Console(highlight=False, soft_wrap=False)
    if not out.is_terminal:
        out = Console(highlight=False, width=140, no_color=True)
    return out


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
    """A plain table; the columns named in `right` hold figures."""
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        shown.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(safe(cell)) for cell in row))
    console().print(shown)


def safe(text: str) -> str:
    """Text in which control and bidirectional characters are visible instead of in force."""
    return CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def say(text: str = "") -> None:
    """One line."""
    click.echo(text)


def points(millipoints: int, decimals: int = 1) -> str:
    """Millipoints as points, rounded half away from zero."""
    value = Decimal(millipoints) / 1000
    return f"{value.quantize(Decimal(1).scaleb(-decimals)):,}"


def signed(millipoints: int) -> str:
    """A change or a line, exact to the millipoint, with its sign."""
    return f"{Decimal(millipoints) / 1000:+,.3f}"


def counted(thousandths: int) -> str:
    """How many hits count: 3, or 1.875 where repeats count for less."""
    return f"{Decimal(thousandths) / 1000:f}" if thousandths % 1000 else str(thousandths // 1000)


def when(moment: datetime | None, zone: str, today: date) -> str:
    """A moment as people say it: today 14:05, yesterday 14:05, 3 Oct 14:05, 3 Oct 2025."""
    if moment is None:
        return "-"
    local = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(ZoneInfo(zone))
    days = (today - local.date()).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} {local:%H:%M}"
    return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y}"


def share(part: int, whole: int) -> str:
    """A percentage; a dash of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "-"
