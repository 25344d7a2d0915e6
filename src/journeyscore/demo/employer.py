"""The fictional employer: Voorbeeldhoven Groep, with its departments, vacancies, campaigns, content and channels.

Names only; how people behave stands in `journeyscore.demo.rates`. Nobody and nothing here exists: mail addresses are
under reserved example domains, and family names are words that say so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SITE = "https://werkenbij.example.nl"


@dataclass(frozen=True, slots=True)
class Department:
    """A department: its share of the candidates, and how it hires.

    `reply_days` is the median time to a reply; `market` multiplies how soon people give up waiting or are hired
    elsewhere; `reject_cv` is the share that is rejected on paper.
    """

    name: str
    share: float
    reply_days: float
    market: float
    reject_cv: float
    recruiter: str


DEPARTMENTS = (
    Department("zorg", 0.38, 7.0, 1.0, 0.18, "Recruiter Zorg"),
    Department("klantenservice", 0.22, 3.0, 0.8, 0.30, "Recruiter Klant"),
    Department("techniek", 0.18, 10.0, 1.2, 0.20, "Recruiter Techniek"),
    Department("ict", 0.13, 5.0, 1.6, 0.28, "Recruiter ICT"),
    Department("logistiek", 0.09, 4.0, 0.9, 0.25, "Recruiter Logistiek"),
)


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A vacancy, open from `opens` until `closes`: parts of the simulated time, from 0 to 1."""

    title: str
    slug: str
    department: str
    opens: float = 0.0
    closes: float = 1.0


VACANCIES = (
    Vacancy("Verpleegkundige wijk", "verpleegkundige-wijk", "zorg"),
    Vacancy("Verzorgende IG", "verzorgende-ig", "zorg", 0.0, 0.7),
    Vacancy("Begeleider wonen", "begeleider-wonen", "zorg", 0.35, 1.0),
    Vacancy("Fysiotherapeut", "fysiotherapeut", "zorg", 0.2, 0.5),
    Vacancy("Medewerker klantcontact", "medewerker-klantcontact", "klantenservice"),
    Vacancy("Teamleider klantenservice", "teamleider-klantenservice", "klantenservice", 0.1, 0.35),
    Vacancy("Webcare medewerker", "webcare-medewerker", "klantenservice", 0.5, 0.9),
    Vacancy("Servicemonteur", "servicemonteur", "techniek"),
    Vacancy("Elektromonteur", "elektromonteur", "techniek", 0.0, 0.6),
    Vacancy("Werkvoorbereider", "werkvoorbereider", "techniek", 0.4, 1.0),
    Vacancy("Functioneel beheerder", "functioneel-beheerder", "ict", 0.0, 0.55),
    Vacancy("Data engineer", "data-engineer", "ict", 0.25, 1.0),
    Vacancy("Systeembeheerder", "systeembeheerder", "ict", 0.5, 1.0),
    Vacancy("Magazijnmedewerker", "magazijnmedewerker", "logistiek"),
    Vacancy("Planner", "planner", "logistiek", 0.3, 0.8),
)


@dataclass(frozen=True, slots=True)
class Traffic:
    """One way in which a visit from a channel is tagged in real life; empty means that there is no such tag."""

    source: str
    medium: str
    referrer: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of entry: its share, the quality that it brings (added to the log odds of interest), its tags."""

    name: str
    share: float
    quality: float
    traffic: tuple[Traffic, ...]


_FACEBOOK = "https://l.facebook.com/"
_LINKEDIN = "https://www.linkedin.com/"
CHANNELS = (
    Channel(
        "paid_social",
        0.25,
        -0.6,
        (
            Traffic("fb", "paid_social", _FACEBOOK, 3),
            Traffic("Facebook", "cpc", _FACEBOOK, 2),
            Traffic("facebook", "paid-social", "", 2),
            Traffic("ig", "paid_social", "https://l.instagram.com/", 2),
            Traffic("Instagram", "PaidSocial", ""),
        ),
    ),
    Channel(
        "organic_search",
        0.18,
        0.2,
        (
            Traffic("", "", "https://www.google.nl/", 5),
            Traffic("", "", "https://www.google.com/", 3),
            Traffic("", "", "https://www.bing.com/"),
            Traffic("", "", "https://duckduckgo.com/"),
        ),
    ),
    Channel(
        "job_board",
        0.19,
        0.3,
        (
            Traffic("indeed", "jobboard", "https://nl.indeed.com/", 3),
            Traffic("Indeed", "cpc", "https://nl.indeed.com/", 2),
            Traffic("nationalevacaturebank", "jobboard", "https://www.nationalevacaturebank.nl/", 2),
            Traffic("", "", "https://www.werk.nl/"),
        ),
    ),
    Channel(
        "linkedin",
        0.12,
        0.1,
        (
            Traffic("LinkedIn", "social", _LINKEDIN, 3),
            Traffic("linkedin", "paid_social", _LINKEDIN, 2),
            Traffic("linkedin.com", "referral", ""),
            Traffic("", "", "https://lnkd.in/"),
        ),
    ),
    Channel("referral", 0.05, 1.1, (Traffic("collega", "referral", "", 2), Traffic("Collega", "Referral", ""))),
    Channel("event", 0.04, 0.7, (Traffic("carrieredag", "event", ""), Traffic("Carrieredag", "qr", ""))),
    Channel(
        "mail",
        0.05,
        0.4,
        (
            Traffic("nieuwsbrief", "email", "", 3),
            Traffic("Nieuwsbrief", "e-mail", "", 2),
            Traffic("talentpool", "Email"),
        ),
    ),
    Channel("direct", 0.12, 0.0, (Traffic("", "", ""),)),
)
UNKNOWN_SOURCES = ("qr-flyer-07", "partner_x", "test123", "nb_extern", "extern 2")
"""Sources that no list of channels knows: a small share of the tagged visits has one of these."""


@dataclass(frozen=True, slots=True)
class Content:
    """A post, advertisement, page or mail that brings people in.

    `pull` names the channels on which it runs, and what it adds there to the log odds of interest.
    """

    name: str
    kind: str
    pull: Mapping[str, float] = field(hash=False)


CONTENTS = (
    Content("video-een-dag-mee", "video", {"paid_social": 0.5, "linkedin": 0.0}),
    Content("carrousel-collegas", "post", {"paid_social": 0.0, "linkedin": 0.1}),
    Content("advertentie-tekenbonus", "advertentie", {"paid_social": -0.7, "job_board": -0.3}),
    Content("medewerker-aan-het-woord", "post", {"linkedin": 0.6, "mail": 0.3, "paid_social": 0.1}),
    Content("blog-hoe-werken-wij", "pagina", {"organic_search": 0.3, "linkedin": -0.2}),
    Content("vacaturetekst-kort", "vacature", {"job_board": 0.4, "organic_search": 0.0}),
    Content("vacaturetekst-lang", "vacature", {"job_board": -0.2, "organic_search": -0.2}),
    Content("verwijskaart", "kaart", {"referral": 0.0, "event": 0.0}),
    Content("flyer-carrieredag", "flyer", {"event": 0.2, "direct": 0.0}),
    Content("mail-nieuwe-vacatures", "mail", {"mail": -0.1}),
    Content("startpagina", "pagina", {"direct": 0.0, "organic_search": -0.1}),
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign on some channels, from `opens` until `closes`: parts of the simulated time."""

    name: str
    channels: tuple[str, ...]
    opens: float
    closes: float


CAMPAIGNS = (
    Campaign("zorg-voor-elkaar", ("paid_social", "linkedin"), 0.05, 0.35),
    Campaign("techniek-maakt-het", ("paid_social", "job_board"), 0.3, 0.6),
    Campaign("kom-erbij-najaar", ("paid_social", "job_board", "linkedin", "mail"), 0.55, 0.8),
    Campaign("nieuw-jaar-nieuwe-baan", ("paid_social", "linkedin", "mail"), 0.75, 1.0),
    Campaign("altijd-open", ("job_board", "paid_social"), 0.0, 1.0),
    Campaign("collega-zoekt-collega", ("referral",), 0.2, 1.0),
    Campaign("open-dagen", ("event",), 0.0, 1.0),
)

CAREER_DAYS = (0.12, 0.37, 0.62, 0.87)
"""When career days are held, as parts of the simulated time; each is moved to a working day."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form: `stop` is the chance that a person of average interest goes no further than this field.

    `extra` fields are left out by the change `shorter_form`.
    """

    name: str
    stop: float
    extra: bool = False


APPLICATION_FIELDS = (
    FormField("naam", 0.01),
    FormField("email", 0.01),
    FormField("telefoon", 0.03),
    FormField("adres", 0.04, extra=True),
    FormField("rijbewijs", 0.03, extra=True),
    FormField("salarisindicatie", 0.07, extra=True),
    FormField("cv", 0.07),
    FormField("motivatie", 0.16, extra=True),
)
CONTACT_FIELDS = (
    FormField("naam", 0.02),
    FormField("email", 0.04),
    FormField("telefoon", 0.14),
    FormField("vraag", 0.06),
)

PAGES = (
    ("home", "/"),
    ("vacatures", "/vacatures"),
    ("over-ons", "/over-ons"),
    ("werken-in-de-zorg", "/werken-in-de-zorg"),
    ("werken-in-de-techniek", "/werken-in-de-techniek"),
    ("arbeidsvoorwaarden", "/arbeidsvoorwaarden"),
    ("sollicitatieprocedure", "/sollicitatieprocedure"),
    ("verhalen", "/verhalen"),
    ("opleiding-en-groei", "/opleiding-en-groei"),
    ("contact", "/contact"),
    ("job-alert", "/job-alert"),
    ("solliciteren", "/solliciteren"),
)
"""Pages of the career site: what `content` says, and the path."""
BROWSED = (6, 12, 4, 4, 3, 4, 3, 4, 2, 1, 0, 0)
"""How often each of PAGES is looked at while browsing (weights)."""

MAILS = ("mail-vacatures-van-de-week", "mail-verhaal-van-een-collega", "mail-carrieredag", "mail-tips-voor-je-cv")

FIRST_NAMES = ("Noor", "Sem", "Fatima", "Daan", "Yara", "Bram", "Aylin", "Joris", "Mei", "Koen", "Zohra", "Tess")
LAST_NAMES = ("Voorbeeld", "van Testeren", "Fictief", "de Proef", "Demoma", "Verzonnen", "Nergenshuis", "Schijnstra")
MAIL_DOMAINS = ("example.nl", "example.com", "example.org")

_MOZILLA = "Mozilla/5.0"
BROWSERS = (
    f"{_MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1",
    f"{_MOZILLA} (Linux; Android 15) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36",
    f"{_MOZILLA} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36",
    f"{_MOZILLA} (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
    f"{_MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
)
CRAWLERS = (
    f"{_MOZILLA} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    f"{_MOZILLA} (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    f"{_MOZILLA} (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    f"{_MOZILLA} (X11; Linux x64) AppleWebKit/537.36 HeadlessChrome/131.0.0.0 Safari/537.36",
)
SCANNER = f"{_MOZILLA} (compatible; MailLinkScanner/2.1; +https://example.com/scanner-bot)"


def channel_index(name: str) -> int:
    """The place of a channel in CHANNELS."""
    return next(place for place, channel in enumerate(CHANNELS) if channel.name == name)
