"""What the data say about a model, on events made so that it must be said."""

from dataclasses import replace
from decimal import Decimal

from tests.reports.test_explain import ANN, BOB, MODEL, TODAY, L, snapshot

from journeyscore.domain.model import Condition, Group, Limit, Match, Period, Touchpoint
from journeyscore.reports.model_check import model_check


def codes(model, *rows) -> set[tuple[str, str]]:
    return {(c.code, c.touchpoint) for c in model_check(snapshot(*rows), model, TODAY)}


def test_touchpoints_that_never_fire() -> None:
    assert codes(MODEL, (ANN, "form", 0), (BOB, "page", 0)) >= {("never_fires", "left")}
    assert ("never_fires", "form") not in codes(MODEL, (ANN, "form", 0))


def test_a_limit_that_nearly_always_bites() -> None:
    limited = replace(MODEL.touchpoints[1], limit=Limit(1, Period.WEEK))
    model = replace(MODEL, touchpoints=(limited,))
    assert ("mostly_limited", "page") in codes(model, *[(ANN, "page", 0)] * 25)
    assert ("mostly_limited", "page") not in codes(model, *[(ANN, "page", age * 7) for age in range(25)])


def test_a_group_whose_maximum_nearly_always_bites() -> None:
    rows = [(f"c{n:011d}", "page", 0) for n in range(30) for _ in range(3)]
    assert ("mostly_capped", "web") in codes(MODEL, *rows)
    roomy = replace(MODEL, groups=(Group("web", L, Decimal(6)),))
    assert ("mostly_capped", "web") not in codes(roomy, *rows)


def test_one_touchpoint_that_makes_most_of_the_score() -> None:
    rows = [(ANN, "form", age) for age in range(5)] + [(ANN, "page", 0)]
    assert ("rules_the_score", "form") in codes(MODEL, *rows)
    assert ("rules_the_score", "page") not in codes(MODEL, *rows)


def test_overlaps_name_the_first_and_an_example() -> None:
    every = Touchpoint("every_page", L, MODEL.touchpoints[1].stage, Condition((Match("name", ("pa*",)),)), Decimal(1))
    later = replace(MODEL, touchpoints=(*MODEL.touchpoints, every))
    found = model_check(snapshot((ANN, "page", 0), (ANN, "party", 0)), later, TODAY)
    (overlap,) = [c for c in found if c.code == "overlaps"]
    assert (overlap.touchpoint, overlap.other, overlap.hits, overlap.example) == ("every_page", "page", 1, ANN)
    only_pages = model_check(snapshot((ANN, "page", 0)), later, TODAY)
    assert ("never_first", "every_page") in {(c.code, c.touchpoint) for c in only_pages}
    assert ("never_fires", "every_page") not in {(c.code, c.touchpoint) for c in only_pages}
