"""How columns are recognised: the names that people and systems give to the fields, in Dutch and English."""

import re
import unicodedata

from journeyscore.domain.event import SENT_FIELDS

PROPERTY = "properties."
REFUSED = ("refused_row", "refused_reason", "refused_field", "refused_what_to_do")
"""The columns that a file of refused rows has in front of its own."""
FIELDS = frozenset(f.name for f in SENT_FIELDS)

SPELLINGS: dict[str, str] = {
    "message_id": "event_id eventid event_uuid uuid insert_id row_id",
    "call": "type call_type",
    "previous": "previous_id",
    "name": "event event_name gebeurtenis activiteit activity actie action event_type",
    "occurred_at": "timestamp tijdstip datetime datumtijd when wanneer created_at event_time event_timestamp moment",
    "date": "datum day dag event_date",
    "time": "tijd event_hour",
    "candidate": "candidate_id kandidaat kandidaat_id kandidaatnummer candidate_number user_id person "
    "person_id persoon sollicitant sollicitant_id applicant applicant_id contact_id lead_id external_id",
    "visitor": "visitor_id anonymous_id bezoeker bezoeker_id client_id cookie cookie_id device_id user_pseudo_id",
    "channel": "kanaal",
    "campaign": "campagne utm_campaign campaign_name",
    "content": "utm_content inhoud content_name",
    "vacancy": "vacature vacature_id vacaturenummer vacancy_id vacancy_title job job_id job_title vacaturetitel",
    "url": "page_url page_location pagina page link",
    "referrer": "referer verwijzer page_referrer",
    "utm_source": "traffic_source",
    "utm_medium": "medium",
    "user_agent": "browser",
    "properties": "eigenschappen props attributes",
    "email": "email_address emailadres mail mailadres",
    "phone": "telephone telefoon telefoonnummer phone_number mobiel mobile",
    "person_name": "naam full_name volledige_naam kandidaatnaam candidate_name",
}
"""Other names of the fields. `date` and `time` are halves of `occurred_at`."""


def beside_row(column: str) -> str:
    """The name of a file's column beside our own column `row`: one that is called `row` too becomes `row_`."""
    return "row_" if column == "row" else column


def normal(name: str) -> str:
    """A column's name without case, accents and anything but letters and digits."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^a-z0-9]", "", folded)


HALVES = ("date", "time")
KNOWN = {normal(f): f for f in (*FIELDS, *HALVES)}
ALIASES = {normal(alias): field for field, aliases in SPELLINGS.items() for alias in aliases.split()}

OF_EVENTS = frozenset(["actie", "action", "activiteit", "activity", "contact", "event", "gebeurtenis"])
OF_PEOPLE = frozenset(["kandidaat", "candidate", "sollicitant", "applicant", "persoon", "person"])
SMALL = frozenset(["van", "de", "het", "een", "of", "the"])
BESIDE = {"date": OF_EVENTS, "time": OF_EVENTS, "occurred_at": OF_EVENTS}
BESIDE |= {"email": OF_PEOPLE, "phone": OF_PEOPLE, "person_name": OF_PEOPLE}
"""What may stand beside the name of a field and say no more: "datum actie", "e-mail van de kandidaat"."""


def recognise(column: str) -> tuple[str | None, bool]:
    """The field that a column's name means, and whether it is the field's own name. `id` alone is a message id."""
    plain = column.strip()
    lower = plain.lower()
    for prefix in (PROPERTY, "eigenschappen.", "prop."):
        if lower.startswith(prefix) and len(plain) > len(prefix):
            return PROPERTY + plain[len(prefix) :], True
    spelled = normal(plain)
    if spelled in KNOWN:
        return KNOWN[spelled], True
    return ("message_id" if spelled == "id" else ALIASES.get(spelled) or _beside(plain)), False


def _beside(name: str) -> str | None:
    """The field whose name stands there beside words that say no more."""
    words = [normal(word) for word in re.split(r"[^\w]+|_", name)]
    for said in (OF_EVENTS, OF_PEOPLE):
        rest = "".join(word for word in words if word not in said | SMALL)
        field = KNOWN.get(rest) or ALIASES.get(rest)
        if field and BESIDE.get(field) is said:
            return field
    return None
