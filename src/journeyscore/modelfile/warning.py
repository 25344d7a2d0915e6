"""What lint says: one row per code, in both languages, and what to do about it."""

from dataclasses import dataclass

from journeyscore.domain.model import Label, Touchpoint


@dataclass(frozen=True, slots=True)
class LintWarning:
    """One thing that is probably not meant.

    `code` is stable: one of TEXTS. `touchpoint` is None for the model as a whole; `line` is 0 when the model came from
    no file.
    """

    code: str
    touchpoint: str | None
    line: int
    message: Label
    advice: Label


TEXTS: dict[str, tuple[Label, Label]] = {
    "shadowed": (
        Label(
            "every event of this touchpoint goes to {earlier} before it, so it never fires",
            "alle gebeurtenissen van dit contactmoment gaan al naar {eerder} erboven, dus het telt nooit",
        ),
        Label("put it above, or narrow the earlier one", "zet het erboven, of maak het eerdere specifieker"),
    ),
    "identical_condition": (
        Label(
            "{earlier} has the same condition and comes first, so this touchpoint never fires",
            "{eerder} heeft dezelfde voorwaarde en staat eerder, dus dit contactmoment telt nooit",
        ),
        Label("remove one of the two, or narrow the first", "verwijder er één, of maak de eerste specifieker"),
    ),
    "impossible_condition": (
        Label(
            "no event can ever meet this condition: its tests exclude each other",
            "geen enkele gebeurtenis kan hieraan voldoen: de voorwaarden sluiten elkaar uit",
        ),
        Label("take one of the tests out", "haal een van de voorwaarden weg"),
    ),
    "unused_group": (
        Label("no touchpoint is in group {group}", "geen contactmoment hoort bij groep {group}"),
        Label("remove it, or put touchpoints in it", "haal de groep weg, of zet er contactmomenten in"),
    ),
    "band_too_high": (
        Label(
            "nobody can get into band {band}: the highest possible score is {most}",
            "niemand kan in band {band} komen: de hoogst mogelijke score is {most}",
        ),
        Label("lower at_least, or raise what cuts the score", "verlaag at_least, of verhoog wat de score afkapt"),
    ),
    "band_too_low": (
        Label(
            "nobody can get into band {band}: it ends at {end}, and no score is below {minimum}",
            "niemand kan in band {band} komen: die eindigt bij {end}, en geen score is lager dan {minimum}",
        ),
        Label("remove the band, or lower the minimum", "haal de band weg, of verlaag minimum"),
    ),
    "scores_without_band": (
        Label("scores below {start} are in no band", "scores onder {start} vallen in geen enkele band"),
        Label("start the lowest band at the minimum", "laat de laagste band bij het minimum beginnen"),
    ),
    "sensitive_signal": (
        Label(
            "{field} looks like a signal of {signal_en}: points by it can discriminate",
            "{field} lijkt te gaan over {signal_nl}: punten op grond daarvan kunnen discrimineren",
        ),
        Label("score what somebody does, not who they are", "geef punten voor gedrag, niet voor wie iemand is"),
    ),
    "mail_opens_scored": (
        Label(
            "mail programs open mails by themselves, and measuring opens needs a consent of its own",
            "mailprogramma's openen mails uit zichzelf, en opens meten vraagt een eigen toestemming",
        ),
        Label("give 0 points, and score the click instead", "geef 0 punten, en waardeer liever de klik"),
    ),
    "application_not_apart": (
        Label(
            "stage {stage} is part of the application, but its points are in no group of their own",
            "fase {stage} hoort bij de sollicitatie, maar de punten staan niet in een eigen groep",
        ),
        Label("give the application a group of its own", "geef de sollicitatie een eigen groep"),
    ),
    "always_capped": (
        Label(
            "one hit is worth {worth}, but group {group} is cut at {most}",
            "één keer is {worth} waard, maar groep {group} houdt op bij {most}",
        ),
        Label("raise the group's maximum, or lower the points", "verhoog maximum van de groep, of verlaag de punten"),
    ),
    "repeat_without_effect": (
        Label("only one hit counts, so repeat does nothing", "er telt maar één keer, dus repeat doet niets"),
        Label("raise the limit, or leave repeat out", "verhoog limit, of laat repeat weg"),
    ),
    "tier_out_of_reach": (
        Label(
            "the limit lets {hits} hits count, so the tier of {tier} hits is never reached",
            "door limit tellen er {hits} mee, dus de trede van {tier} wordt nooit gehaald",
        ),
        Label("raise the limit, or lower the tier", "verhoog limit, of verlaag de trede"),
    ),
    "tiers_up_and_down": (
        Label("the points of the tiers go up and down", "de punten van de treden gaan op en neer"),
        Label("check the numbers", "controleer de getallen"),
    ),
    "window_before_decay": (
        Label(
            "the window of {window} days ends before the decay has done much",
            "het venster van {window} dagen eindigt voordat decay veel heeft gedaan",
        ),
        Label("make the window longer, or leave one of the two out", "verleng window, of laat een van de twee weg"),
    ),
    "window_without_effect": (
        Label(
            "nothing is left after {days} days, so the window of {window} days does nothing",
            "na {days} dagen is er niets meer over, dus het venster van {window} dagen doet niets",
        ),
        Label("leave the window out", "laat window weg"),
    ),
    "looks_like_regular_expression": (
        Label('"{text}" is compared as it stands', '"{text}" wordt letterlijk vergeleken'),
        Label("list the texts; * stands for any characters", "noem de teksten; * staat voor willekeurige tekens"),
    ),
}


def warn(code: str, touchpoint: Touchpoint | None = None, line: int = 0, **facts: object) -> LintWarning:
    """The warning of that code, about a touchpoint or about a line, with its facts filled in."""
    message, advice = TEXTS[code]
    return LintWarning(
        code,
        touchpoint.name if touchpoint else None,
        touchpoint.line if touchpoint else line,
        Label(message.en.format(**facts), message.nl.format(**facts)),
        advice,
    )
