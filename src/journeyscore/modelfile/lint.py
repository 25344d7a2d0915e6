"""What is allowed in a model but probably not meant. No events are needed for it.

What only the data can tell (a touchpoint that never fires, one that makes most of the score) is looked at elsewhere.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from journeyscore.domain.model import Condition, Match, Model, Stage
from journeyscore.modelfile.cover import covers
from journeyscore.modelfile.overlap import find_overlaps
from journeyscore.modelfile.reach import most_points
from journeyscore.modelfile.scalars import format_decimal
from journeyscore.modelfile.sensitive import sensitive_signal
from journeyscore.modelfile.warning import LintWarning, warn
from journeyscore.modelfile.worth import find_capped, find_idle_repeats, find_odd_tiers, find_odd_windows, has_worth

MAIL_OPENS = ("mail_opened", "email_opened", "mail_open", "email_open")
EARLY = (Stage.AWARE, Stage.INTERESTED)
TELLTALES = (".*", ".+", r"\d", r"\w", "(?")

Check = Callable[[Model], Iterator[LintWarning]]


def lint_model(model: Model) -> list[LintWarning]:
    """The warnings about a model, by line and then by code."""
    found = dict.fromkeys(chain.from_iterable(check(model) for check in CHECKS))
    return sorted(found, key=lambda warning: (warning.line, warning.code))


def find_unused_groups(model: Model) -> Iterator[LintWarning]:
    """Groups without a touchpoint."""
    used = {touchpoint.group for touchpoint in model.touchpoints}
    for group in model.groups:
        if group.name not in used:
            yield warn("unused_group", line=group.line, group=group.name)


def find_unreachable_bands(model: Model) -> Iterator[LintWarning]:
    """Bands above the highest score that is possible, and bands that end at the lowest."""
    most = most_points(model)
    ends = [*(band.at_least for band in model.bands[1:]), None]
    for band, end in zip(model.bands, ends, strict=False):
        if most is not None and band.at_least > most:
            yield warn("band_too_high", line=band.line, band=band.name, most=format_decimal(most))
        if model.minimum is not None and end is not None and end <= model.minimum:
            minimum = format_decimal(model.minimum)
            yield warn("band_too_low", line=band.line, band=band.name, end=format_decimal(end), minimum=minimum)


def find_scores_without_band(model: Model) -> Iterator[LintWarning]:
    """Scores below the lowest band."""
    if model.bands and (model.minimum is None or model.bands[0].at_least > model.minimum):
        lowest = model.bands[0]
        yield warn("scores_without_band", line=lowest.line, start=format_decimal(lowest.at_least))


def find_sensitive_signals(model: Model) -> Iterator[LintWarning]:
    """Conditions on who somebody is, where somebody lives, what device they have, or when they sleep."""
    for touchpoint in model.touchpoints:
        for test in tests_of(touchpoint.when):
            signal = sensitive_signal(test.field)
            if signal:
                yield warn("sensitive_signal", touchpoint, field=test.field, signal_en=signal.en, signal_nl=signal.nl)


def find_mail_opens(model: Model) -> Iterator[LintWarning]:
    """Points for opened mail."""
    for touchpoint in model.touchpoints:
        texts = [text for test in tests_of(touchpoint.when) if test.field == "name" for text in test.any_of]
        if has_worth(touchpoint) and any(covers(text, event) for text in texts for event in MAIL_OPENS):
            yield warn("mail_opens_scored", touchpoint)


def find_mixed_applications(model: Model) -> Iterator[LintWarning]:
    """Points of the application that are not kept apart from those of engagement."""
    early = {touchpoint.group for touchpoint in model.touchpoints if touchpoint.stage in EARLY}
    for touchpoint in model.touchpoints:
        apart = touchpoint.group is not None and touchpoint.group not in early
        if touchpoint.stage not in EARLY and has_worth(touchpoint) and not apart:
            yield warn("application_not_apart", touchpoint, stage=touchpoint.stage)


def find_regular_expressions(model: Model) -> Iterator[LintWarning]:
    """Texts that look like regular expressions; they are taken literally."""
    for touchpoint in model.touchpoints:
        for text in (text for test in tests_of(touchpoint.when) for text in (*test.any_of, *test.none_of)):
            if text.startswith("^") or text.endswith("$") or any(telltale in text for telltale in TELLTALES):
                yield warn("looks_like_regular_expression", touchpoint, text=text)


def tests_of(condition: Condition) -> Iterator[Match]:
    """Every test of a condition, however deep."""
    yield from condition.all_of
    for branch in condition.any_of:
        yield from tests_of(branch)


CHECKS: tuple[Check, ...] = (
    find_overlaps,
    find_unused_groups,
    find_unreachable_bands,
    find_scores_without_band,
    find_sensitive_signals,
    find_mail_opens,
    find_mixed_applications,
    find_capped,
    find_idle_repeats,
    find_odd_tiers,
    find_odd_windows,
    find_regular_expressions,
)
