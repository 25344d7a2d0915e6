"""How values are said: dates as people say them, points, labels in the reader's language."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from journeyscore.domain.model import Condition, HalfLife, Touchpoint
from journeyscore.web import errors
from journeyscore.web.workspace import today, zone

register = template.Library()

ROLES = {
    "owner": _("owner"),
    "marketer": _("marketer"),
    "recruiter": _("recruiter"),
    "viewer": _("viewer"),
    "privacy": _("privacy officer"),
}
STAGES = {
    "aware": _("aware"),
    "interested": _("interested"),
    "applying": _("applying"),
    "selection": _("selection"),
    "offer": _("offer"),
    "hired": _("hired"),
}
CHANNELS = {
    "direct": _("direct"),
    "organic_search": _("organic search"),
    "paid_search": _("paid search"),
    "organic_social": _("organic social"),
    "paid_social": _("paid social"),
    "organic_video": _("organic video"),
    "paid_video": _("paid video"),
    "display": _("display ads"),
    "email": _("e-mail"),
    "sms": _("text message"),
    "job_board": _("job board"),
    "paid_job_board": _("paid job board"),
    "print": _("print"),
    "messaging": _("messaging app"),
    "ai_assistant": _("AI assistant"),
    "agency": _("agency"),
    "referral": _("referral"),
    "employee_referral": _("employee referral"),
    "event": _("event"),
    "recruiter": _("recruiter"),
    "career_site": _("career site"),
    "affiliates": _("affiliates"),
    "audio": _("audio"),
    "mobile_push": _("push message"),
    "unknown": _("unknown source"),
}


@register.filter
def points(millipoints: int | None, places: int | str = 0) -> str:
    """Millipoints as points, in the reader's notation: 12,5. With -1 places as many as it has."""
    if millipoints is None:
        return ""
    if places == -1 or places == "-1":
        places = 0 if millipoints % 1000 == 0 else 3
    exact = (Decimal(millipoints) / 1000).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP)
    return formats.number_format(exact, decimal_pos=int(places), force_grouping=True)


@register.filter
def signed(millipoints: int, places: int = 0) -> str:
    """Like `points`, with its sign."""
    sign = "+" if millipoints > 0 else "−" if millipoints < 0 else ""
    return sign + points(abs(millipoints), places)


@register.filter
def said(text: Any) -> str:
    """A label of the model (`Label`), an error or a note in the reader's language."""
    if isinstance(text, str):
        return errors.in_words(text)
    return str(text.nl if (get_language() or "").startswith("nl") else text.en)


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has under a key, or nothing."""
    return mapping.get(key, "")


@register.filter
def role_name(role: str) -> str:
    """A role in words."""
    return str(ROLES.get(role, role))


@register.filter
def stage_name(stage: str | None) -> str:
    """A stage in words."""
    return str(STAGES.get(stage or "", stage or ""))


@register.filter
def channel_name(channel: str | None) -> str:
    """A channel in words; names that employers made themselves stay as they are."""
    return str(CHANNELS.get(channel or "unknown", (channel or "").replace("_", " ")))


@register.filter
def share(fraction: float | None) -> str:
    """A fraction as a percentage."""
    return "" if fraction is None else formats.number_format(round(fraction * 100)) + "%"


@register.filter
def when(moment: datetime | date | None) -> SafeString | str:
    """As people say it ("yesterday 14:05"), with the full date on hover."""
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), _day(moment))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    local = timezone.localtime(aware, zone())
    full = formats.date_format(local, "DATETIME_FORMAT")
    spoken = f"{_day(local.date())} {local:%H:%M}" if (today() - local.date()).days < 7 else _day(local.date())
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, spoken)


def _day(day: date) -> str:
    ago = (today() - day).days
    if ago in (0, 1):
        return gettext("today") if ago == 0 else gettext("yesterday")
    this_year = timedelta(0) <= today() - day < timedelta(days=300)
    return formats.date_format(day, "SHORT_DATE_FORMAT" if this_year else "DATE_FORMAT")


@register.filter
def people(count: int) -> str:
    """A number of people."""
    number = formats.number_format(count, force_grouping=True)
    return ngettext("%(number)s person", "%(number)s people", count) % {"number": number}


@register.filter
def words_of(text: str) -> list[str]:
    """The words of a text, to loop over."""
    return text.split()


@register.filter
def plain(number: float) -> str:
    """A number for a drawing: always with a point, never grouped."""
    return f"{number:g}"


@register.filter
def plus(number: float, other: float) -> float:
    """A sum."""
    return number + float(other)


@register.filter
def minus(number: float, other: float) -> float:
    """A difference."""
    return number - float(other)


@register.filter
def clock(moment: datetime) -> str:
    """The time of day where the employer is."""
    return f"{timezone.localtime(moment, zone()):%H:%M}"


@register.filter
def negated(number: float) -> float:
    """The number with the other sign."""
    return -number


@register.filter
def count_change(number: int) -> str:
    """A change in a number of people, with its sign."""
    sign = "+" if number > 0 else "−"
    return sign + formats.number_format(abs(number), force_grouping=True)


PLACES = {
    "social": _("social media"),
    "advertising": _("advertising"),
    "career_site": _("career site"),
    "email": _("e-mail"),
    "chat": _("chat and messages"),
    "events": _("events"),
    "recruiter": _("recruiter"),
    "referral": _("word of mouth"),
    "survey": _("surveys"),
    "application": _("application"),
    "": _("elsewhere"),
}


@register.filter
def place_name(channel: str) -> str:
    """The channel of a touchpoint in words; names that employers made themselves stay as they are."""
    return str(PLACES.get(channel, channel.replace("_", " ")))


@register.filter
def lines(card: Any) -> list[str]:
    """The lines of a card's label in the reader's language."""
    return list(card.lines_nl if (get_language() or "").startswith("nl") else card.lines_en)


@register.filter
def line_y(top: float, number: int) -> float:
    """Where the n-th line (from 0) of a card stands."""
    return top + 19 + 15 * number


@register.filter
def whole_points(amount: Decimal) -> str:
    """Points of a model (not thousandths) with their sign."""
    return signed(int(amount * 1000), 0 if amount == amount.to_integral_value() else 1)


PERIODS = {"day": _("per day"), "week": _("per week"), "month": _("per month"), "ever": _("ever")}


@register.filter
def period_name(per: str) -> str:
    """A period of a limit in words."""
    return str(PERIODS.get(str(per), per))


@register.filter
def plain_decimal(number: Any) -> str:
    """A number of the model as it is typed: without zeros that say nothing, in the reader's notation."""
    if number is None or number == "":
        return ""
    if isinstance(number, str):
        return number
    return f"{Decimal(number).normalize():f}".replace(".", "," if (get_language() or "").startswith("nl") else ".")


@register.filter
def field(fields: Mapping[str, str], name: str) -> str:
    """What was typed into a field, or nothing where nothing was sent."""
    return fields.get(name, "")


@register.filter
def is_other_decay(decay: Any) -> bool:
    """Whether it is a decay that the form cannot show."""
    return decay is not None and not isinstance(decay, HalfLife)


@register.filter
def in_words(condition: Condition) -> str:
    """A condition, shortly: the values of the name of the event, or the fields that it looks at."""
    names = [text for match in condition.all_of if match.field == "name" for text in match.any_of]
    others = sorted({match.field for match in condition.all_of if match.field != "name"})
    either = [in_words(one) for one in condition.any_of]
    return ", ".join([*names, *others, *either])


@register.filter
def limit_count(touchpoint: Touchpoint) -> int | str:
    """How often a touchpoint counts in its period, or nothing."""
    return touchpoint.limit.count if touchpoint.limit else ""


@register.filter
def half_days(touchpoint: Touchpoint) -> int | str:
    """The days of a half-life, or nothing."""
    return touchpoint.decay.days if isinstance(touchpoint.decay, HalfLife) else ""


@register.filter
def typed_points(millipoints: int) -> str:
    """Millipoints as points that can be typed back: never grouped."""
    return plain_decimal(Decimal(millipoints) / 1000)
