"""Channels: by which way somebody came. From what the sender says, else from tags, click ids and the page before.

The rules follow the default channel grouping of Google Analytics, with channels of recruitment beside them.
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote_plus

import polars as pl

from journeyscore.domain.model import Label
from journeyscore.intake.sources import category, registrable


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

NOT_WORDS = re.compile(r"[\W_]+")


def _squeezed(text: str) -> str:
    """Small letters and digits alone, without accents: however somebody joins the words, it is one text."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def _snake(text: str) -> str:
    """Lower snake case."""
    return NOT_WORDS.sub("_", text.strip().lower()).strip("_")


SAYINGS: dict[str, str] = {
    "email": "mail mails emails mailing mailings nieuwsbrief nieuwsbrieven newsletter newsletters jobalert jobalerts "
    "emailmarketing",
    "job_board": "jobboard jobboards vacaturebank vacaturebanken vacaturesite vacaturesites jobsite jobsites",
    "paid_job_board": "betaaldevacaturebank paidjobboards",
    "organic_social": "social socials socialmedia socialnetwork organischesocial",
    "paid_social": "socialads betaaldesocial betaaldsocial socialadvertising socialmediaads socialadvertenties",
    "organic_search": "seo zoekmachine zoekmachines search organic",
    "paid_search": "sea adwords betaaldzoeken searchads",
    "cross_network": "performancemax pmax",
    "display": "banner displayads programmatic",
    "affiliates": "affiliate",
    "audio": "radio podcast podcasts",
    "sms": "smsbericht textmessage",
    "mobile_push": "push pushberichten pushnotification pushnotifications mobilepushnotifications",
    "employee_referral": "referralrecruitment aanbrenger aanbrengers aangedragen medewerker medewerkers viamedewerker "
    "collega collegas viacollega viaeencollega employeereferrals wervingviamedewerker referafriend viavia mondtotmond "
    "wordofmouth",
    "recruiter": "recruiters sourcing sourcer headhunter headhunting inmail linkedininmail linkedinrecruiter",
    "event": "events evenementen opendag opendagen openday beurs banenbeurs carrierebeurs carrieredag banenmarkt "
    "careerevent careerfair jobfair webinar meeloopdag inhousedag campusevent",
    "messaging": "berichten",
    "agency": "agencies uitzendbureau uitzendbureaus wervingsbureau wervingsbureaus detacheerder detachering "
    "recruitmentagency staffingagency",
    "career_site": "werkenbij website careersite careerssite careerpage careers carrieresite carrierepagina eigensite "
    "eigenwebsite bedrijfswebsite companywebsite ownwebsite",
    "unknown": "other overig overige anders",
    "print": "flyer flyers poster posters qr qrcode krant folder brochure billboard abri",
    "ai_assistant": "ai",
}
"""What senders also call a channel, squeezed."""

LABELS: dict[str, str] = {
    _snake(text): channel.name for channel in CHANNELS for text in (channel.name, channel.label.en, channel.label.nl)
}
"""What people read as the name of a channel, in snake case."""
SAID: dict[str, str] = {spelling: name for name, texts in SAYINGS.items() for spelling in texts.split()} | {
    _squeezed(text): name for text, name in LABELS.items()
}

BY_CATEGORY: dict[str, str] = {
    "search": "organic_search",
    "social": "organic_social",
    "video": "organic_video",
    "shopping": "organic_shopping",
    "job_board": "job_board",
    "agency": "agency",
    "messaging": "messaging",
    "ai": "ai_assistant",
    "email": "email",
}
"""The channel of a visit that nobody paid for, by the category of its source."""

PAID_BY_CATEGORY = {group: f"paid_{group}" for group in ("search", "social", "video", "shopping", "job_board")}
PAID = re.compile(r".*cp.*|ppc|retargeting|paid.*|betaald.*|sponsored", re.DOTALL)
MEDIA_WORDS: dict[str, str] = {
    "display": "display banner expandable interstitial cpm",
    "cross_network": "cross_network",
    "organic_social": "social social_network social_media social_networks sm",
    "organic_video": "video",
    "email": "email e_mail newsletter mail nieuwsbrief",
    "affiliates": "affiliate affiliates",
    "audio": "audio podcast",
    "sms": "sms",
    "messaging": "whatsapp messaging",
    "print": "qr qr_code print flyer poster",
    "job_board": "jobboard job_board vacaturebank",
    "event": "event beurs banenbeurs",
    "employee_referral": "employee_referral",
    "agency": "agency uitzendbureau",
    "paid_search": "sea",
}
MEDIA: dict[str, str] = {word: name for name, words in MEDIA_WORDS.items() for word in words.split()}
"""Media that say the channel, in snake case."""
SOURCES_THAT_SAY = {word: MEDIA[word] for word in MEDIA if MEDIA[word] in ("email", "sms")} | {
    "firebase": "mobile_push"
}
LINKING = ("referral", "app", "link")
NOTHING = ("not_set", "none", "null", "undefined", "")
EXPORTED = re.compile(r"([^/]+?)\s*/\s*([^/]+?)\s*")
"""Source and medium in one text, as Google Analytics exports them: `google / cpc`."""

CLICKS: dict[str, tuple[str, str, str]] = {
    "gclid": ("paid_search", "google", "search"),
    "wbraid": ("paid_search", "google", "search"),
    "gbraid": ("paid_search", "google", "search"),
    "msclkid": ("paid_search", "bing", "search"),
    "fbclid": ("organic_social", "facebook", "social"),
    "li_fat_id": ("paid_social", "linkedin", "social"),
    "ttclid": ("paid_social", "tiktok", "social"),
}
"""What networks add to an address that was clicked: channel, traffic source and its category."""

IN_URL = r"(?i)[?&#;]{}=([^&#]*)"
CLICK_IN_URL = rf"(?i)[?&#;]({'|'.join(CLICKS)})=[^&#]"
HOST = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/?#@]*@)?([^/?#:@\s]+)")
ADVERTISING = re.compile(r"(?:^|[\W_])(?:ads?|paid|sponsored)(?:$|[\W_])")
ORIGIN = r"(?i)^((?:(?:[a-z][a-z0-9+.-]*:)?//)?[^/?#]+(?:/jobs\b)?)"
URL_START = r"(?i)^((?:(?:[a-z][a-z0-9+.-]*:)?//)?[^/?#]+|[/?#])"
TAGS = ("source", "medium", "campaign", "content")
KEYS = ("channel", "utm_source", "utm_medium", "url_source", "url_medium", "click", "site", "before")


@dataclass(frozen=True, slots=True)
class _Visit:
    """What is known of the way somebody came, in lower case; empty where it is not."""

    source: str
    medium: str
    click: str
    site: str
    before: str


def _tag(sent: str | None, in_url: str | None) -> str:
    """A tag as sent, else as the address has it; empty when it says nothing."""
    for text in (sent or "", unquote_plus(in_url or "")):
        if _snake(text) not in NOTHING:
            return text.strip().lower()
    return ""


def _domain(origin: str) -> str:
    """The registrable domain of an address; empty when it names none."""
    found = HOST.match(origin)
    host = found.group(1).strip(".") if found else ""
    if "." not in host or host.replace(".", "").isdigit():
        return host if "." in host else ""
    return registrable(host)


def _unpaid(group: str) -> str:
    """The channel of a source's category where nobody paid."""
    return BY_CATEGORY.get(group, group)


def _by_medium(medium: str, source: str, group: str | None) -> str | None:
    """The channel that the medium says, or a source that is itself a medium. `group` is the source's category."""
    word, named = _snake(medium), _snake(source)
    if PAID.fullmatch(medium):
        return PAID_BY_CATEGORY[group] if group in PAID_BY_CATEGORY else MEDIA.get(word, "paid_other")
    if word in MEDIA or named in SOURCES_THAT_SAY:
        return MEDIA.get(word) or SOURCES_THAT_SAY[named]
    if word.endswith("push") or "mobile" in word or "notification" in word:
        return "mobile_push"
    if word in LINKING:
        return _unpaid(group) if group else "referral"
    if word in ("organic", "seo"):
        return _unpaid(group) if group else "organic_search"
    return None


def _by_click(visit: _Visit, before: tuple[str, str] | None) -> tuple[str, str] | None:
    """Channel and traffic source by the click id; a page before of the same category knows the source better."""
    if visit.click not in CLICKS:
        return None
    channel, name, group = CLICKS[visit.click]
    return channel, before[0] if before and before[1] == group else name


def _by_source(visit: _Visit, named: tuple[str, str] | None) -> str | None:
    """The channel by the source alone."""
    if named and ADVERTISING.search(visit.source):
        return PAID_BY_CATEGORY.get(named[1], "paid_other")
    if named:
        return _unpaid(named[1])
    return "direct" if _snake(visit.source) == "direct" else None


def _arrival(visit: _Visit) -> tuple[str, str | None]:
    """Channel and traffic source of a visit, by the first rule that knows."""
    named = category(visit.source)
    own, domain = _domain(visit.site), _domain(visit.before)
    before = category(visit.before) if visit.before and (not own or own != domain) else None
    other = domain if domain and domain != own else None
    click = _by_click(visit, before)
    told = named[0] if named else visit.source
    came_from = told or (before[0] if before else click[1] if click else other)
    channel = _by_medium(visit.medium, visit.source, named[1] if named else None)
    channel = channel or (click[0] if click else _by_source(visit, named))
    if channel is None and before:
        channel = _unpaid(before[1])
    if channel is None and other:
        channel = "referral"
    if channel is None:
        channel = "direct" if visit.site and not visit.source and not visit.medium else "unknown"
    if channel == "direct" or "@" in (came_from or ""):
        came_from = None
    return channel, came_from or None


def _classify(sent: tuple[str | None, ...]) -> tuple[str, str | None]:
    """Channel and traffic source of one combination of KEYS."""
    said, source, medium, url_source, url_medium, click, site, before = sent
    visit = _Visit(
        source=_tag(source, url_source),
        medium=_tag(medium, url_medium),
        click=(click or "").lower(),
        site=(site or "").strip().lower(),
        before=(before or "").strip().lower(),
    )
    channel, came_from = _arrival(visit)
    text = (said or "").strip().lower()
    if _snake(text) in NOTHING:
        return channel, came_from
    named, site = _spoken(text)
    told = came_from if visit.source else site or came_from  # a tag names the source before the channel does
    is_plain = named in (None, "direct", "unknown") or _snake(text) in LABELS
    return named or _snake(text), told or (None if is_plain else text)


def _spoken(text: str) -> tuple[str | None, str | None]:
    """The channel that a text in small letters means, if any, and the source that it names, if any."""
    known, squeezed = category(text), _squeezed(text)
    site = known[0] if known else None
    if squeezed in SAID:
        return SAID[squeezed], site
    if known:
        return _by_source(_Visit(text, "", "", "", ""), known), site
    if both := EXPORTED.fullmatch(text):
        return _exported(*both.groups())
    return ("career_site" if squeezed.startswith("werkenbij") else None), None


def _exported(source: str, medium: str) -> tuple[str | None, str | None]:
    """Channel and source of a source and a medium; nothing where the medium says nothing."""
    if _snake(source) == "direct":
        return "direct", None
    known = category(source)
    channel = _by_medium(medium, source, known[1] if known else None)
    return channel, (known[0] if known else source) if channel else None


def _unquoted(texts: pl.Series) -> pl.Series:
    """Texts out of an address as people read them; each different text is decoded once. Empty is null."""
    coded = texts.filter(texts.str.contains("[%+]").fill_null(False)).unique()
    readable = texts.replace(coded, pl.Series([unquote_plus(text).strip() for text in coded], dtype=pl.String))
    return readable.set(readable == "", None)


def _pages(urls: pl.Series) -> pl.DataFrame:
    """What each different url says: `url`, `site`, `click`, and the tags."""
    url = pl.col("url")
    tagged = pl.when(url.str.contains("(?i)utm_")).then(url)
    pages = (
        urls.unique()
        .to_frame("url")
        .with_columns(
            url.str.extract(URL_START).alias("site"),
            url.str.extract(CLICK_IN_URL).alias("click"),
            *(tagged.str.extract(IN_URL.format(f"utm_{tag}")).alias(f"url_{tag}") for tag in TAGS),
        )
    )
    texts = (_unquoted(pages.get_column(f"url_{tag}")) for tag in ("campaign", "content"))
    return pages.with_columns(*texts)


def _befores(referrers: pl.Series) -> pl.DataFrame:
    """The site of each different referrer: `referrer`, `before`."""
    return referrers.unique().to_frame("referrer").with_columns(pl.col("referrer").str.extract(ORIGIN).alias("before"))


def classify_channels(frame: pl.DataFrame) -> pl.DataFrame:
    """`channel` and `traffic_source` of each row; `campaign` and `content` also from the url.

    Reads the String columns channel, utm_source, utm_medium, campaign, content, url and referrer.
    """
    rows = frame.join(_pages(frame.get_column("url")), on="url", how="left", nulls_equal=True, maintain_order="left")
    befores = _befores(frame.get_column("referrer"))
    rows = rows.join(befores, on="referrer", how="left", nulls_equal=True, maintain_order="left")
    different = rows.select(KEYS).unique()
    found = pl.DataFrame(
        [_classify(combination) for combination in different.iter_rows()],
        schema={"found_channel": pl.String, "traffic_source": pl.String},
        orient="row",
    )
    rows = rows.join(different.hstack(found), on=KEYS, how="left", nulls_equal=True, maintain_order="left")
    return rows.select(
        pl.col("found_channel").alias("channel"),
        "traffic_source",
        pl.coalesce("campaign", "url_campaign").alias("campaign"),
        pl.coalesce("content", "url_content").alias("content"),
    )
