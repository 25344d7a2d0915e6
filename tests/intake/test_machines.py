"""Machines are recognised by their user agent; phones, browsers and apps are not taken for one."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyscore.intake.machines import is_machine

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
ANDROID = "Mozilla/5.0 (Linux; Android 14; {}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"

MACHINES = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Googlebot-Image/1.0",
    "AdsBot-Google (+http://www.google.com/adsbot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0)",
    "Mozilla/5.0 (compatible; archive.org_bot)",
    "some bot",
    "Bot",
    "robots checker",
    "Mozilla/5.0 (compatible; Yahoo! Slurp)",
    "Baiduspider/2.0",
    "Screaming Frog SEO Spider/20.1",
    "HubSpot Crawler",
    "Mozilla/5.0 (compatible; Unheard-of/1.0; +https://example.org/about)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0 Safari/537.36",
    "Mozilla/5.0 (Unknown; Linux) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
    f"{CHROME} Selenium",
    f"{CHROME} Playwright/1.45",
    f"{CHROME} Puppeteer",
    f"{CHROME} Chrome-Lighthouse",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0)",
    "Pingdom.com_bot_version_1.4",
    "Mozilla/5.0 (compatible; StatusCake)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.23.20.0 A",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)",
    "Twitterbot/1.0",
    "TelegramBot (like TwitterBot)",
    "Mozilla/5.0 (compatible; Discordbot/2.0)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
    "Mimecast",
    "Mozilla/5.0 Proofpoint URL Defense",
    "BarracudaCentral/1.0",
    "Mozilla/5.0 SafeLinks",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "curl/8.5.0",
    "Wget/1.21.4",
    "python-requests/2.32.3",
    "Python-urllib/3.11",
    "Python/3.11 aiohttp/3.9.5",
    "python-httpx/0.27.0",
    "Go-http-client/2.0",
    "Java/17.0.11",
    "libwww-perl/6.76",
    "axios/1.7.2",
    "node-fetch/1.0",
    "Scrapy/2.11.2 (+https://scrapy.org)",
    "Mozilla/4.5 (compatible; HTTrack 3.0x; Windows 98)",
    "PostmanRuntime/7.39.0",
]
PEOPLE = [
    CHROME,
    f"{CHROME} Edg/126.0.0.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
    f"{IPHONE} Version/17.5 Safari/604.1",
    ANDROID.format("SM-S918B"),
    ANDROID.format("CUBOT_X18_Plus"),
    ANDROID.format("CUBOT NOTE 20"),
    ANDROID.format("Cubot"),
    f"{IPHONE} [FBAN/FBIOS;FBAV/470.0.0.41.109;FBDV/iPhone15,2]",
    f"{ANDROID.format('Pixel 8')} [FB_IAB/FB4A;FBAV/470.0.0.41.109;]",
    f"{IPHONE} Instagram 337.0.3.23.54 (iPhone15,2; iOS 17_5; nl_NL)",
    f"{IPHONE} [LinkedInApp]/9.29.6415",
    f"{ANDROID.format('Pixel 8')} WhatsApp/2.24.13.77",
    f"{IPHONE} [Pinterest/iOS]",
    "okhttp/4.12.0",
    "Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8)",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; nl) Presto/2.8 Version/11.10",
    "Abbott Robotics browser",
    "",
]


@pytest.mark.parametrize("agent", MACHINES)
def test_machines(agent: str) -> None:
    assert is_machine(pl.Series([agent])).to_list() == [True]


@pytest.mark.parametrize("agent", PEOPLE)
def test_people(agent: str) -> None:
    assert is_machine(pl.Series([agent])).to_list() == [False]


def test_case_does_not_matter() -> None:
    agents = pl.Series([agent.swapcase() for agent in MACHINES + PEOPLE])
    assert is_machine(agents).to_list() == [True] * len(MACHINES) + [False] * len(PEOPLE)


def test_a_crawler_that_poses_as_a_cubot_is_a_machine() -> None:
    assert is_machine(pl.Series([ANDROID.format("CUBOT X18") + " (compatible; Googlebot/2.1)"])).item() is True


def test_no_agent_is_no_machine() -> None:
    assert is_machine(pl.Series([None, "curl/8"], dtype=pl.String)).to_list() == [False, True]
    assert is_machine(pl.Series([None, None], dtype=pl.Null)).to_list() == [False, False]
    assert is_machine(pl.Series([], dtype=pl.String)).to_list() == []


@given(st.lists(st.one_of(st.none(), st.text(), st.sampled_from(MACHINES + PEOPLE))))
def test_one_by_one_as_all_at_once(agents: list[str | None]) -> None:
    alone = [is_machine(pl.Series([agent], dtype=pl.String)).item() for agent in agents]
    assert is_machine(pl.Series(agents, dtype=pl.String)).to_list() == alone
