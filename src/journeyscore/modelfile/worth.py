"""Parts of a touchpoint's worth that cancel each other out."""

from collections.abc import Iterator
from decimal import ROUND_CEILING

from journeyscore.domain.model import HalfLife, Model, Steps, Touchpoint
from journeyscore.modelfile.reach import most_hits
from journeyscore.modelfile.scalars import format_decimal
from journeyscore.modelfile.warning import LintWarning, warn


def find_capped(model: Model) -> Iterator[LintWarning]:
    """Touchpoints of which a single hit is already more than their group may be worth."""
    for touchpoint in model.touchpoints:
        group = model.group(touchpoint.group) if touchpoint.group else None
        hit = touchpoint.tiers[0].points if touchpoint.tiers else touchpoint.points
        if group and group.maximum is not None and hit > group.maximum:
            most = format_decimal(group.maximum)
            yield warn("always_capped", touchpoint, worth=format_decimal(hit), group=group.name, most=most)


def find_idle_repeats(model: Model) -> Iterator[LintWarning]:
    """Repeats of which no second hit is ever counted."""
    for touchpoint in model.touchpoints:
        if touchpoint.repeat is not None and touchpoint.limit and touchpoint.limit.count == 1:
            yield warn("repeat_without_effect", touchpoint)


def find_odd_tiers(model: Model) -> Iterator[LintWarning]:
    """Tiers that the limit puts out of reach, and tiers whose points go up and down."""
    for touchpoint in model.touchpoints:
        hits = most_hits(touchpoint)
        beyond = [tier.hits for tier in touchpoint.tiers if hits is not None and tier.hits > hits]
        if beyond:
            yield warn("tier_out_of_reach", touchpoint, hits=hits, tier=beyond[0])
        points = [tier.points for tier in touchpoint.tiers]
        if points not in (sorted(points), sorted(points, reverse=True)):
            yield warn("tiers_up_and_down", touchpoint)


def find_odd_windows(model: Model) -> Iterator[LintWarning]:
    """Windows that end before the decay begins, or after it has ended."""
    for touchpoint in model.touchpoints:
        decay, window = touchpoint.decay, touchpoint.window
        if decay is None or window is None:
            continue
        if window < (decay.days if isinstance(decay, HalfLife) else decay.every):
            yield warn("window_before_decay", touchpoint, window=window)
        elif isinstance(decay, Steps) and window >= _days_to_zero(decay):
            yield warn("window_without_effect", touchpoint, window=window, days=_days_to_zero(decay))


def _days_to_zero(decay: Steps) -> int:
    return decay.every * int((100 / decay.percent).to_integral_value(ROUND_CEILING))


def has_worth(touchpoint: Touchpoint) -> bool:
    """Whether the touchpoint can change a score."""
    return bool(touchpoint.points) or any(tier.points for tier in touchpoint.tiers)
