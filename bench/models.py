"""The models that are measured: the shipped one, without limits, and with weekly limits on a third."""

from dataclasses import replace

from journeyscore.domain.model import Limit, Model, Period
from journeyscore.modelfile import default_model


def models() -> dict[str, Model]:
    """Name to model. The touchpoints, points, decay, groups and caps are those of the shipped model in all three."""
    shipped = default_model()
    plain = tuple(replace(t, limit=None, repeat=None) for t in shipped.touchpoints)
    weekly = tuple(replace(t, limit=Limit(3, Period.WEEK)) if n % 3 == 0 else t for n, t in enumerate(plain))
    return {
        "without limits": replace(shipped, touchpoints=plain),
        "weekly limits on a third": replace(shipped, touchpoints=weekly),
        "as shipped": shipped,
    }
