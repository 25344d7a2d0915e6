"""Landing a part: people, then events, then counts, so that a crash at any moment loses and doubles nothing.

1. refused rows into the spool, synced                      again: overwritten
2. people and links, one SQL transaction                    again: nothing changes
3. events, one commit of the log, which carries the counts  again: the log knows the part's number
4. counts, one SQL transaction                              missing: `reconcile` takes them from the commit
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import polars as pl

from journeyscore.actions.judged import Judged, judge_part
from journeyscore.actions.news import News
from journeyscore.actions.parts import Part
from journeyscore.actions.spool import Spool
from journeyscore.actions.taking import Taking
from journeyscore.actions.workspace import Workspace
from journeyscore.log import Batch
from journeyscore.records import ImportRun, PartCounts

DETAILS = ("key", "email", "phone", "person_name")


class Landing(Protocol):
    """What can be done with the parts of a file."""

    def land(self, part: Part) -> PartCounts:
        """Deal with one part; the counts say what became of its rows."""
        ...


@dataclass
class RealLanding:
    """Lands parts in a workspace whose lease is held. `run` is the import as it stands before the first part."""

    workspace: Workspace
    run: ImportRun
    taking: Taking
    moment: datetime
    day: date
    spool: Spool
    people: News = field(default_factory=lambda: News(["person"], DETAILS, "first_seen", "fresh"))
    links: News = field(default_factory=lambda: News(["person", "candidate"], [], "occurred_at"))
    number: int = field(init=False)

    def __post_init__(self) -> None:
        self.number = self.run.parts

    def land(self, part: Part) -> PartCounts:
        """Land one part. When this returns it is on disk, and counted."""
        self.number += 1
        log, records = self.workspace.log, self.workspace.records
        judged = judge_part(part, log.judge(part.taken.events), self.taking)
        counts = PartCounts(self.number, part.last_row, self.day, judged.counts)
        self.spool.put(self.number, part.chunks, judged.refused)
        self._introduce(judged)
        log.land(judged.accepted, Batch(self.run.id, self.number, {"part": counts.as_json()}))
        records.imports.land(self.run.id, counts)
        return counts

    def _introduce(self, judged: Judged) -> None:
        """People and links go first: an event in the log always has a name to it."""
        records = self.workspace.records
        people = self.people.of(judged.people)
        links = self.links.of(judged.links)
        with records.transaction():
            records.people.put(people.filter("fresh"), newest_wins=True)
            records.people.put(people.filter(~pl.col("fresh")), newest_wins=False)
            records.links.add(links, self.moment)


@dataclass
class DryLanding:
    """Finds the same counts, and changes nothing. `folder`, outside of the workspace, remembers the ids seen so far."""

    workspace: Workspace
    taking: Taking
    day: date
    folder: Path
    number: int = 0
    seen: list[str] = field(default_factory=list)

    def land(self, part: Part) -> PartCounts:
        """Judge one part, against the log and the parts before it."""
        self.number += 1
        verdict = self.workspace.log.judge(part.taken.events, self.seen)
        judged = judge_part(part, verdict, self.taking)
        if len(judged.accepted):
            ids = self.folder / f"{self.number}.parquet"
            judged.accepted.select("event_id", "fingerprint").write_parquet(ids)
            self.seen.append(str(ids))
        return PartCounts(self.number, part.last_row, self.day, judged.counts)
