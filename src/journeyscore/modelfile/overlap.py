"""Touchpoints that take each other's events: an event belongs to the first touchpoint that matches it."""

from collections.abc import Iterator
from dataclasses import dataclass

from journeyscore.domain.model import Condition, Model, Touchpoint
from journeyscore.modelfile.cover import Case, cases, implies, impossible
from journeyscore.modelfile.warning import LintWarning, warn


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The touchpoints so far, by the event name that they are tied to; those that are tied to none apart."""

    by_name: dict[str, list[Touchpoint]]
    others: list[Touchpoint]

    def add(self, touchpoint: Touchpoint) -> None:
        names = _names(touchpoint.when)
        for name in names:
            self.by_name.setdefault(name, []).append(touchpoint)
        if not names:
            self.others.append(touchpoint)

    def taking(self, case: Case) -> Touchpoint | None:
        """An earlier touchpoint that takes every event of the case."""
        name = next((test.any_of[0] for test in case.get("name", ()) if len(test.any_of) == 1), "")
        candidates = [*self.by_name.get(name, ()), *self.others]
        return next((touchpoint for touchpoint in candidates if implies(case, touchpoint.when)), None)


def find_overlaps(model: Model) -> Iterator[LintWarning]:
    """Touchpoints that can never fire: their own tests exclude each other, or earlier ones take all their events."""
    earlier = _Earlier({}, [])
    for touchpoint in model.touchpoints:
        found = cases(touchpoint.when)
        possible = None if found is None else [case for case in found if not impossible(case)]
        if possible is not None and not possible:
            yield warn("impossible_condition", touchpoint)
        elif possible:
            takers = [earlier.taking(case) for case in possible]
            known = list(dict.fromkeys(taker for taker in takers if taker is not None))
            if all(takers):
                yield _told("identical_condition" if _same(touchpoint, known) else "shadowed", touchpoint, known)
        earlier.add(touchpoint)


def _names(condition: Condition) -> tuple[str, ...]:
    """The names of events that the condition is tied to, when they are all written out."""
    tests = [test for test in condition.all_of if test.field == "name" and test.any_of]
    names = tests[0].any_of if tests else ()
    return names if not any("*" in name for name in names) else ()


def _same(touchpoint: Touchpoint, others: list[Touchpoint]) -> bool:
    found = cases(others[0].when)
    return len(others) == 1 and found is not None and all(implies(case, touchpoint.when) for case in found)


def _told(code: str, touchpoint: Touchpoint, others: list[Touchpoint]) -> LintWarning:
    earlier = ", ".join(f"{other.name} (line {other.line})" for other in others)
    return warn(code, touchpoint, earlier=earlier, eerder=earlier.replace("(line ", "(regel "))
