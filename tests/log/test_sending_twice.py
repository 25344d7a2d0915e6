"""Sending twice counts once, for ever: any order of sends, resends, reopenings, compactions and threads."""

import tempfile
import threading
from pathlib import Path

import polars as pl
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from journeyscore.log import Batch, EventLog, Landed
from tests.log.events import events

PAIRS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 1)), min_size=1, max_size=6)


class SendingTwice(RuleBasedStateMachine):
    """`model` is what the log has to hold: the first fingerprint that came with each id."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.log = EventLog(Path(self.folder.name) / "events")
        self.log.create()
        self.model: dict[int, int] = {}
        self.number = 0
        self.last: tuple[list[tuple[int, int]], Batch] | None = None

    def send(self, pairs: list[tuple[int, int]], batch: Batch) -> Landed:
        return self.log.append(events([i for i, _ in pairs], [f for _, f in pairs]), batch)

    @rule(pairs=PAIRS)
    def send_a_batch(self, pairs: list[tuple[int, int]]) -> None:
        self.number += 1
        self.last = pairs, Batch("sender", self.number)
        verdict = self.send(*self.last).verdict
        new = {i for i, _ in pairs if i not in self.model}
        for event_id, fingerprint in pairs:
            self.model.setdefault(event_id, fingerprint)
        conflicts = sum(self.model[i] != f for i, f in pairs)
        found = (len(verdict.accepted), len(verdict.duplicate), len(verdict.conflict))
        assert found == (len(new), len(pairs) - len(new) - conflicts, conflicts)

    @rule()
    def send_the_last_batch_again(self) -> None:
        if self.last:
            assert self.send(*self.last).verdict.accepted.is_empty()

    @rule()
    def send_its_events_in_another_batch(self) -> None:
        if self.last:
            self.number += 1
            assert self.send(self.last[0], Batch("sender", self.number)).verdict.accepted.is_empty()

    @rule()
    def reopen(self) -> None:
        self.log = EventLog(self.log.path)

    @rule()
    def compact(self) -> None:
        self.log.compact()

    @rule(pairs=PAIRS)
    def send_from_eight_threads(self, pairs: list[tuple[int, int]]) -> None:
        accepted: list[int] = []

        def work(thread: int) -> None:
            log = self.log if thread % 2 else EventLog(self.log.path)
            sent = events([i for i, _ in pairs], [f for _, f in pairs])
            landed = log.append(sent, Batch(f"{self.number}-{thread}", 1))
            accepted.append(len(landed.verdict.accepted))

        self.number += 1
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(accepted) == len({i for i, _ in pairs} - set(self.model))
        for event_id, fingerprint in pairs:
            self.model.setdefault(event_id, fingerprint)

    @invariant()
    def each_event_is_there_once(self) -> None:
        files = self.log.files()
        rows = pl.read_parquet(files, glob=False).select("event_id", "fingerprint").rows() if files else []
        assert sorted(rows) == sorted(self.model.items())
        assert self.log.count() == len(self.model)

    def teardown(self) -> None:
        self.folder.cleanup()


TestSendingTwice = SendingTwice.TestCase
TestSendingTwice.settings = settings(max_examples=6, stateful_step_count=10, deadline=None)
