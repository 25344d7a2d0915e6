"""Machines among the visitors: crawlers, monitors, link previews, scanners of mail, and programs that fetch pages."""

import polars as pl

CRAWLERS = (
    r"(?:^|[^u]|[^c]u)bots?(?:[^a-z]|$)",  # a word that ends in "bot", but not the phones of Cubot
    r"crawl|spider|slurp|scrapy|httrack|ia_archiver|screaming frog|w3c_validator",
    r"\+https?://",  # who gives an address for complaints is no browser
    r"mediapartners-google|apis-google|googleother|feedfetcher",
    r"google-(?:inspectiontool|read-aloud|extended|safety|site-verification)",
    r"chatgpt-user|claude-(?:user|web)|anthropic-ai|perplexity-user|cohere-ai|meta-external",
)
STEERED_BROWSERS = (
    r"headless|phantomjs|slimerjs|htmlunit|jsdom|selenium|webdriver|playwright|puppeteer|cypress/|prerender",
    r"lighthouse|pagespeed|gtmetrix|\bptst/",
)
MONITORS = (
    r"uptime|pingdom|statuscake|site24x7|newrelicpinger|datadog|checkly|freshping|zabbix|nagios|check_http",
    r"kube-probe|healthcheck|googlehc",
)
LINK_PREVIEWS = (
    r"facebookexternalhit|facebookcatalog|bingpreview|microsoftpreview|skypeuripreview|skype preview",
    r"google web preview|snap url preview|slack-imgproxy|embedly|iframely|vkshare",
    r"^whatsapp/",  # the app's own browser begins with Mozilla
)
MAIL_SCANNERS = (
    r"mimecast|proofpoint|barracuda|safelinks|googleimageproxy|yahoomailproxy",
    r"microsoft office (?:existence|protocol) discovery",
)
PROGRAMS = (
    r"\bcurl/|\bwget\b|\bhttpx\b|\bundici\b|^(?:python|java)/|^(?:node|ruby|php)\b|^got[ /(]|^wordpress",
    r"python-(?:requests|urllib|httpx|httplib)|urllib3|aiohttp|pycurl",
    r"go-http-client|fasthttp|apache-httpclient|commons-httpclient|libwww-perl|lwp::|axios/|node-fetch|superagent",
    r"faraday|rest-client|httpie|guzzle|reqwest|postmanruntime|insomnia/|powershell",
)
SECURITY_SCANNERS = (r"sqlmap|nikto|\bnmap\b|masscan|zgrab|nessus|wpscan|censysinspect|urlscan",)
"""What gives a machine away in its user agent: regular expressions, without regard to case."""

FAMILIES = (CRAWLERS, STEERED_BROWSERS, MONITORS, LINK_PREVIEWS, MAIL_SCANNERS, PROGRAMS, SECURITY_SCANNERS)
MACHINE = "(?i)" + "|".join(pattern for family in FAMILIES for pattern in family)


def is_machine(user_agents: pl.Series) -> pl.Series:
    """Whether a machine sent it, by its user agent (String, null is False). Gives Boolean, as many rows."""
    return user_agents.cast(pl.String).str.contains(MACHINE).fill_null(False)
