"""Following the log: whoever was touched is scored anew, and comes into another band once.

Where we are is kept beside what we know, so that after a crash nothing is noticed twice, and nothing missed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from journeyscore.actions.looking import look, look_at
from journeyscore.actions.model_file import fingerprint_of, model_in_force
from journeyscore.actions.react import Seen, on_crossings, on_return, on_unfinished
from journeyscore.actions.workspace import Workspace
from journeyscore.domain.event import CANDIDATE_PREFIX
from journeyscore.domain.model import Model
from journeyscore.domain.reaction import EVENTS, MODEL, TIME, Crossing
from journeyscore.records import Position
from journeyscore.reports.scores import scores
from journeyscore.reports.snapshot import Snapshot

MOST_TOUCHED = 20_000
"""Candidates; if more were touched, everybody is scored."""
AT_ONCE = 20_000
"""Candidates whose standing is kept in one transaction."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one turn did: how many candidates it scored, and who came into another band."""

    scored: int
    crossings: tuple[Crossing, ...] = ()


def follow(workspace: Workspace, now: datetime | None = None) -> Step:
    """Score everybody who was touched since the last turn; everybody, when the model or the day is another one.

    The very first turn only looks. Raises ModelError, StorageError.
    """
    moment = now or datetime.now(UTC)
    model = model_in_force(workspace)
    before, here = workspace.records.standings.position(), _here(workspace, model, moment)
    if before == here:
        return Step(0)
    touched = _touched(workspace, before) if before else None
    everybody = before is None or touched is None or (before.model, before.day) != (here.model, here.day)
    if touched is not None and not touched and not everybody:
        workspace.records.standings.move(here)
        return Step(0)
    shot = look(workspace, here.day) if everybody else look_at(workspace, touched or (), here.day)
    scored = scores(shot, model, here.day).frame
    past = workspace.records.standings.of(None if everybody else touched)
    turn = _Turn(workspace, model, shot, moment, before, here, touched, everybody)
    crossings = turn.keep(scored, past)
    return Step(scored.height, tuple(crossings))


def look_for_unfinished(workspace: Workspace, now: datetime | None = None) -> int:
    """Tell of those who began something and left it; gives how many are new. Raises ModelError, StorageError."""
    moment = now or datetime.now(UTC)
    model = model_in_force(workspace)
    day = _here(workspace, model, moment).day
    return len(on_unfinished(workspace, Seen(model, look(workspace, day), pl.DataFrame(), moment, day)))


def _here(workspace: Workspace, model: Model, moment: datetime) -> Position:
    """The present position: what is read after this may be newer, and is then looked at again."""
    day = moment.astimezone(ZoneInfo(workspace.settings.time_zone)).date()
    return Position(workspace.log.version, workspace.records.links.newest(), fingerprint_of(model), day)


def _touched(workspace: Workspace, before: Position) -> set[str] | None:
    """The candidates whose events or links changed; None where these are too many, or cannot be told."""
    files = workspace.log.added_since(before.log)
    if files is None:
        return None
    links = workspace.records.links
    persons = links.changed_since(before.links_at) if links.newest() != before.links_at else set()
    try:
        for file in files:
            persons |= set(pl.scan_parquet(file, glob=False).select("person").unique().collect()["person"])
    except FileNotFoundError:
        return None
    if len(persons) > MOST_TOUCHED:
        return None
    ends = dict(links.identity_around(*persons).iter_rows()) if persons else {}
    # who was merged into somebody is looked at, too: there is nothing left of them
    return {p for p in persons | {ends.get(p, p) for p in persons} if p.startswith(CANDIDATE_PREFIX)}


@dataclass(frozen=True, slots=True)
class _Turn:
    """One turn: `touched` are the candidates with something new, None where that is not known."""

    workspace: Workspace
    model: Model
    shot: Snapshot
    moment: datetime
    before: Position | None
    here: Position
    touched: set[str] | None
    everybody: bool

    def keep(self, scored: pl.DataFrame, past: pl.DataFrame) -> list[Crossing]:
        """Keep how they stand now, slice by slice with what came of it; then move on."""
        records = self.workspace.records
        then = past.rename({"band": "from_band", "millipoints": "from_millipoints"})
        both = scored.join(then, on="candidate", how="left")
        news = pl.col("band").ne_missing(pl.col("from_band"))
        # at night a million scores sink a little: only bands are worth so many writes
        changed, crossings = both.filter(news) if self.everybody else both, []
        seen = Seen(self.model, self.shot, scored, self.moment, self.here.day)
        for some in changed.iter_slices(AT_ONCE):
            found = [] if self.before is None else self._crossings(some)
            with records.transaction():
                records.standings.put(some, self.here.log, self.moment)
                records.standings.cross(found)
                on_crossings(self.workspace, seen, found)
            crossings += found
        gone = past.join(scored, on="candidate", how="anti").get_column("candidate").to_list()
        with records.transaction():
            if self.touched:
                on_return(self.workspace, seen, self.touched)
            records.standings.drop(gone)
            records.standings.move(self.here)
        return crossings

    def _crossings(self, changed: pl.DataFrame) -> list[Crossing]:
        """Who came into another band. Somebody new comes from nowhere, and not into the unknown."""
        moved = changed.filter(pl.col("band").ne_missing(pl.col("from_band")))
        moved = moved.filter(pl.col("from_band").is_not_null() | (pl.col("band") != self.model.unknown.name))
        columns = ("candidate", "from_band", "band", "from_millipoints", "millipoints")
        return [
            Crossing(who, self.moment, was, band, before or 0, points, self._cause(who))
            for who, was, band, before, points in moved.select(columns).iter_rows()
        ]

    def _cause(self, candidate: str) -> str:
        if self.before and self.before.model != self.here.model:
            return MODEL
        return EVENTS if self.touched is None or candidate in self.touched else TIME
