"""How the demo's people and their employer behave: the true rates. `docs/demo.md` tells them in words.

Chances are parts of 1, times are days unless the name says otherwise. `interest` is the latent truth of a candidate,
between 0 and 1.
"""

INTEREST_SPREAD = 0.8
"""Scale of the logistic spread of interest around what channel and content bring, in log odds."""

DEVICE_CHANCES = (0.62, 0.30, 0.08)
"""One, two or three devices."""

# Browsing
RETURN_BASE, RETURN_BY_INTEREST, MOST_VISITS = 0.30, 0.52, 14
"""After each visit a further one follows with chance base + by_interest * interest."""
MORE_PAGES_BASE, MORE_PAGES_BY_INTEREST, MOST_PAGES = 0.65, 0.22, 20
"""After each page a further one follows with chance base + by_interest * interest."""
LIFE_BASE, LIFE_BY_INTEREST = 6.0, 50.0
"""Mean of the (exponential) time for which somebody who does not apply keeps coming back."""
PAGE_ACTIONS = (
    ("page_viewed", 0.53),
    ("vacancy_viewed", 0.39),
    ("vacancy_saved", 0.025),
    ("video_watched", 0.04),
    ("chat_started", 0.015),
)
"""What a further page of a visit turns out to be."""
UNKNOWN_SOURCE = 0.05
"""Of the tagged first visits, the share whose source nobody knows."""
TAGGED_BY_CAMPAIGN = 0.75
"""Of the first visits while a campaign runs on their channel, the share that belongs to it."""

# Becoming known
ALERT_CHANCE = 0.62
CONTACT_CHANCE = 0.52
"""Times the square root of interest: makes a job alert, starts the contact form."""
EVENT_CHANCE, EVENT_SHOWS_UP = 0.12, 0.62
KNOWN_WAIT = 6.0
"""Mean days from the first visit to a job alert or the contact form."""

# Applying
START_CHANCE, START_POWER = 0.85, 1.6
"""Starts an application, in the end: chance * interest ** power."""
APPLY_MEDIAN, APPLY_SPREAD, APPLY_LONGEST = 14.0, 0.6, 150.0
"""Days from the first visit to the start of the application: log-logistic."""
STOP_BASE, STOP_BY_INTEREST = 1.6, 1.2
"""A field's chance to be the last one is multiplied by base - by_interest * interest."""

# The employer
REPLY_SPREAD, REPLY_LONGEST = 0.45, 45.0
"""Days to a reply: log-logistic around the department's median, then moved to working hours."""
FASTER = 0.3
"""The change `faster_replies` multiplies the days to every reply by this."""
GIVE_UP_PER_DAY, GIVE_UP_BASE = 0.035, 1.5
"""Somebody who waits gives up with a daily hazard of per_day * market * (base - interest)."""
SECOND_WAIT, SECOND_PATIENCE = 0.8, 0.6
"""The decision after the interview takes this part of the first reply's time; the hazard is this part of the first."""
TELLS = 0.45
"""Of those who give up, the share that says so; the others fall silent."""
ELSEWHERE = 0.10
"""Hired elsewhere between screening and interview, times the market of the department."""
REJECT_SCREENING, REJECT_INTERVIEW = 0.22, 0.35
DECLINE_BASE, DECLINE_BY_INTEREST = 0.40, 0.35
"""Declines an offer with chance base - by_interest * interest."""

# Mail and surveys
MAILS_MEAN, MOST_MAILS = 4.2, 12
OPEN_BASE, OPEN_BY_INTEREST = 0.20, 0.40
CLICK_BASE, CLICK_BY_INTEREST = 0.10, 0.30
UNSUBSCRIBE = 0.015
"""Per mail."""
SCANNED, LINKS = 0.05, 3
"""The share of people whose mail is scanned: the scanner follows every link at once."""
SURVEY_ANSWERED = 0.34

# Machines
CRAWLED, CRAWL_PAGES = 0.006, 60
"""One crawl of so many pages for this share of the candidates."""
