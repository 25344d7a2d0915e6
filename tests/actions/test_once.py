"""P4 and P6: what was sent counts once, for ever, in whatever way it comes again; and nothing vanishes."""

import json
import shutil
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from journeyscore.actions.import_file import import_file
from journeyscore.actions.land_inbox import land_inbox
from journeyscore.actions.workspace import init, open_workspace
from journeyscore.inbox import Letter, Writer, open_inbox

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NUMBERS = st.integers(0, 12)


def call(number: int) -> dict[str, str]:
    said = {"type": "track", "messageId": f"m{number}", "userId": f"K-{number % 3}", "event": "ad clicked"}
    return {**said, "timestamp": (START - timedelta(minutes=number)).isoformat()}


class Senders(RuleBasedStateMachine):
    """Clients that forget what they sent."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.workspace = init(self.folder / "data")
        self.now, self.sent, self.times, self.files = START, set[int](), 0, 0

    def teardown(self) -> None:
        self.workspace.close()
        shutil.rmtree(self.folder)

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=6))
    def send(self, numbers: list[int]) -> None:
        """One batch; numbers may be in it twice."""
        inbox = open_inbox(self.workspace.path)
        inbox.put([self.letter(number) for number in numbers])
        self.count(numbers, inbox)

    @rule(number=NUMBERS)
    def send_by_eight_at_once(self, number: int) -> None:
        inbox = open_inbox(self.workspace.path)
        writer = Writer(inbox)
        threads = [threading.Thread(target=writer.put, args=([self.letter(number)],)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        writer.close()
        self.count([number] * 8, inbox)

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=6))
    def import_a_file(self, numbers: list[int]) -> None:
        self.files += 1
        file = self.folder / f"{self.files}.jsonl"
        file.write_text("".join(json.dumps(call(number)) + "\n" for number in numbers), encoding="utf-8")
        import_file(self.workspace, file, source="site", now=self.now)
        self.sent |= set(numbers)
        self.times += len(numbers)

    @rule(days=st.sampled_from((0, 1, 90)))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def start_again(self) -> None:
        self.workspace.close()
        self.workspace = open_workspace(self.workspace.path)

    def letter(self, number: int) -> Letter:
        return Letter("site", "server", self.now.isoformat(), json.dumps(call(number)))

    def count(self, numbers: list[int], inbox) -> None:
        while land_inbox(self.workspace, inbox, now=self.now).letters:
            pass
        inbox.close()
        self.sent |= set(numbers)
        self.times += len(numbers)

    @invariant()
    def each_counts_once_and_nothing_vanishes(self) -> None:
        if not hasattr(self, "workspace"):
            return
        assert self.workspace.log.count() == len(self.sent)
        frame = self.workspace.records.imports.counts()
        found = dict(frame.group_by("outcome").agg(pl.col("rows").sum()).iter_rows())
        seen = {"received": 0, "accepted": 0, "duplicate": 0} | found
        assert seen == {"received": self.times, "accepted": len(self.sent), "duplicate": self.times - len(self.sent)}


TestSenders = Senders.TestCase
TestSenders.settings = settings(
    max_examples=12, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
)
