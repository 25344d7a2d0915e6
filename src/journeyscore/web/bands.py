"""The bands of a model on a page: their names, and the tint of each."""

from dataclasses import dataclass

from journeyscore.domain.model import Label, Model

TINTS = 5


@dataclass(frozen=True, slots=True)
class Tinted:
    """A band with its place in the sequence of tints (0: unknown) and, for the real ones, its lower end in points."""

    name: str
    label: Label
    tint: int
    at_least: int | None


def bands(model: Model) -> list[Tinted]:
    """All bands, highest first, the unknown last."""
    ordered = sorted(model.bands, key=lambda band: band.at_least)
    step = (TINTS - 1) / max(1, len(ordered) - 1)
    tinted = [Tinted(b.name, b.label, 1 + round(n * step), int(b.at_least * 1000)) for n, b in enumerate(ordered)]
    return [*reversed(tinted), Tinted(model.unknown.name, model.unknown.label, 0, None)]
