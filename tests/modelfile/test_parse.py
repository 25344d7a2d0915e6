"""What a right file means."""

from decimal import Decimal
from pathlib import Path

import pytest

from journeyscore.domain.errors import ModelError, UsageError
from journeyscore.domain.model import (
    Band,
    Condition,
    Group,
    HalfLife,
    Label,
    Limit,
    Match,
    Model,
    Period,
    Stage,
    Steps,
    Tier,
    Touchpoint,
    Unknown,
)
from journeyscore.modelfile import parse_model, read_model
from tests.modelfile.files import HEAD, touchpoint_of, with_touchpoint

EVERYTHING = """
model: 1                       # version of the format
name: Recruitment
description: What is worth what
minimum: -10
maximum: 500
groups:
  attention: {label: {en: Attention, nl: Aandacht}, maximum: 60}
  open_ended: {}
bands:
  very_engaged: {label: {en: very engaged, nl: zeer betrokken}, at_least: 60}
  a_little: {label: a little, at_least: -2.5}
unknown: {below_hits: 2, label: {en: too little, nl: te weinig}}
touchpoints:
  form_submitted:
    label: {en: Completed a form, nl: Formulier ingevuld}
    stage: interested
    channel: Career site
    when:
      event: form_submitted
      channel: [Paid Social, organic_*]
      properties.form: job_alert
      vacancy: {is_set: true}
      properties.minutes: {at_least: 5, at_most: 90.5}
      campaign: {is: spring, not: [test*, "null"]}
      any: [{url: "*/jobs/*"}, {source: ats, any: [{content: a}]}]
    points: 30.125
    limit: 1 per day
    repeat: 0.5
    window: 52 weeks
    decay: {half_life: 90 days}
    group: attention
  page_viewed:
    stage: aware
    when: {event: page_viewed}
    tiers: {1: 5, 3: 10.5, 6: -20}
    limit: 3 per week
    window: 30
    reason: Six visits and no word is a bad sign.
  opened:
    stage: hired
    when: {event: '*'}
    points: -1
    decay: {percent: 12.5, every: 1 week}
    reason: because we say so
"""


def test_every_key_is_read() -> None:
    form = Touchpoint(
        name="form_submitted",
        label=Label("Completed a form", "Formulier ingevuld"),
        stage=Stage.INTERESTED,
        channel="career_site",
        when=Condition(
            (
                Match("name", ("form_submitted",)),
                Match("channel", ("paid_social", "organic_*")),
                Match("properties.form", ("job_alert",)),
                Match("vacancy", is_set=True),
                Match("properties.minutes", at_least=Decimal(5), at_most=Decimal("90.5")),
                Match("campaign", ("spring",), ("test*", "null")),
            ),
            (
                Condition((Match("url", ("*/jobs/*",)),)),
                Condition((Match("source", ("ats",)),), (Condition((Match("content", ("a",)),)),)),
            ),
        ),
        points=Decimal("30.125"),
        limit=Limit(1, Period.DAY),
        repeat=Decimal("0.5"),
        window=364,
        decay=HalfLife(90),
        group="attention",
    )
    page = Touchpoint(
        name="page_viewed",
        label=Label("Page viewed", "Page viewed"),
        stage=Stage.AWARE,
        when=Condition((Match("name", ("page_viewed",)),)),
        tiers=(Tier(1, Decimal(5)), Tier(3, Decimal("10.5")), Tier(6, Decimal(-20))),
        limit=Limit(3, Period.WEEK),
        window=30,
        reason="Six visits and no word is a bad sign.",
    )
    opened = Touchpoint(
        name="opened",
        label=Label("Opened", "Opened"),
        stage=Stage.HIRED,
        when=Condition((Match("name", ("*",)),)),
        points=Decimal(-1),
        decay=Steps(Decimal("12.5"), 7),
        reason="because we say so",
    )
    assert parse_model(EVERYTHING) == Model(
        name="Recruitment",
        description="What is worth what",
        minimum=Decimal(-10),
        maximum=Decimal(500),
        groups=(
            Group("attention", Label("Attention", "Aandacht"), Decimal(60)),
            Group("open_ended", Label("Open ended", "Open ended")),
        ),
        bands=(
            Band("a_little", Label("a little", "a little"), Decimal("-2.5")),
            Band("very_engaged", Label("very engaged", "zeer betrokken"), Decimal(60)),
        ),
        unknown=Unknown(2, Label("too little", "te weinig")),
        touchpoints=(form, page, opened),
    )


def test_lines_are_those_of_the_names() -> None:
    model = parse_model(EVERYTHING)
    assert [touchpoint.line for touchpoint in model.touchpoints] == [15, 33, 40]
    assert [group.line for group in model.groups] == [8, 9]
    assert [band.line for band in model.bands] == [12, 11]


def test_what_is_left_out() -> None:
    model = parse_model(with_touchpoint())
    assert (model.minimum, model.maximum, model.bands, model.groups) == (Decimal(0), None, (), ())
    assert model.unknown == Unknown(1, Label("unknown", "onbekend"))


@pytest.mark.parametrize("none", ["null", "~"])
def test_null_means_none_for_minimum_and_maximum(none: str) -> None:
    model = parse_model(with_touchpoint(head=f"{HEAD}minimum: {none}\nmaximum: {none}\n"))
    assert (model.minimum, model.maximum) == (None, None)


@pytest.mark.parametrize(
    "written", ["NO", "1.10", "12:30", "1_000", "yes", "0o17", "0x1F", "2024-01-01", "1e3", "true"]
)
def test_a_text_is_the_text_as_written(written: str) -> None:
    """YAML would make false, 1.1, 750, 1000, true, 15, 31, a date, 1000.0 and true of these."""
    touchpoint = touchpoint_of(f"label: {written}", f"when: {{properties.country: [{written}]}}")
    assert touchpoint.label == Label(written, written)
    assert touchpoint.when.all_of == (Match("properties.country", (written,)),)


@pytest.mark.parametrize(
    ("written", "days"),
    [("1", 1), ("1 day", 1), ("2 weeks", 14), ("36500", 36500), ("5214 weeks", 36498), ("'90 days'", 90)],
)
def test_days_and_weeks(written: str, days: int) -> None:
    assert touchpoint_of(f"window: {written}").window == days


@pytest.mark.parametrize("written", ["0", "-0", "0.001", "-10000", "10000", "9999.999"])
def test_points_are_exact(written: str) -> None:
    assert touchpoint_of(f"points: {written}", "reason: because we say so").points == Decimal(written)


def test_events_and_channels_are_brought_into_the_standard_spelling() -> None:
    asked = []

    def standard_name(text: str) -> str:
        asked.append(text)
        return {"Form Submitted": "form_submitted", "Formulier": "form_submitted"}.get(text, text)

    when = "when: {event: [Form Submitted, Formulier, Mail - Open*], channel: {not: Job-Board}, campaign: Job-Board}"
    (touchpoint,) = parse_model(with_touchpoint(when), standard_name=standard_name).touchpoints
    assert touchpoint.when.all_of == (
        Match("name", ("form_submitted", "mail_open*")),
        Match("channel", none_of=("job_board",)),
        Match("campaign", ("Job-Board",)),
    )
    assert asked == ["Form Submitted", "Formulier"]


def test_letters_are_composed_so_that_they_compare() -> None:
    assert touchpoint_of("when: {campaign: cafe\u0301}").when.all_of == (Match("campaign", ("caf\u00e9",)),)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + with_touchpoint().replace("\n", "\r\n").encode())
    assert read_model(path) == parse_model(with_touchpoint())


def test_a_condition_five_levels_deep_is_allowed_and_six_are_not() -> None:
    def nested(levels: int) -> str:
        return "when: " + "{event: a, any: [" * levels + "{event: a}" + "]}" * levels

    assert touchpoint_of(nested(5)).when.any_of
    with pytest.raises(ModelError, match="more than 5 levels deep"):
        touchpoint_of(nested(6))


@pytest.mark.parametrize("content", [b"\xff\xfem\x00", "model: 1\nname: é\n".encode("latin-1")])
def test_a_file_in_another_encoding_is_named_with_the_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.yaml"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"^m\.yaml:[12]: .*UTF-8"):
        read_model(path)


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.yaml"):
        with pytest.raises(UsageError, match=path.name) as caught:
            read_model(path)
        assert "\n" not in str(caught.value)


def test_a_file_of_ten_megabytes_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text("# " + "é" * 5_000_000)
    with pytest.raises(ModelError, match="larger than 1,000,000 bytes"):
        read_model(path)
