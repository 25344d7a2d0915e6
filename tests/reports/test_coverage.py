"""Coverage and the comparison of two models, against counts made by hand."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.reports.test_explain import ANN, BOB, MODEL, TODAY, snapshot

from journeyscore.reports.coverage import Coverage, Seen, as_frame, coverage, from_frame
from journeyscore.reports.model_diff import model_diff


def test_coverage_counts_hits_and_people() -> None:
    shot = snapshot(
        (ANN, "form", 0), ("v00000000001", "form", 1), (BOB, "form", 2), (BOB, "other", 0), (ANN, "identified", 0)
    )
    found = coverage(shot, MODEL, TODAY)
    assert [(s.name, s.hits, s.people) for s in found.touchpoints] == [("form", 3, 2), ("page", 0, 0), ("left", 0, 0)]
    assert [(s.name, s.hits, s.people) for s in found.unmapped] == [("other", 1, 1)]
    assert (found.channels, found.unknown_share, found.machine_hits) == ({"unknown": 5}, 1.0, 0)


def test_coverage_of_nothing() -> None:
    found = coverage(snapshot(), MODEL, TODAY)
    assert (found.unmapped, found.unknown_share) == ((), 0.0)


def test_coverage_as_of_an_earlier_day() -> None:
    found = coverage(snapshot((ANN, "form", 0), (ANN, "form", 5)), MODEL, date(2026, 11, 20))
    assert found.touchpoints[0].hits == 1


COUNTS = st.integers(0, 10**12)
MOMENTS = st.none() | st.datetimes(timezones=st.just(UTC))
SEEN = st.lists(st.builds(Seen, st.text(), COUNTS, COUNTS, MOMENTS)).map(tuple)
COVERAGES = st.builds(Coverage, st.just(TODAY), SEEN, SEEN, st.dictionaries(st.text(), COUNTS), COUNTS)


@given(COVERAGES)
def test_a_coverage_is_kept_as_it_is(found: Coverage) -> None:
    again = from_frame(as_frame(found), TODAY)
    assert again == found
    assert list(again.channels) == list(found.channels)


def test_diff_tells_who_moves_and_why() -> None:
    shot = snapshot((ANN, "form", 0), (ANN, "left", 0), (BOB, "page", 0))
    kinder = replace(MODEL, touchpoints=(*MODEL.touchpoints[:2], replace(MODEL.touchpoints[2], points=Decimal(-1))))
    found = model_diff(shot, MODEL, kinder, TODAY)
    assert found.moves == {("a_little", "engaged"): 1, ("a_little", "a_little"): 1}
    assert found.changed == 1
    (mover,) = found.movers
    assert (mover.candidate, mover.before, mover.after, mover.why) == (ANN, 20_000, 29_000, (("left", 9_000),))


def test_diff_with_itself_moves_nobody() -> None:
    shot = snapshot((ANN, "form", 0), (BOB, "page", 3))
    found = model_diff(shot, MODEL, MODEL, TODAY + timedelta(days=4))
    assert (found.movers, found.changed) == ((), 0)
