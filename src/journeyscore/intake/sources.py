"""Traffic sources that people name in links: canonical names by category, other spellings, and how to look one up.

A canonical name is the part of a domain that its owner registered: `indeed` for nl.indeed.com.
"""

import re
from functools import lru_cache

WORDS: dict[str, str] = {
    "job_board": "indeed nationalevacaturebank werk monsterboard intermediair jobbird glassdoor stepstone adzuna "
    "jooble talent werkzoeken vacatures studentjob magnet werkenvoornederland gemeentebanen "
    "meesterbaan academictransfer ictergezocht stagemarkt stageplaza bijbaan vacaturekrant "
    "culturele-vacatures villamedia iamexpat togetherabroad freelance hoofdkraan planetinterim striive temper "
    "youngones technischwerken uitzendbureau zorgpleinnoord vdab actiris leforem jobat vacature "
    "references monster careerjet trovit neuvoo jobrapido jobsora simplyhired ziprecruiter "
    "careerbuilder dice wellfound welcometothejungle otta totaljobs reed cv-library jobsite eures "
    "arbeitsagentur kimeta jobware stellenanzeigen meinestadt jobscout24 karriere infojobs apec "
    "hellowork francetravail cadremploi pracuj jobindex jobteaser efinancialcareers nofluffjobs "
    "remoteok weworkremotely flexjobs snagajob theladders seek naukri bayt jobstreet jobsdb "
    "joinhandshake themuse idealist hosco caterer jobisjob jobtome whatjobs jora joblift jobleads "
    "experteer upwork",
    "agency": "randstad tempo-team adecco manpower startpeople unique olympia timing youngcapital asa tence "
    "brunel yacht hays michaelpage pagepersonnel robertwalters walterspeople roberthalf undutchables "
    "luba abiant actief maandag driessen covebo ottoworkforce calco kellyservices hobij "
    "secretary-plus teamnijhuis computerfutures huxley sthree experis gigroup synergie kornferry hudson "
    "zorgwerk",
    "social": "facebook instagram linkedin twitter threads tiktok pinterest snapchat reddit bluesky mastodon "
    "tumblr quora medium flickr vk odnoklassniki weibo xing nextdoor hyves meetup myspace "
    "stackoverflow stackexchange superuser serverfault livejournal blogger blogspot wordpress typepad "
    "yammer goodreads disqus deviantart foursquare yelp tripadvisor trustpilot slideshare scribd "
    "hootsuite wattpad digg diigo flipboard tweetdeck fandom researchgate academia badoo bebo "
    "couchsurfing douban hi5 houzz ning photobucket plurk renren skyrock slashdot tagged taringa "
    "tuenti buzzfeed netvibes classmates crunchyroll",
    "search": "google bing duckduckgo yahoo ecosia startpage qwant yandex baidu brave ask aol msn naver daum "
    "seznam sogou dogpile lycos kagi swisscows mojeek startsiden eniro excite babylon startpagina "
    "rambler centrum onet virgilio avg conduit",
    "video": "youtube vimeo dailymotion twitch netflix hulu wistia youku iqiyi disneyplus ted crackle veoh "
    "curiositystream rumble videoland",
    "shopping": "amazon ebay etsy bol marktplaats beslist kieskeurig shopify alibaba aliexpress walmart "
    "mercadolibre zalando coolblue wehkamp vinted temu shein idealo shopzilla 2dehands",
    "messaging": "whatsapp telegram signal messenger wechat skype discord slack teams viber",
    "ai": "chatgpt perplexity claude gemini copilot deepseek mistral grok poe phind",
    "email": "gmail outlook hotmail protonmail mailchimp mailerlite campaignmonitor klaviyo sendgrid brevo "
    "spotler copernica activecampaign laposta constantcontact tripolis",
}
SOURCES: dict[str, tuple[str, ...]] = {group: tuple(names.split()) for group, names in WORDS.items()}
"""Canonical names by category."""

SPELLINGS: dict[str, str] = {
    "facebook": "fb fb.com fb.me fb.watch meta com.facebook.katana",
    "instagram": "ig insta ig.me instagr.am com.instagram.android",
    "linkedin": "li lnkd lnkd.in com.linkedin.android",
    "twitter": "x x.com t.co com.twitter.android",
    "tiktok": "tt",
    "pinterest": "pin.it",
    "snapchat": "snap",
    "reddit": "redd.it",
    "bluesky": "bsky bsky.app",
    "vk": "vkontakte",
    "youtube": "yt youtu.be com.google.android.youtube",
    "google": "googleads adwords google-play com.google.android.googlequicksearchbox",
    "bing": "bingads microsoftads",
    "duckduckgo": "ddg",
    "brave": "search.brave.com",
    "whatsapp": "wa wa.me com.whatsapp",
    "telegram": "t.me org.telegram.messenger",
    "messenger": "facebook-messenger m.me",
    "teams": "microsoft-teams teams.microsoft.com teams.live.com",
    "discord": "discord.gg discordapp",
    "chatgpt": "openai chat.openai.com",
    "claude": "claude.ai anthropic",
    "gemini": "gemini.google.com bard bard.google.com",
    "copilot": "copilot.microsoft.com",
    "mistral": "lechat chat.mistral.ai",
    "grok": "grok.com",
    "gmail": "mail.google.com com.google.android.gm",
    "outlook": "outlook.live.com outlook.office.com outlook.office365.com",
    "mailchimp": "list-manage.com",
    "campaignmonitor": "createsend",
    "brevo": "sendinblue",
    "nationalevacaturebank": "nvb",
    "werk": "werk.nl uwv",
    "werkenvoornederland": "werkenbijdeoverheid",
    "francetravail": "pole-emploi",
    "wellfound": "angellist",
    "magnet": "magnet.me",
    "temper": "temper.works",
    "bol": "bol.com",
}
"""Other spellings: short names, short links and apps. One with a dot is a host."""

ALIASES: dict[str, str] = {spelling: name for name, texts in SPELLINGS.items() for spelling in texts.split()}
"""Another spelling, and its canonical name."""

ONLY_AT: dict[str, str] = {
    "academia": "academia.edu",
    "actief": "actief.nl actiefwerkt.nl",
    "apec": "apec.fr",
    "asa": "asa.nl",
    "ask": "ask.com",
    "avg": "avg.com",
    "bol": "bol.com",
    "brave": "search.brave.com",
    "caterer": "caterer.com",
    "centrum": "centrum.cz",
    "claude": "claude.ai claude.com",
    "conduit": "conduit.com",
    "copilot": "copilot.microsoft.com",
    "dice": "dice.com",
    "driessen": "driessen.nl driessengroep.nl",
    "excite": "excite.com",
    "freelance": "freelance.nl",
    "gemini": "gemini.google.com",
    "hudson": "hudson.com",
    "idealist": "idealist.org",
    "karriere": "karriere.at",
    "maandag": "maandag.nl maandag.com",
    "magnet": "magnet.me",
    "medium": "medium.com",
    "messenger": "messenger.com",
    "olympia": "olympia.nl",
    "poe": "poe.com",
    "reed": "reed.co.uk reed.com",
    "references": "references.be",
    "seek": "seek.com.au seek.co.nz seek.com",
    "signal": "signal.org signal.me",
    "synergie": "synergie.nl synergie.be synergie.fr",
    "tagged": "tagged.com",
    "talent": "talent.com",
    "teams": "teams.microsoft.com teams.live.com",
    "ted": "ted.com",
    "temper": "temper.works",
    "threads": "threads.net threads.com",
    "timing": "timing.nl",
    "unique": "unique.nl",
    "uitzendbureau": "uitzendbureau.nl",
    "vacature": "vacature.com",
    "vacatures": "vacatures.nl",
    "werk": "werk.nl",
    "yacht": "yacht.nl",
}
"""Names that are also everyday words: the only hosts that mean them."""

SOCIAL_PARTS = "answers blog bookmarks cafe chiebukuro groups kin messages plus pulse sites"
PARTS_OF_SITES: dict[str, str] = dict.fromkeys(SOCIAL_PARTS.split(), "social") | {
    "jobs": "job_board",
    "shopping": "shopping",
    "mail": "email",
}
"""Subdomains and words that put a search engine or a network into another category."""
PORTALS = ("search", "social")

FILLING = (
    "ads ad paid sponsored organic advertising advertentie advertenties campaign campagne apply for company page feed "
    "story stories reels mobile desktop app post posts nl be de com en premium basic xml"
)
FILLERS = frozenset(FILLING.split())
"""Words after a name that do not make it another source."""

SECOND_LEVELS = ("ac", "co", "com", "edu", "gov", "go", "ne", "net", "or", "org")
HOST = re.compile(r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/?#@]*@)?([^/?#:@\s]+)(?::\d*)?(/[^?#]*)?")
BREAKS = re.compile(r"[\s_\-+/|,:;()]+")


def _squeezed(text: str) -> str:
    """Without what people put between the words of a name."""
    return BREAKS.sub("", text)


NAMES: dict[str, tuple[str, str]] = {_squeezed(n): (n, group) for group, names in SOURCES.items() for n in names}
SPELLED = {_squeezed(alias): NAMES[_squeezed(name)] for alias, name in ALIASES.items()} | NAMES
HOSTS = {alias: NAMES[_squeezed(name)] for alias, name in ALIASES.items() if "." in alias} | {
    host: NAMES[name] for name, hosts in ONLY_AT.items() for host in hosts.split()
}


def registrable(host: str) -> str:
    """The domain that somebody registered: example.co.uk for werkenbij.example.co.uk."""
    labels = host.lower().strip(".").split(".")
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return ".".join(labels[-3:] if deep else labels[-2:])


def _part(found: tuple[str, str], words: list[str]) -> tuple[str, str]:
    """A part of a portal may be of another category than the whole."""
    if found[1] not in PORTALS:
        return found
    return found[0], next((PARTS_OF_SITES[w] for w in words if w in PARTS_OF_SITES), found[1])


def _by_host(text: str) -> tuple[str, str] | None:
    """A source by its host; the first part of the path may say that it is about jobs."""
    address = HOST.match(text)
    if not address:
        return None
    host = address.group(1).strip(".")
    labels = host.split(".")
    endings = (".".join(labels[start:]) for start in range(len(labels) - 1))
    if found := next((HOSTS[ending] for ending in endings if ending in HOSTS), None):
        return found
    domain = registrable(host)
    name = _squeezed(domain.partition(".")[0])
    if "." not in host or name not in NAMES or NAMES[name][0] in ONLY_AT:
        return None
    below = [part for part in (address.group(2) or "").split("/")[1:2] if part == "jobs"]
    return _part(NAMES[name], [*host.removesuffix(domain).split("."), *below])


def _by_words(text: str) -> tuple[str, str] | None:
    """A source by its name, which other words may follow."""
    if whole := SPELLED.get(_squeezed(text)):
        return whole
    words = [word for word in BREAKS.split(text) if word]
    for length in range(len(words) - 1, 0, -1):
        found, rest = SPELLED.get("".join(words[:length])), words[length:]
        if found and all(word in FILLERS or (word in PARTS_OF_SITES and found[1] in PORTALS) for word in rest):
            return _part(found, rest)
    return None


@lru_cache(maxsize=8192)
def category(source_or_host: str) -> tuple[str, str] | None:
    """Canonical name and category of a source as people write it: a name, a host or an address. None: not known."""
    text = source_or_host.strip().lower()
    return _by_words(text) or (_by_host(text) if "." in text else None)
