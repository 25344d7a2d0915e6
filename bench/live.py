"""`make bench-live`: single events over HTTP with ten million events of history, bursts, and what it takes to see them.

The load is open: an event is sent at its moment whether or not the one before it was answered, and its time counts
from that moment. Probes send an event of their own and wait until the score is seen through the API.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bench.run import write_page

CONNECTIONS = 24
PROBE_EVERY = 2.0
REPORTS = 6
"""What the worker keeps ready."""
BURST, IN_BATCH, BURST_CONNECTIONS = 300_000, 250, 8
HEAD = "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {key}\r\nContent-Type: application/json\r\n"
EVENTS = ("vacancy viewed", "page viewed", "ad clicked", "form submitted", "mail clicked")


@dataclass
class Measured:
    """Seconds, and counts."""

    answers: list[float] = field(default_factory=list)
    refused: int = 0
    seen: list[float] = field(default_factory=list)
    reacted: list[float] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """A server under load."""

    data: Path
    port: int
    write_key: str
    read_key: str
    candidates: Sequence[str]


def post(connection: socket.socket, path: str, key: str, body: bytes) -> int:
    """One request on an open connection; the status."""
    head = HEAD.format(path=path, key=key) + f"Content-Length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body)
    answer = connection.recv(65_536)
    while b"\r\n\r\n" not in answer or not answer.endswith(b"}"):
        if not (more := connection.recv(65_536)):
            raise ConnectionError("the server hung up")
        answer += more
    return int(answer[9:12])


def call(place: Place, number: int, dice: random.Random) -> dict[str, object]:
    """An event as a career site and a CRM send them."""
    who = {"userId": dice.choice(place.candidates)} if number % 3 else {"anonymousId": f"visitor-{number % 100_000}"}
    said = {"messageId": f"bench-{number}", "type": "track", "event": dice.choice(EVENTS), **who}
    return {**said, "timestamp": datetime.now(UTC).isoformat(), "context": {"page": {"url": "https://jobs.example/1"}}}


def steady(place: Place, rate: int, seconds: float, numbers: Iterator[int], into: Measured) -> None:
    """Single events at this rate, spread over the connections."""
    start, lock = time.perf_counter() + 0.5, threading.Lock()

    def send(first: int) -> None:
        dice = random.Random(first)
        with closing(socket.create_connection(("127.0.0.1", place.port))) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for turn in range(int(rate * seconds / CONNECTIONS)):
                due = start + (turn * CONNECTIONS + first) / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                body = json.dumps(call(place, next(numbers), dice)).encode()
                status = post(connection, "/v1/track", place.write_key, body)
                with lock:
                    into.answers.append(time.perf_counter() - due)
                    into.refused += status != 200

    together([threading.Thread(target=send, args=(first,)) for first in range(CONNECTIONS)])


def burst(place: Place, numbers: Iterator[int]) -> tuple[float, int]:
    """Batches as fast as they are taken: events per second, and batches that had to be sent again."""
    bodies = [
        json.dumps({"batch": [call(place, next(numbers), random.Random(n)) for _ in range(IN_BATCH)]}).encode()
        for n in range(BURST // IN_BATCH)
    ]
    again, lock = [0], threading.Lock()

    def send(mine: Sequence[bytes]) -> None:
        with closing(socket.create_connection(("127.0.0.1", place.port))) as connection:
            for body in mine:
                while post(connection, "/v1/batch", place.write_key, body) != 200:
                    with lock:
                        again[0] += 1
                    time.sleep(0.2)

    start = time.perf_counter()
    together([threading.Thread(target=send, args=(bodies[n::BURST_CONNECTIONS],)) for n in range(BURST_CONNECTIONS)])
    return BURST / (time.perf_counter() - start), again[0]


def probe(place: Place, stop: threading.Event, into: Measured) -> None:
    """Now and then: a form of a candidate of our own; how long until the score, and the reaction, are there."""
    records = sqlite3.connect(f"file:{place.data / 'records.sqlite3'}?mode=ro", uri=True)
    for number in count():
        if stop.wait(PROBE_EVERY):
            break
        who, start = f"probe-{place.port}-{number}", time.perf_counter()
        with closing(socket.create_connection(("127.0.0.1", place.port))) as connection:
            for name in ("form submitted", "recruiter talked"):
                said = {"userId": who, "event": name, "messageId": f"{who} {name}", "type": "track"}
                post(connection, "/v1/track", place.write_key, json.dumps(said).encode())
        while not score(place, who) and time.perf_counter() - start < 60:
            time.sleep(0.05)
        into.seen.append(time.perf_counter() - start)
        told = "SELECT s.at FROM signal s JOIN person p ON p.pseudonym = s.candidate WHERE p.key = ?"
        while not records.execute(told, (who,)).fetchone() and time.perf_counter() - start < 60:
            time.sleep(0.02)
        into.reacted.append(time.perf_counter() - start)
    records.close()


def score(place: Place, who: str) -> int:
    """The candidate's millipoints, as the API has them; 0 for who is not there yet."""
    with closing(http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)) as connection:
        connection.request("GET", f"/api/v1/candidates/{who}", headers={"Authorization": f"Bearer {place.read_key}"})
        answer = connection.getresponse()
        body = answer.read()
    if answer.status == 404:
        return 0
    assert answer.status == 200, (answer.status, body[:300])
    return int(json.loads(body)["millipoints"])


def watch(pids: Sequence[int], stop: threading.Event, into: Measured) -> None:
    """The memory of these processes together, in bytes, every second."""
    start = time.perf_counter()
    while not stop.wait(1):
        used = 0
        for pid in pids:
            text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
            used += int(text.split("VmRSS:")[1].split()[0]) * 1024
        into.memory.append((time.perf_counter() - start, used))


def raw_limit(rate_for: float = 3.0) -> float:
    """Single rows, each with a commit of its own, into SQLite by a bare script: rows per second."""
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(Path(folder) / "raw.sqlite3")) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("CREATE TABLE inbox (id INTEGER PRIMARY KEY, body TEXT)")
        start, rows = time.perf_counter(), 0
        while time.perf_counter() - start < rate_for:
            with raw:
                raw.execute("INSERT INTO inbox (body) VALUES (?)", ("x" * 300,))
            rows += 1
        return rows / (time.perf_counter() - start)


def together(threads: Sequence[threading.Thread]) -> None:
    """Run them to their end."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def prepare(ready: Path, data: Path) -> tuple[str, str, Sequence[str]]:
    """A copy of the data with keys and a rule: write key, key of the API, and candidates that exist."""
    shutil.copytree(ready / "events", data / "events", copy_function=os.link)
    shutil.copytree(ready, data, dirs_exist_ok=True, ignore=shutil.ignore_patterns("events", "cache", "lock*"))
    from journeyscore.web.site import Site, configure

    configure(Site(data, https=False))
    from journeyscore.domain.reaction import Happening, Reaction
    from journeyscore.web.access import Role
    from journeyscore.web.api.keys import Scope, make
    from journeyscore.web.models import Account
    from journeyscore.web.workspace import workspace

    records, now = workspace().records, datetime.now(UTC)
    write_key = records.write_keys.make("bench", "server", [], None, now)[1]
    records.reactions.make(Reaction(0, "warm", Happening.ENTERED, band="engaged"), None, now)
    with closing(sqlite3.connect(data / "records.sqlite3")) as raw:
        keys = [key for (key,) in raw.execute("SELECT key FROM person LIMIT 300000")]
    owner = Account.objects.make("live@example.org", None, Role.OWNER, "Bench")
    read_key = make("bench", [Scope.SCORES, Scope.PEOPLE], owner, None)[1]
    return b64encode(f"{write_key}:".encode()).decode(), read_key, keys


def started(data: Path, port: int) -> "subprocess.Popen[bytes]":
    """The real server and its worker."""
    command = [sys.executable, "-m", "journeyscore.cli.main", "--data", str(data), "up", "--port", str(port)]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)


def family(pid: int) -> list[int]:
    """A process and all that came of it."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for child, above in pairs if above == parent]
    return found


def at(values: Sequence[float], share: float) -> str:
    """A quantile in milliseconds."""
    return f"{sorted(values)[min(len(values) - 1, int(share * len(values)))] * 1000:,.0f} ms"


def main() -> None:
    """Prepare, measure, and with `--write` keep the table in docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a data directory with history (bench.web makes one)")
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="journeyscore-bench-", dir=chosen.data.parent) as folder:
        data = Path(folder) / "data"
        place = Place(data, 18_765, *prepare(chosen.data, data))
        rows = measure(place, chosen.rate, chosen.seconds)
    if chosen.write:
        write_page("bench-live", rows)


def measure(place: Place, rate: int, seconds: float) -> list[str]:
    """The rows of the table."""
    limit, server, found, numbers, stop = (
        raw_limit(),
        started(place.data, place.port),
        Measured(),
        count(),
        threading.Event(),
    )
    try:
        until_ready(place)
        beside = [
            threading.Thread(target=probe, args=(place, stop, found)),
            threading.Thread(target=watch, args=(family(server.pid), stop, found)),
        ]
        for thread in beside:
            thread.start()
        steady(place, rate, seconds, numbers, found)
        stop.set()
        for thread in beside:
            thread.join()
        speed, again = burst(place, numbers)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    used = [size / 1e6 for _, size in found.memory]
    quarter = max(1, len(used) // 4)
    rows = [
        "| what | seen | aim |",
        "|---|---|---|",
        f"| single events, {rate:,}/s for {seconds:,.0f} s: answers, p50 / p99 | {at(found.answers, 0.5)} / "
        f"{at(found.answers, 0.99)} | - / 250 ms |",
        f"| ... answers that were not a 2xx | {found.refused:,} of {len(found.answers):,} | 0 |",
        f"| the score is seen through the API, p50 / p95 of {len(found.seen)} | {at(found.seen, 0.5)} / "
        f"{at(found.seen, 0.95)} | - / 2,000 ms |",
        f"| the reaction has come about, p50 / p95 | {at(found.reacted, 0.5)} / {at(found.reacted, 0.95)} "
        "| - / 2,000 ms |",
        f"| memory of server and worker, first / last quarter of the run | {statistics.mean(used[:quarter]):,.0f} / "
        f"{statistics.mean(used[-quarter:]):,.0f} MB | flat |",
        f"| burst of {BURST:,} events in batches of {IN_BATCH} | {speed:,.0f}/s, {again} sent again | 100,000/s |",
        f"| yardstick: single rows with a commit each, a bare script | {limit:,.0f}/s | - |",
    ]
    print("\n".join(rows))
    return rows


def until_ready(place: Place) -> None:
    """Wait until the server answers, everybody's standing is known, and what pages read is there."""
    with closing(sqlite3.connect(f"file:{place.data / 'records.sqlite3'}?mode=ro", uri=True)) as records:
        while not records.execute("SELECT 1 FROM followed").fetchone():
            time.sleep(0.5)
    while len(list((place.data / "cache").glob("*.parquet"))) < REPORTS:
        time.sleep(0.5)
    score(place, "nobody")


if __name__ == "__main__":
    main()
