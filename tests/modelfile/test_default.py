"""The model that ships."""

from datetime import date
from decimal import Decimal

from ruamel.yaml import YAML

from journeyscore.domain.model import HalfLife, Model, Period, Stage
from journeyscore.domain.points import point_rows
from journeyscore.modelfile import default_model, default_model_text, parse_model

STANDARD_EVENTS = """
ad_clicked page_viewed vacancy_viewed vacancy_saved job_alert_created form_started form_submitted application_started
application_submitted mail_opened mail_clicked mail_replied unsubscribed social_post_liked social_post_shared
social_post_commented video_watched chat_started message_received call_held recruiter_talked event_registered
event_attended referral_made assessment_completed interview_invited interview_held offer_made offer_accepted hired
withdrawn survey_answered
""".split()  # noqa: SIM905


def points(model: Model, event: str) -> Decimal:
    """What the touchpoint of an event gives."""
    (touchpoint,) = (t for t in model.touchpoints if t.when.all_of[0].any_of == (event,))
    return touchpoint.points


def test_every_standard_event_has_a_touchpoint_of_its_own() -> None:
    found = [event for touchpoint in default_model().touchpoints for event in touchpoint.when.all_of[0].any_of]
    assert sorted(found) == sorted(STANDARD_EVENTS)


def test_the_anchors() -> None:
    model = default_model()
    assert points(model, "form_submitted") == 30
    assert points(model, "ad_clicked") == 5
    assert points(model, "mail_opened") == 0
    assert points(model, "survey_answered") == 0
    assert points(model, "recruiter_talked") > points(model, "form_submitted") > points(model, "mail_clicked")
    assert (model.minimum, model.maximum, model.unknown.below_hits) == (0, 500, 2)
    assert [band.name for band in model.bands] == ["a_little", "engaged", "very_engaged"]


def test_a_form_of_today_is_30_and_one_of_90_days_ago_is_15() -> None:
    model = default_model()
    place = [touchpoint.name for touchpoint in model.touchpoints].index("form_submitted")
    units = {
        row.day: row.unit for row in point_rows(model, date(2026, 6, 30), date(2026, 4, 1)) if row.touchpoint == place
    }
    assert units[date(2026, 6, 30)] == 30_000
    assert units[date(2026, 4, 1)] == 15_000


def test_browsing_fades_in_two_weeks_and_is_limited() -> None:
    page = default_model().touchpoint("page_viewed")
    assert page is not None
    assert page.decay == HalfLife(14)
    assert page.limit is not None
    assert page.limit.per is Period.DAY


def test_the_application_has_a_group_of_its_own_with_a_maximum() -> None:
    model = default_model()
    inside = {touchpoint.stage for touchpoint in model.touchpoints if touchpoint.group == "application"}
    assert inside == {Stage.APPLYING, Stage.SELECTION, Stage.OFFER, Stage.HIRED}
    group = model.group("application")
    assert group is not None
    assert group.maximum == 200


def test_everything_below_zero_has_its_reason_and_every_label_is_in_two_languages() -> None:
    model = default_model()
    assert {t.name for t in model.touchpoints if t.points < 0} == {"unsubscribed", "withdrawn"}
    assert all(t.reason for t in model.touchpoints if t.points < 0)
    assert all(t.label.en != t.label.nl for t in model.touchpoints)


def test_the_text_is_the_model_and_any_reader_sees_the_same() -> None:
    assert parse_model(default_model_text()) == default_model()
    seen = YAML(typ="safe", pure=True).load(default_model_text())
    assert list(seen["touchpoints"]) == [touchpoint.name for touchpoint in default_model().touchpoints]
    assert all(seen["touchpoints"][t.name]["points"] == t.points for t in default_model().touchpoints)
