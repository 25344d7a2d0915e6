"""The inbox keeps what it was given, in order, through several threads and a full disk."""

import sqlite3
import threading
from pathlib import Path

import pytest

from journeyscore.domain.errors import BusyError, StorageError
from journeyscore.inbox import Letter, Writer, open_inbox
from journeyscore.inbox import writer as writing


def letter(body: str) -> Letter:
    return Letter("shop", "server", "2026-11-23T10:00:00+00:00", body)


def test_letters_come_back_in_their_order_and_go(tmp_path: Path) -> None:
    inbox = open_inbox(tmp_path)
    inbox.put([letter("a"), letter("b")])
    inbox.put([letter("c")])
    assert [(one.id, one.body) for one in inbox.take(0, 10)] == [(1, "a"), (2, "b"), (3, "c")]
    assert [one.body for one in inbox.take(1, 1)] == ["b"]
    inbox.drop(2)
    assert inbox.waiting() == 1
    inbox.drop(3)
    inbox.put([letter("d")])
    assert inbox.take(0, 10)[0].id == 4  # a number is never given twice


def test_everything_of_a_put_or_nothing(tmp_path: Path) -> None:
    inbox = open_inbox(tmp_path)
    with pytest.raises(StorageError):
        inbox.put([letter("a"), Letter("shop", "server", "now", None)])  # type: ignore[arg-type]
    assert inbox.waiting() == 0


def test_what_was_dropped_is_in_no_file(tmp_path: Path) -> None:
    inbox = open_inbox(tmp_path)
    inbox.put([letter("a secret of Sanne")])
    assert any(b"Sanne" in file.read_bytes() for file in tmp_path.iterdir())
    inbox.drop(1)
    assert not any(b"Sanne" in file.read_bytes() for file in tmp_path.iterdir())


def test_every_commit_is_synced(tmp_path: Path) -> None:
    inbox = open_inbox(tmp_path)
    inbox.put([letter("a")])
    found = {
        name: inbox._connection().execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")
    }
    assert found == {"synchronous": 2, "journal_mode": "wal"}


def test_many_senders_at_once(tmp_path: Path) -> None:
    inbox = open_inbox(tmp_path)
    writer = Writer(inbox)

    def send(number: int) -> None:
        for i in range(20):
            writer.put([letter(f"{number}-{i}")])

    threads = [threading.Thread(target=send, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    bodies = [one.body for one in open_inbox(tmp_path).take(0, 1000)]
    assert sorted(bodies) == sorted(f"{n}-{i}" for n in range(16) for i in range(20))
    for number in range(16):  # each sender's own order is kept
        own = [body for body in bodies if body.startswith(f"{number}-")]
        assert own == [f"{number}-{i}" for i in range(20)]


def test_a_disk_that_refuses_is_told_to_every_sender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = open_inbox(tmp_path)
    writer = Writer(inbox)

    def full(letters: object) -> None:
        raise inbox._problem(sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(inbox, "put", full)
    with pytest.raises(StorageError, match="full"):
        writer.put([letter("a")])
    monkeypatch.undo()
    writer.put([letter("b")])
    writer.close()
    assert [one.body for one in open_inbox(tmp_path).take(0, 9)] == ["b"]


def test_more_than_the_disk_takes_is_refused_before_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_WAITING", 2)
    writer = Writer(open_inbox(tmp_path))
    with pytest.raises(BusyError):
        writer.put([letter("a")] * 3)
    writer.put([letter("b")])
    writer.close()
    with pytest.raises(BusyError):
        writer.put([letter("c")])
    assert open_inbox(tmp_path).waiting() == 1


def test_who_cannot_wait_is_told_and_the_letters_are_kept_all_the_same(tmp_path: Path) -> None:
    inbox, go_on = open_inbox(tmp_path), threading.Event()
    keep = inbox.put
    inbox.put = lambda letters: (go_on.wait(), keep(letters))[1]  # type: ignore[method-assign, func-returns-value]
    writer = Writer(inbox)
    with pytest.raises(BusyError):
        writer.put([letter("a")], patience=0.01)
    go_on.set()
    writer.put([letter("b")], patience=60)
    writer.close()
    assert [one.body for one in inbox.take(0, 10)] == ["a", "b"]
    inbox.close()
