"""The documented shapes of answers (docs/json.md): what `--json` prints and the API sends, from the same functions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import polars as pl

from journeyscore.domain.model import Model
from journeyscore.modelfile import fingerprint
from journeyscore.reports.coverage import Coverage, Seen
from journeyscore.reports.explain import Explanation, LedgerLine
from journeyscore.reports.journey import Journey
from journeyscore.reports.standing import STAGES

if TYPE_CHECKING:
    from journeyscore.records.versions import Version

CAP = "cap:"

Shape = dict[str, object]


def plain(value: object) -> object:
    """What JSON has no kind for: moments as ISO 8601 with a Z, days as YYYY-MM-DD. For `json.dumps(default=...)`."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")


def reasons_by_candidate(frame: pl.DataFrame) -> dict[str, list[Shape]]:
    """The rows of `reports.scores.reasons`, by pseudonym, strongest first."""
    why: dict[str, list[Shape]] = {}
    for candidate, name, points, hits, _ in frame.iter_rows():
        why.setdefault(candidate, []).append({"touchpoint": name, "millipoints": points, "hits": hits})
    return why


def reasons_listed(frame: pl.DataFrame) -> dict[str, list[Shape]]:
    """The column `reasons` of `reports.scores.ranking`, by pseudonym; who has none is left out."""
    return {candidate: why for candidate, why in frame.select("candidate", "reasons").iter_rows() if why}


def score_rows(frame: pl.DataFrame, keys: Mapping[str, str], why: Mapping[str, list[Shape]]) -> list[Shape]:
    """A ranking (candidate, millipoints, band, last_event_at): candidates by their key where `keys` has one."""
    return [
        {
            "candidate": keys.get(row["candidate"], row["candidate"]),
            "millipoints": row["millipoints"],
            "band": row["band"],
            "last_event_at": row["last_event_at"],
            "reasons": why.get(row["candidate"], []),
        }
        for row in frame.iter_rows(named=True)
    ]


def explanation_shape(candidate: str, found: Explanation) -> Shape:
    """One candidate's score, line by line."""
    ahead = found.outlook
    return {
        "candidate": candidate,
        "as_of": found.as_of,
        "millipoints": found.millipoints,
        "band": found.band,
        "evidence": found.evidence,
        "last_event_at": found.last_event_at,
        "lines": [line_shape(line) for line in found.lines],
        "outlook": {
            "next_band": ahead.next_band,
            "missing_millipoints": ahead.missing,
            "one_more": [{"touchpoint": m.touchpoint, "millipoints": m.gain, "band": m.band} for m in ahead.one_more],
            "falls_on": ahead.falls_on,
            "falls_to": ahead.falls_to,
        },
    }


def line_shape(line: LedgerLine) -> Shape:
    """One line; a cap is named `cap:GROUP`, or `cap:model`."""
    thousandths = line.counted_thousandths
    return {
        "touchpoint": line.name if line.kind == "touchpoint" else CAP + line.name,
        "day": line.day,
        "hits": line.hits,
        "counted": thousandths / 1000 if thousandths % 1000 else thousandths // 1000,
        "millipoints": line.millipoints,
    }


def coverage_shape(found: Coverage, model: Model) -> Shape:
    """What the model makes of the events."""
    stages = {t.name: t.stage.value for t in model.touchpoints}
    return {
        "as_of": found.as_of,
        "touchpoints": [{"touchpoint": s.name, "stage": stages[s.name], **_counts(s)} for s in found.touchpoints],
        "unmapped": [{"event": s.name, **_counts(s)} for s in found.unmapped],
        "channels": found.channels,
        "unknown_share": round(found.unknown_share, 6),
        "machine_hits": found.machine_hits,
    }


def _counts(seen: Seen) -> Shape:
    return {"hits": seen.hits, "people": seen.people, "last_event_at": seen.last_event_at}


def overview_shape(standing: pl.DataFrame, model: Model, as_of: date) -> Shape:
    """Everybody by band (now and a week before) and by stage, from the rows of `reports.standing`."""
    now = dict(standing.group_by("band").len().iter_rows())
    before = dict(standing.drop_nulls("band_week_ago").group_by("band_week_ago").len().iter_rows())
    names = [*(b.name for b in sorted(model.bands, key=lambda b: -b.at_least)), model.unknown.name]
    reached = dict(standing.group_by("stage").len().iter_rows())
    return {
        "as_of": as_of,
        "candidates": standing.height,
        "bands": [{"band": n, "candidates": now.get(n, 0), "week_ago": before.get(n, 0)} for n in names],
        "stages": [
            {"stage": str(stage), "candidates": sum(reached.get(s, 0) for s in STAGES[place:])}
            for place, stage in enumerate(STAGES)
        ],
    }


def journey_shape(found: Journey, model: Model, since: date | None, as_of: date) -> Shape:
    """The journey of everybody with a touchpoint from `since` (None: ever) to `as_of`."""
    return {
        "since": since,
        "as_of": as_of,
        "people": found.people,
        "stages": [{"stage": str(s.stage), "people": s.people, "further": s.further} for s in found.stages],
        "touchpoints": [
            {
                "touchpoint": t.name,
                "stage": str(t.stage),
                "channel": t.channel,
                "hits": reach.hits,
                "people": reach.people,
                "further": reach.further,
            }
            for t, reach in zip(model.touchpoints, found.touchpoints, strict=True)
        ],
    }


def model_shape(model: Model, text: str) -> Shape:
    """A model's name and fingerprint, and the text of its file."""
    return {"model": model.name, "fingerprint": fingerprint(model), "text": text}


def versions_shape(versions: "Sequence[Version]") -> list[Shape]:
    """What was published, in the order given."""
    return [{"version": v.number, "published_at": v.published_at, "note": v.note} for v in versions]
