"""Well-known traffic sources by category, and how their many spellings are told."""

import re
from functools import lru_cache

SOURCES: dict[str, str] = {
    "job_board": """
        indeed nationalevacaturebank werk monsterboard monster intermediair jobbird glassdoor stepstone adzuna jooble
        talent werkzoeken vacaturebank jobted joblift jobrapido jora careerjet trovit simplyhired ziprecruiter
        careerbuilder totaljobs reed cvlibrary xing kununu welcometothejungle jobs jobsch jobat vdab stepstonebe
        vacature metajob neuvoo whatjobs lensa dice hired wellfound angellist otta gehaltde arbeitsagentur
        stellenanzeigen meinestadt hellowork apec francetravail infojobs techniekwerkt zorgbanen werkenbijdeoverheid
        academictransfer villamedia adformatie medischcontact nursing zorgselect onderwijsvacaturebank meesterbaan
        undutchables magnetme studentjob jobbydoo jobsora werkspot gigant itcarriere tweakers computerfutures
        appcast jobgether joblookup jobsinzorg zorgwerkt vacaturesite vacatureplaats mijnvacature
    """,
    "agency": """
        randstad tempoteam yer brunel manpower adecco youngcapital uitzendbureau unique startpeople olympia tence
        michaelpage hays roberthalf robertwalters kellyservices driessen maandag timing luba synergie asa actief
        abiant covebo carriere studentenwerk
    """,
    "search": """
        google bing yahoo duckduckgo ecosia baidu yandex startpage qwant ask aol naver daum seznam sogou so dogpile
        brave lycos excite search-results webcrawler kvasir virgilio onet rambler alice terra eniro biglobe goo
        mamma comcast incredimail msn live altavista alltheweb conduit babylon centrum cnn najdi szukacz 360 avg
        mysearch tutby ukr auone globo startsiden voila spray
    """,
    "social": """
        facebook instagram linkedin twitter x threads pinterest reddit tumblr snapchat tiktok vk vkontakte weibo
        whatsapp quora medium flickr meetup nextdoor mastodon bluesky bsky discord goodreads hyves myspace
        ok odnoklassniki line kakao kakaostory blogger blogspot wordpress livejournal stackoverflow stackexchange
        disqus yammer slashdot digg foursquare hatena deviantart last delicious stumbleupon tagged gaiaonline ning
        scribd slideshare netlog meinvz studivz viadeo badoo mix plurk renren netvibes instapaper pocket feedly
        academia couchsurfing crunchyroll cozi crowdstorm dailystrength douban elftown fotolog friendster geni
        habbo hi5 italki listography livemocha meneame mixi mocospace newsvine opendiary partyflock patientslikeme
        plaxo pixiv skyrock sonico taringa travbuddy twoo tuenti wattpad weheartit xanga yelp tripadvisor wykop
        zoo ameba clubhouse trustpilot producthunt hackernews ycombinator goodreads buzznet librarything
        researchgate mumsnet hootsuite buffer stocktwits wakoopa vampirefreaks virtualtourist
    """,
    "video": """
        youtube vimeo dailymotion twitch netflix hulu disneyplus iqiyi youku bilibili wistia metacafe
        veoh vevo crackle rumble viddler ted brightcove loom streamable utreon
    """,
    "shopping": """
        amazon ebay bol etsy walmart target aliexpress alibaba shopify marktplaats zalando coolblue mercadolibre
        mercadolivre overstock shopzilla bizrate nextag pricegrabber ikea stripe googleshopping
    """,
    "messaging": "telegram signal messenger wechat skype viber intercom",
    "ai_assistant": "chatgpt openai perplexity claude copilot gemini deepseek",
    "email": "gmail outlook hotmail mailchimp mailerlite activecampaign newsletter nieuwsbrief mail",
}
"""Category to names, as the first label of the registrable domain or as people write them."""

ALIASES: dict[str, str] = {
    "fb": "facebook", "ig": "instagram", "insta": "instagram", "li": "linkedin", "lnkd": "linkedin", "yt": "youtube",
    "youtu": "youtube", "t": "twitter", "tw": "twitter", "pin": "pinterest", "wa": "whatsapp", "nvb":
    "nationalevacaturebank", "ddg": "duckduckgo", "adwords": "google", "google ads": "google", "googleads": "google",
    "meta": "facebook", "facebook ads": "facebook", "linkedin ads": "linkedin", "bing ads": "bing", "tiktok ads": "tiktok",
    "nationale vacaturebank": "nationalevacaturebank", "werk.nl": "werk", "uwv": "werk", "monster board": "monsterboard",
    "tempo team": "tempoteam", "young capital": "youngcapital", "search.yahoo": "yahoo", "google jobs": "google",
    "redd": "reddit", "google shopping": "googleshopping", "bsky": "bluesky", "vkontakte": "vk", "mail.google": "gmail",
    "messenger.com": "messenger", "chat.openai": "chatgpt", "tumblr.com": "tumblr",
}  # fmt: skip
"""Other spellings of a name."""

CATEGORIES: dict[str, str] = {name: category for category, names in SOURCES.items() for name in names.split()}
JOB_PLACES = (
    "linkedin jobs",
    "linkedin.com/jobs",
    "google jobs",
    "google for jobs",
    "facebook jobs",
    "google_jobs_apply",
)
"""Job boards within something else."""
SECOND_LEVEL = frozenset(("co", "com", "org", "net", "ac", "gov", "edu"))
SHORT_HOSTS = {"t.co": "twitter", "x.com": "x", "lnkd.in": "linkedin", "youtu.be": "youtube", "fb.me": "facebook",
               "redd.it": "reddit", "pin.it": "pinterest", "wa.me": "whatsapp", "g.co": "google", "ok.ru": "ok",
               "mail.google.com": "gmail", "m.me": "messenger", "vk.com": "vk", "jobs.ch": "jobsch"}  # fmt: skip


@lru_cache(maxsize=50_000)
def category(source: str) -> tuple[str, str] | None:
    """(canonical name, category) of a source's name or host, in any spelling; None when it is not known."""
    text = re.sub(r"^https?://", "", source.strip().lower())
    spaced = re.sub(r"[\s_+-]+", " ", text).strip()
    if any(spaced.startswith(place) or text.startswith(place) for place in JOB_PLACES):
        return spaced.split(" ")[0].partition(".")[0], "job_board"
    name = _name(text.split("/")[0].split(":")[0], spaced)
    return (name, CATEGORIES[name]) if name in CATEGORIES else None


def registrable(host: str) -> str:
    """The part of a host that somebody registered: werkenbij.example.co.uk is example.co.uk."""
    labels = host.lower().rstrip(".").split(".")
    deep = len(labels) > 2 and labels[-2] in SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3:] if deep else labels[-2:])


def _name(host: str, spaced: str) -> str:
    for spelled in (spaced, spaced.replace(" ", ""), host):
        if spelled in ALIASES:
            return ALIASES[spelled]
        if spelled in CATEGORIES:
            return spelled
    if host.removeprefix("www.") in SHORT_HOSTS:
        return SHORT_HOSTS[host.removeprefix("www.")]
    if "." not in host:
        return ""
    label = registrable(host).partition(".")[0]
    return ALIASES.get(label, label) if len(label) > 2 else ""
