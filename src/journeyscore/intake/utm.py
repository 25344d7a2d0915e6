"""A linter for UTM tags: what will split one source into three in a report, and the tag that will not."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import polars as pl

from journeyscore.domain.phrase import Phrase
from journeyscore.intake.channels import CLICKS, classify_channels
from journeyscore.intake.scrub import mask_column
from journeyscore.intake.sources import category, registrable

MEDIUMS = (
    *("email", "social", "paid-social", "cpc", "display", "referral", "organic", "affiliate", "video", "paid-video"),
    *("audio", "sms", "push", "messaging", "job-board", "paid-job-board", "print", "qr", "event"),
    *("employee-referral", "agency"),
)
"""The closed list: what Google Analytics knows, and media of recruitment, which it shows as unassigned."""
MENDED_MEDIUMS = {
    "e-mail": "email",
    "mail": "email",
    "mailing": "email",
    "newsletter": "email",
    "nieuwsbrief": "email",
    "social-media": "social",
    "socials": "social",
    "sm": "social",
    "paidsocial": "paid-social",
    "social-paid": "paid-social",
    "socialads": "paid-social",
    "ppc": "cpc",
    "sea": "cpc",
    "paid-search": "cpc",
    "paidsearch": "cpc",
    "banner": "display",
    "banners": "display",
    "link": "referral",
    "seo": "organic",
    "affiliates": "affiliate",
    "podcast": "audio",
    "whatsapp": "messaging",
    "jobboard": "job-board",
    "vacaturebank": "job-board",
    "paid-jobboard": "paid-job-board",
    "flyer": "print",
    "poster": "print",
    "qr-code": "qr",
    "qrcode": "qr",
    "beurs": "event",
    "banenbeurs": "event",
}
TAGS = ("source", "medium", "campaign", "content")
LONGEST = 100
ERROR, ADVICE = "error", "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a tag or the target: a stable code, which field, what and what to do, and the mended value."""

    code: str
    field: str
    message: str
    mended: str | None = None
    weight: str = ADVICE


def lint(tags: Mapping[str, str], target: str = "") -> list[Finding]:
    """Findings about the tags (`source`, `medium`, `campaign`, `content`) and the target, field by field."""
    said = {name: tags.get(name, "").strip() for name in TAGS}
    found = [finding for name in TAGS for check in CHECKS for finding in check(name, said[name])]
    return [*found, *_about_target(said, target)]


def mended(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags with every proposal taken over; mending twice changes nothing more."""
    return {name: mended_value(name, tags.get(name, "")) for name in TAGS}


def mended_target(target: str) -> str:
    """The target without click ids and without tags of its own."""
    names = [name for name, _ in parse_qsl(target.partition("#")[0].partition("?")[2], keep_blank_values=True)]
    for name in filter(_is_left_out, names):
        target = _without(target, name)
    return target


def mended_value(field: str, text: str) -> str:
    """One tag as it should be written; empty when there is nothing to go by, or it names a person."""
    if _personal(text):
        return ""
    plain = slug(text)
    if field == "source":
        known = category(text.strip().lower()) or category(plain)
        return slug(known[0]) if known else plain
    return MENDED_MEDIUMS.get(plain, plain) if field == "medium" else plain


def slug(text: str) -> str:
    """Small letters, digits, points and hyphens, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip().lower()
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9.]+", "-", plain))[:LONGEST].strip("-.")


def channel_of(tags: Mapping[str, str]) -> str:
    """The channel that clicks with these tags get, by the rules of intake."""
    columns = ("channel", "utm_source", "utm_medium", "campaign", "content", "url", "referrer")
    row = dict.fromkeys(columns) | {"utm_source": tags.get("source") or None, "utm_medium": tags.get("medium") or None}
    return str(classify_channels(pl.DataFrame([row], dict.fromkeys(columns, pl.String))).item(0, "channel"))


def _missing(field: str, text: str) -> Iterator[Finding]:
    if text or field == "content":
        return
    if field == "campaign":
        yield Finding("no_campaign", field, Phrase("name the campaign: without it nobody can tell what worked"))
    elif field == "source":
        yield Finding("no_source", field, Phrase("name the source, such as linkedin or nieuwsbrief"), weight=ERROR)
    else:
        yield Finding("no_medium", field, Phrase("choose the medium from the list"), weight=ERROR)


def _person_in(field: str, text: str) -> Iterator[Finding]:
    if _personal(text):
        message = Phrase("this names a person, and ends up in the reports of others; leave it out")
        yield Finding("personal", field, message, "", ERROR)


def _spelling(field: str, text: str) -> Iterator[Finding]:
    better = slug(text)
    if _personal(text) or not text or text == better or mended_value(field, text) != better:
        return
    if len(text) > LONGEST:
        yield Finding("long", field, Phrase("keep it under {most} characters", most=LONGEST), better)
    elif text.lower() == better:
        message = Phrase("write “{text}” in small letters: reports take capitals for another value", text=text)
        yield Finding("capitals", field, message, better)
    else:
        message = Phrase("write “{text}” with hyphens, without spaces, accents and other signs", text=text)
        yield Finding("signs", field, message, better)


def _names(field: str, text: str) -> Iterator[Finding]:
    better = mended_value(field, text)
    if _personal(text) or not text or better == slug(text):
        return
    if field == "source":
        message = Phrase(
            "“{text}” is known as {better}: under one name it is one line in a report", text=text, better=better
        )
        yield Finding("canonical_source", field, message, better)
    elif field == "medium":
        message = Phrase("Google Analytics does not know “{text}”; {better} means that", text=text, better=better)
        yield Finding("canonical_medium", field, message, better)


def _closed_list(field: str, text: str) -> Iterator[Finding]:
    if field == "medium" and text and not _personal(text) and mended_value(field, text) not in MEDIUMS:
        message = Phrase("“{text}” is not on the list of media; choose one of the list", text=text)
        yield Finding("unknown_medium", field, message, weight=ERROR)


CHECKS: tuple[Callable[[str, str], Iterator[Finding]], ...] = (_missing, _person_in, _spelling, _names, _closed_list)


def _about_target(tags: Mapping[str, str], target: str) -> Iterator[Finding]:
    try:
        parts = urlsplit(target)
        host, query = parts.hostname or "", dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        return
    if host and tags["source"] and "." in tags["source"] and registrable(host) == registrable(tags["source"].lower()):
        message = Phrase("tags on a link within your own site hide where people came from; link without them")
        yield Finding("internal", "source", message)
    for name in query:
        if _is_click(name):
            message = Phrase("take {name} out of the target: it belongs to one click of somebody else’s", name=name)
            yield Finding("click_id", "target", message, _without(target, name))
        elif _is_left_out(name):
            message = Phrase("the target has {name} of its own, which stays; take it out to use the link’s", name=name)
            yield Finding("own_tag", "target", message, _without(target, name))
    if any(_personal(value) for value in query.values()):
        message = Phrase("the target names a person; take that out: everybody who clicks gets it")
        yield Finding("personal", "target", message, weight=ERROR)


def _is_click(name: str) -> bool:
    return name.lower() in CLICKS


def _is_left_out(name: str) -> bool:
    return _is_click(name) or name.lower() in {f"utm_{tag}" for tag in TAGS}


def _without(target: str, name: str) -> str:
    """The target without one parameter; the rest stands as it stood."""
    before, hash_, fragment = target.partition("#")
    place, _, query = before.partition("?")
    kept = "&".join(part for part in query.split("&") if part.partition("=")[0].lower() != name.lower())
    return place + ("?" + kept if kept else "") + hash_ + fragment


def _personal(text: str) -> bool:
    """Whether a text has an e-mail address, telephone number or the like in it, by the rules of intake."""
    return bool(text) and ("@" in text or bool(mask_column(pl.Series([text])).item() != text))
