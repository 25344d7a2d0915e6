"""The overview says what the reports say."""

import itertools
import re
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest


@pytest.fixture
def ranking(site):
    from journeyscore.web.reports import STANDING

    return STANDING.get().frame


@pytest.fixture
def tinted(site):
    from journeyscore.web.bands import bands
    from journeyscore.web.kept import model

    return bands(model())


def page(client) -> str:
    response = client.get("/")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_first_line_is_the_finding(client_of, ranking, tinted) -> None:
    top = tinted[0].name
    now, before = (ranking.filter(pl.col(c) == top).height for c in ("band", "band_week_ago"))
    change = now - before
    way = f"{change} more than" if change > 0 else f"{-change} fewer than" if change < 0 else "as"
    assert re.search(rf"<h1>{now} (people are|person is) very engaged, {way} last week</h1>", page(client_of("viewer")))


def test_dutch(client_of) -> None:
    html = page(client_of("marketer", "nl"))
    for text in (
        "mensen zijn zeer betrokken",
        "Wie vandaag aandacht nodig heeft",
        "weken geleden",
        "is de bron onbekend",
    ):
        assert text in html
    for text in ("This week", "weeks ago", "Who needs"):
        assert text not in html


def test_bands_add_up(ranking, tinted) -> None:
    from journeyscore.web.views.overview import band_counts

    counts = band_counts(ranking, tinted)
    assert sum(c.count for c in counts) == ranking.height
    assert sum(c.change for c in counts) == ranking["band_week_ago"].null_count()


def test_stages_count_who_came_that_far() -> None:
    from journeyscore.web.views.overview import stage_counts

    frame = pl.DataFrame({"stage": ["aware", "aware", "interested", "applying", "hired", None]})
    counts = {s.stage: (s.count, s.of_before) for s in stage_counts(frame)}
    assert counts["aware"] == (5, None)
    assert counts["interested"] == (3, 3 / 5)
    assert counts["applying"] == (2, 2 / 3)
    assert [counts[s] for s in ("selection", "offer", "hired")] == [(1, 1 / 2), (1, 1.0), (1, 1.0)]


def test_trend_is_the_scores_of_each_week(site) -> None:
    from journeyscore.reports.scores import scores
    from journeyscore.reports.trend import trend
    from journeyscore.web.kept import model, snapshot
    from journeyscore.web.workspace import today

    shot, current, day = snapshot(), model(), today()
    found = trend(shot, current, day)
    days = found["day"].unique().sort().to_list()
    assert days == [day - timedelta(weeks=n) for n in range(8, -1, -1)]
    for some in (days[0], days[-1]):
        expected = scores(shot, current, some).bands()
        assert dict(found.filter(day=some).select("band", "people").iter_rows()) == expected


def test_trend_leaves_out_weeks_before_the_first_event(site) -> None:
    from journeyscore.reports.trend import trend
    from journeyscore.web.kept import model, snapshot

    shot = snapshot()
    found = trend(shot, model(), shot.first_day + timedelta(days=8))
    assert found["day"].min() >= shot.first_day
    assert found["day"].n_unique() <= 2


def test_the_drawing_has_the_heights_of_the_numbers(tinted) -> None:
    from journeyscore.web.views.overview import BOTTOM, HEIGHT, TOP, weeks_of

    first, last = date(2026, 3, 1), date(2026, 3, 8)
    top, low = tinted[0].name, tinted[-1].name
    rows = [(first, top, 10), (first, low, 30), (last, top, 25), (last, low, 75)]
    weeks = weeks_of(pl.DataFrame(rows, schema=["day", "band", "people"], orient="row"), tinted)
    full = HEIGHT - BOTTOM - TOP
    assert [round(b.height / full, 2) for b in weeks.blocks] == [0.10, 0.30, 0.25, 0.75]
    assert min(b.y for b in weeks.blocks) == TOP
    assert (weeks.top_change, weeks.span) == (15, 1)
    assert weeks.rows == [(first, [10, *[0] * (len(tinted) - 2), 30]), (last, [25, *[0] * (len(tinted) - 2), 75])]
    heights = [y for y, _, _ in weeks.ends]
    assert all(a - b >= 14.9 for a, b in itertools.pairwise(heights))


def test_who_moved_is_named_in_order(client_of, ranking, tinted) -> None:
    from journeyscore.web.kept import model
    from journeyscore.web.views.priority import moves

    html = page(client_of("viewer"))
    moved = ranking.with_columns(moved=moves(model()), change=pl.col("millipoints") - pl.col("week_ago"))
    up, down = (moved.filter(moved=way).height for way in (1, -1))
    assert f"This week {up} went up a band and {down} went down" in html
    best = moved.filter(moved=1).sort("change", descending=True, maintain_order=True)["candidate"][:5]
    listed = re.search(r"<h3>Went up a band</h3>(.*?)</ol>", html)[1]
    assert re.findall(r"/candidates/([\w-]+)/", listed) == best.to_list()


def test_todays_list_is_the_top_of_those_not_dealt_with(client_of, ranking) -> None:
    from journeyscore.records.care import Cared
    from journeyscore.web.workspace import workspace

    waiting = ranking.filter(pl.col("stage").ne_missing("hired"))["candidate"].to_list()
    workspace().records.care.put(Cared(waiting[1], handled_at=datetime.now(UTC), handled_by=1))
    client = client_of("recruiter")
    listed = re.search(r"Who needs a person today</h2>(.*?)</ol>", page(client))[1]
    assert re.findall(r"/candidates/([\w-]+)/", listed) == [waiting[0], *waiting[2:6]]
    assert "band=engaged" not in listed
    narrowed = client.get("/?band=unknown&page=x").content.decode()
    assert waiting[0] in narrowed


def run(source: str, day: date, **values):
    from journeyscore.records.shapes import ImportRun

    started = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    known = {"ended": started, "received": 100, "accepted": 90, "duplicate": 4, "refused": 6, "parts": 1} | values
    fields = {name: known.get(name) for name in ImportRun.__dataclass_fields__}
    return ImportRun(**fields | {"id": "x", "source": source, "started": started})


def test_a_source_is_judged_by_its_last_import() -> None:
    from journeyscore.web.views.overview import source_health

    now = date(2026, 3, 20)
    runs = [
        run("ats", date(2026, 3, 1), refused=0),
        run("site", date(2026, 3, 10)),
        run("ats", date(2026, 3, 19), refused=5),
        run("mail", date(2026, 3, 20), received=0, accepted=0, refused=0, ended=None),
    ]
    mail, ats, site = source_health(runs, now)
    assert (mail.source, mail.running, mail.refused_share, mail.many_refused) == ("mail", True, 0.0, False)
    assert (ats.source, ats.refused_share, ats.many_refused, ats.silent_days) == ("ats", 0.05, False, 0)
    assert (site.source, site.refused_share, site.many_refused, site.silent_days) == ("site", 0.06, True, 10)


def test_unknown_sources_are_counted_as_in_coverage(client_of, site) -> None:
    from journeyscore.reports.coverage import coverage
    from journeyscore.web.kept import model, snapshot
    from journeyscore.web.workspace import today

    share = coverage(snapshot(), model(), today()).unknown_share
    assert f"The source of {share * 100:.0f}% of the contacts is unknown" in page(client_of("viewer"))


def test_a_viewer_sees_no_names(client_of, ranking) -> None:
    from journeyscore.records import models

    html = page(client_of("viewer"))
    assert not any(p.key in html or (p.name and p.name in html) for p in models.Person.objects.all())
    assert "Candidate " in html


def test_nobody_yet(client_of, monkeypatch) -> None:
    from journeyscore.reports.standing import SCHEMA
    from journeyscore.web.kept import Found
    from journeyscore.web.reports import STANDING

    state = STANDING.get().state
    monkeypatch.setattr(STANDING, "_last", Found(pl.DataFrame(schema=SCHEMA), state, fresh=True))
    for role, link in (("owner", True), ("viewer", False)):
        client = client_of(role)
        html = page(client)
        assert "Welcome. There is nobody to see yet" in html
        assert (">Bring in a file</a>" in html) is link
        assert "There is nobody to talk to yet" in client.get("/priority/").content.decode()


def test_a_stranger_is_asked_to_log_in(client_of) -> None:
    assert client_of(None).get("/").headers["Location"].startswith("/login/")


def test_nothing_inline(client_of) -> None:
    for place in ("/", "/priority/?band=engaged"):
        html = client_of("owner" if place == "/" else "marketer").get(place).content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert not re.search(r" on\w+=", html)
