"""Channels: by which way somebody came. From what the sender says, else from tags, click ids and the page before.

The rules follow the default channel grouping of Google Analytics, with channels of recruitment beside them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_plus

import polars as pl

from journeyscore.domain.model import Label
from journeyscore.intake.names import plain_name
from journeyscore.intake.scrub import mask_text
from journeyscore.intake.sources import SPELLINGS, category, compact, host_of, registrable


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: its name in the event log, what people read, and what belongs to it."""

    name: str
    label: Label
    meaning: str


def _channel(name: str, en: str, nl: str, meaning: str) -> Channel:
    return Channel(name, Label(en, nl), meaning)


CHANNELS: tuple[Channel, ...] = (
    _channel("direct", "Direct", "Direct", "typed the address, or used a bookmark"),
    _channel("cross_network", "Cross-network", "Netwerkoverstijgend", "one campaign on several ad networks"),
    _channel("paid_shopping", "Paid shopping", "Betaalde shopping", "an advertisement on a shopping site"),
    _channel("paid_search", "Paid search", "Betaalde zoekresultaten", "an advertisement in a search engine"),
    _channel("paid_social", "Paid social", "Betaalde social media", "an advertisement on a social network"),
    _channel("paid_video", "Paid video", "Betaalde video", "an advertisement at a video"),
    _channel("display", "Display", "Banners", "a banner on another site"),
    _channel("paid_other", "Other paid", "Overig betaald", "an advertisement elsewhere"),
    _channel("organic_shopping", "Organic shopping", "Organische shopping", "a shopping site, unpaid"),
    _channel("organic_social", "Organic social", "Organische social media", "a post on a social network, unpaid"),
    _channel("organic_video", "Organic video", "Organische video", "a video site, unpaid"),
    _channel("organic_search", "Organic search", "Organische zoekresultaten", "a search engine, unpaid"),
    _channel("email", "Email", "E-mail", "a link in a mail"),
    _channel("affiliates", "Affiliates", "Affiliates", "a partner who is paid per visit or application"),
    _channel("referral", "Referral", "Verwijzende site", "a link on another site"),
    _channel("audio", "Audio", "Audio", "radio, a podcast or a streaming service"),
    _channel("sms", "SMS", "Sms", "a link in a text message"),
    _channel("mobile_push", "Mobile push", "Pushbericht", "a notification on a phone"),
    _channel("ai_assistant", "AI assistant", "AI-assistent", "an answer of an AI assistant"),
    _channel("job_board", "Job board", "Vacaturesite", "a vacancy on a job board, unpaid"),
    _channel("paid_job_board", "Paid job board", "Betaalde vacaturesite", "a paid place on a job board"),
    _channel("career_site", "Career site", "Werken-bij-site", "the employer's own career site"),
    _channel("employee_referral", "Employee referral", "Via een medewerker", "somebody who works there"),
    _channel("recruiter", "Recruiter", "Recruiter", "a recruiter who sought contact"),
    _channel("agency", "Agency", "Bureau", "an employment or recruitment agency"),
    _channel("event", "Event", "Evenement", "a career fair, an open day or another meeting"),
    _channel("messaging", "Messaging", "Berichten-app", "WhatsApp or another app for messages"),
    _channel("print", "Print", "Drukwerk", "a flyer, a poster or a QR code"),
    _channel("ats", "ATS", "ATS", "the applicant tracking system"),
    _channel("unknown", "Unknown", "Onbekend", "nothing says which way"),
)

OFFLINE: dict[str, str] = {
    "job_board": "jobboard jobboards jobsite jobsites vacaturebank vacaturebanken vacaturesite vacaturesites",
    "paid_job_board": "paidjobboard jobboardads betaaldevacaturebank betaaldevacaturesite jobboardpaid",
    "career_site": "careersite careerssite careers careerpage werkenbij werkenbijsite website ownwebsite "
    "eigenwebsite eigensite bedrijfswebsite companywebsite corporatesite corporatewebsite carrieresite",
    "employee_referral": "employeereferral employeereferrals collega collegas medewerker medewerkers aanbrenger "
    "aangedragen viamedewerker vianmedewerker viaeenmedewerker viacollega viaeencollega referralviamedewerker "
    "wervingviamedewerker medewerkerwerftmedewerker employee referafriend referralprogram aanbrengpremie "
    "referralrecruitment internereferral viavia mondtotmond wordofmouth",
    "recruiter": "recruiter recruiters sourcing sourcer headhunter headhunting inmail linkedininmail linkedinrecruiter "
    "activesourcing corporaterecruiter",
    "agency": "agency agencies uitzendbureau uitzendbureaus detacheerder detachering bureau wervingsbureau "
    "recruitmentbureau recruitmentagency staffingagency",
    "event": "event events evenement evenementen opendag openday beurs banenbeurs banenmarkt carrieredag "
    "carrierebeurs careerevent careerfair careerday jobfair webinar meeloopdag inhousedag campusevent",
    "messaging": "messaging berichtenapp whatsapp whatsappbusiness telegram signal messenger",
    "print": "print qr qrcode flyer flyers poster posters krant newspaper magazine folder brochure drukwerk "
    "billboard abri buitenreclame outofhome ooh",
    "sms": "sms textmessage smsbericht",
    "mobile_push": "push pushnotification mobilepush webpush pushbericht mobilepushnotifications",
    "ats": "ats recruitmentsysteem applicanttrackingsystem",
}
"""Words that name a channel of recruitment wherever they stand: as channel, as medium or as source."""

ONLINE: dict[str, str] = {
    "email": "email mail emails mailing nieuwsbrief newsletter enewsletter emailmarketing",
    "organic_social": "organicsocial social socialmedia socialnetwork socialnetworks sm socialorganic socials",
    "organic_search": "organic organicsearch seo zoekmachine searchengine",
    "organic_video": "organicvideo video",
    "organic_shopping": "organicshopping",
    "affiliates": "affiliate affiliates",
    "audio": "audio podcast radio spotify",
    "display": "display banner banners expandable interstitial cpm displayads displayad programmatic",
    "cross_network": "crossnetwork performancemax pmax",
    "ai_assistant": "aiassistant",
    "paid_social": "paidsocial socialads socialad socialpaid betaaldsocial betaaldesocial socialadvertising "
    "socialadvertenties socialmediaads",
    "paid_search": "paidsearch sea searchads searchad betaaldzoeken searchpaid",
    "paid_video": "paidvideo videoads videoad",
    "paid_shopping": "paidshopping shoppingads",
    "paid_other": "paidother ads ad advertising advertentie advertenties paid cpc ppc",
}
"""Words that name one of Google's channels, as channel or as medium."""

SPOKEN: dict[str, str] = {
    "employee_referral": "referral referrals referred aanbeveling",
    "referral": "referringsite verwijzendesite verwijzendewebsite anderewebsite partnersite",
    "direct": "direct directtraffic directverkeer rechtstreeks",
    "unknown": "unknown onbekend other overig overige anders unassigned",
    "email": "jobalert jobalerts",
    "organic_search": "search zoeken",
    "ai_assistant": "ai",
}
"""Words that name a channel only where somebody was asked for the channel."""


def _by_word(*tables: dict[str, str]) -> dict[str, str]:
    return {word: name for table in tables for name, words in table.items() for word in words.split()}


LABELS = {compact(text): c.name for c in CHANNELS for text in (c.label.nl, c.label.en, c.name)}
RECRUITMENT = _by_word(OFFLINE)
MEDIUMS = RECRUITMENT | _by_word(ONLINE)
EXPLICIT = LABELS | MEDIUMS | _by_word(SPOKEN)
EMPTY = frozenset(("", "notset", "notprovided", "null", "none", "nan", "undefined", "na", "nvt", "leeg"))

ORGANIC = {
    "search": "organic_search",
    "social": "organic_social",
    "video": "organic_video",
    "shopping": "organic_shopping",
    "job_board": "job_board",
    "agency": "agency",
    "email": "email",
    "messaging": "messaging",
    "ai": "ai_assistant",
}
"""The channel by the category of the source, when nobody paid."""
PAID = {kind: f"paid_{kind}" for kind in ("search", "social", "video", "shopping", "job_board")}
CLICKS = {
    "gclid": ("paid_search", "google"),
    "wbraid": ("paid_search", "google"),
    "gbraid": ("paid_search", "google"),
    "msclkid": ("paid_search", "bing"),
    "fbclid": ("organic_social", "facebook"),
    "li_fat_id": ("paid_social", "linkedin"),
    "ttclid": ("paid_social", "tiktok"),
}
"""What networks add to an address that was clicked: the channel and the source."""
PAID_MEDIUM = re.compile(r"(.*cp.*|ppc|retargeting|paid.*)")
PAID_WORD = re.compile(r"(?:ads?|advertising|advertenties?|paid|cpc|sponsored|betaald|gesponsord)$")
KINDS = {
    "job": "paid_job_board",
    "vacature": "paid_job_board",
    "social": "paid_social",
    "search": "paid_search",
    "video": "paid_video",
    "shop": "paid_shopping",
    "display": "display",
}
"""What a word inside of a paid medium says about the site, when the source says nothing."""
UNSURE = frozenset(
    ("career_site", "ats", "messaging", "organic_search", "organic_social", "organic_video", "organic_shopping")
)
"""Channels that a medium names only when the source is of no known category."""
Found = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What is known of where an event came from; "" is nothing.

    `page` and `referrer` are addresses up to the host (of LinkedIn's job pages up to `/jobs`), `click_id` is the
    name of the parameter, `on_the_web` says whether there was a page at all.
    """

    channel: str = ""
    source: str = ""
    medium: str = ""
    click_id: str = ""
    page: str = ""
    referrer: str = ""
    on_the_web: bool = False


@lru_cache(maxsize=50_000)
def classify(traffic: Traffic) -> Found:
    """The channel and the canonical traffic source. What the sender says comes before tags, tags before traces."""
    return _spoken(traffic) or _tagged(traffic) or _traced(traffic)


def _spoken(traffic: Traffic) -> Found | None:
    """The channel as somebody wrote it down, if it says anything."""
    said = compact(traffic.channel)
    if said in EMPTY:
        return None
    if channel := EXPLICIT.get(said) or ("career_site" if said.startswith("werkenbij") else None):
        return channel, _source(traffic) or (None if said in LABELS else _known_name(traffic.channel))
    if known := category(traffic.channel):
        channel = PAID.get(known[1], "paid_other") if _says_paid(traffic.channel) else ORGANIC[known[1]]
        return channel, _source(traffic) or known[0]
    if " / " in traffic.channel and (exported := _exported(traffic.channel)):
        return exported
    if mask_text(traffic.channel) != traffic.channel:
        return "unknown", _source(traffic)  # somebody's address or number is no channel
    return plain_name(traffic.channel) or "unknown", _source(traffic)


def _exported(text: str) -> Found | None:
    """`google / cpc`, as Google Analytics exports source and medium in one."""
    source, _, medium = text.partition(" / ")
    found = _tagged(Traffic(source=source, medium=medium))
    return found if found and found[0] != "unknown" else None


def _tagged(traffic: Traffic) -> Found | None:
    """The channel by source and medium, in the order of Google's rules."""
    source, medium = compact(traffic.source), compact(traffic.medium)
    if (source == "direct" or medium == "none") and {source, medium} <= EMPTY | {"direct"}:
        return "direct", None
    if source in EMPTY and medium in EMPTY:
        return None
    known, clicked = category(traffic.source), CLICKS.get(traffic.click_id, (None, None))
    channel = _paid(traffic, known) or _by_tags(source, medium, known[1] if known else None) or clicked[0]
    if channel is None and _foreign_host(traffic):
        channel = _traced(traffic)[0]  # tags that say nothing do not hide the page before
    return channel or "unknown", _source(traffic) or clicked[1]


def _paid(traffic: Traffic, known: tuple[str, str] | None) -> str | None:
    """The paid channel, if the medium (or without one the source) says that somebody paid."""
    medium, kind = compact(traffic.medium), known[1] if known else ""
    if medium in EMPTY:
        return PAID.get(kind, "paid_other") if known and _says_paid(traffic.source) else None
    named = MEDIUMS.get(medium, "")
    if not (PAID_MEDIUM.fullmatch(plain_name(traffic.medium)) or named.startswith("paid_")):
        return None
    if kind in PAID:
        return PAID[kind]
    if named not in ("", "paid_other"):
        return named
    clicked = CLICKS.get(traffic.click_id, ("", ""))[0]
    by_word = next((channel for word, channel in KINDS.items() if word in medium), None)
    return by_word or (clicked if clicked.startswith("paid_") else "paid_other")


def _says_paid(source: str) -> bool:
    """Whether a known source is named with a word for advertisements behind it: `facebook ads`, but not `randstad`."""
    return compact(source) not in SPELLINGS and "." not in source and PAID_WORD.search(compact(source)) is not None


def _by_tags(source: str, medium: str, kind: str | None) -> str | None:
    """The unpaid channel by source and medium without signs, and the category of the source."""
    named = MEDIUMS.get(medium)
    if named is not None and named not in UNSURE:
        return named
    if kind is not None:
        return ORGANIC[kind]
    return named or _like(source, medium) or MEDIUMS.get(source) or _linked(medium)


def _like(source: str, medium: str) -> str | None:
    """Mediums that Google knows by a part of them."""
    if "video" in medium:
        return "organic_video"
    if medium.endswith("push") or "mobile" in medium or "notification" in medium or source == "firebase":
        return "mobile_push"
    return None


def _linked(medium: str) -> str | None:
    return "referral" if medium in ("referral", "app", "link") else None


def _traced(traffic: Traffic) -> Found:
    """The channel by what a visit leaves: a click id, the page before it, or nothing."""
    before = _foreign_host(traffic)
    known = category(traffic.referrer) if before else None
    if clicked := CLICKS.get(traffic.click_id):
        return clicked[0], known[0] if known and known[1] == "social" else clicked[1]
    if known:
        return ORGANIC[known[1]], known[0]
    if before:
        return "referral", registrable(before)
    return ("direct" if traffic.on_the_web else "unknown"), None


def _source(traffic: Traffic) -> str | None:
    """The canonical source of the tags, or the well-known one that the referrer is."""
    if compact(traffic.source) not in EMPTY | {"direct"}:
        return _known_name(traffic.source) or _clean(traffic.source)
    return _known_name(traffic.referrer) if _foreign_host(traffic) else None


def _known_name(text: str) -> str | None:
    known = category(text)
    return known[0] if known else None


def _clean(source: str) -> str | None:
    """A source of no known name, in small letters; nothing if it holds personal data."""
    return source.strip().casefold() if mask_text(source) == source else None


def _foreign_host(traffic: Traffic) -> str | None:
    """The host of the referrer, unless it is the own site."""
    before, page = host_of(traffic.referrer), host_of(traffic.page)
    if before is None or (page is not None and registrable(page) == registrable(before)):
        return None
    return before


TAGS = ("source", "medium", "campaign", "content")
CLICK_ID = rf"(?i)[?&;#]({'|'.join(CLICKS)})=[^&#]"
LONGEST = 1_000
"""Characters of a tag that are kept."""


def classify_channels(frame: pl.DataFrame) -> pl.DataFrame:
    """`channel` (never null), `traffic_source`, `campaign` and `content` of each row.

    Takes `channel`, `utm_source`, `utm_medium`, `campaign`, `url`, `referrer` and, if there, `content`: text or null.
    Tags of the page's address count where the columns are null.
    """
    tags = _tags_of(frame.get_column("url"))
    content = frame.get_column("content") if "content" in frame.columns else pl.lit(None, pl.String)
    said = frame.select(
        "channel",
        pl.coalesce("utm_source", tags["source"]).alias("source"),
        pl.coalesce("utm_medium", tags["medium"]).alias("medium"),
        tags["click_id"],
        _origin("url").alias("page"),
        _origin("referrer"),
        pl.col("url").is_not_null().alias("on_the_web"),
    )
    rest = [pl.coalesce("campaign", tags["campaign"]).alias("campaign")]
    return _of_combinations(said).hstack(frame.select(*rest, pl.coalesce(content, tags["content"]).alias("content")))


def _of_combinations(said: pl.DataFrame) -> pl.DataFrame:
    """Channel and traffic source of each row, found once for each combination."""
    combinations = said.unique()
    texts = combinations.with_columns(pl.col(pl.String).fill_null(""))
    found = [classify(Traffic(*row)) for row in texts.iter_rows()]
    known = pl.DataFrame(found, schema={"found": pl.String, "traffic_source": pl.String}, orient="row")
    joined = said.join(combinations.hstack(known), on=said.columns, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(pl.col("found").alias("channel"), "traffic_source")


def _origin(column: str) -> pl.Expr:
    """Addresses up to the host; where the path begins with `jobs`, up to there. Splitting is faster than a pattern."""
    scheme, slashes, host, path = (
        pl.col(column).str.splitn("/", 4).struct.field(f"field_{place}") for place in range(4)
    )
    whole = pl.when(slashes == "").then(pl.concat_str(scheme, pl.lit("//"), host)).otherwise(scheme)
    jobs = path.str.to_lowercase().str.contains(r"^jobs?\b").fill_null(False)
    start = whole.str.split_exact("?", 1).struct.field("field_0")
    return pl.when(jobs).then(start + "/jobs").otherwise(start).alias(column)


def _tags_of(urls: pl.Series) -> pl.DataFrame:
    """The campaign tags of addresses, decoded, and the name of the first click id."""
    tagged = [pl.col("url").str.extract(rf"(?i)[?&;#]utm_{tag}=([^&#]+)").alias(tag) for tag in TAGS]
    clicked = pl.col("url").str.extract(CLICK_ID).str.to_lowercase().alias("click_id")
    found = urls.alias("url").to_frame().select(*tagged, clicked)
    return found.with_columns(_decoded(found.get_column(tag)) for tag in TAGS)


def _decoded(values: pl.Series) -> pl.Series:
    """Without percent signs and pluses; null when nothing is left."""
    known = values.drop_nulls().unique().to_list()
    plain = {v: unquote_plus(v).strip()[:LONGEST] or None for v in known}
    return values.replace_strict(plain, default=None, return_dtype=pl.String)
