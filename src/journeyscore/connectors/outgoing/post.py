"""One POST to a checked address: no redirects, no proxies, no decompression, and an end to everything."""

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from journeyscore import __version__
from journeyscore.connectors.outgoing.address import Gate, Target
from journeyscore.connectors.outgoing.outcome import SENT, Ended, Outcome
from journeyscore.domain.errors import UsageError
from journeyscore.domain.phrase import Phrase

CONNECT, TOTAL = 10.0, 30.0
"""Seconds until there is a connection, and until there is an answer."""
LARGEST = 64 * 1024
"""So many bytes of an answer are read."""
LONGEST_WAIT = 7 * 24 * 3600
"""So many seconds we let ourselves be told to wait."""
SHOWN = 200


class _Pinned(http.client.HTTPConnection):
    """A connection to a checked address, that ends when its time is over, however slowly the other side talks."""

    def __init__(self, target: Target, total: float) -> None:
        super().__init__(target.host, target.port, timeout=total)
        self.target = target
        self.late = False
        self._alarm = threading.Timer(total, self._end)
        self._alarm.daemon = True
        self._plain: socket.socket | None = None

    def connect(self) -> None:
        self._alarm.start()
        self._plain = self._first()
        self.sock = self._plain
        if self.target.tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self._plain, server_hostname=self.target.host)
        self.sock.settimeout(self.timeout)
        if self.late:
            raise TimeoutError

    def close(self) -> None:
        self._alarm.cancel()
        super().close()

    def _first(self) -> socket.socket:
        """To the first of the addresses that answers."""
        *others, last = self.target.addresses[:3]
        for address in others:
            with suppress(OSError):
                return socket.create_connection((address, self.target.port), CONNECT / 2)
        return socket.create_connection((last, self.target.port), CONNECT)

    def _end(self) -> None:
        self.late = True
        for end in (self.sock, self._plain):
            if end is not None:
                with suppress(OSError):
                    socket.socket.shutdown(end, socket.SHUT_RDWR)


def post(gate: Gate, url: str, body: bytes, headers: Mapping[str, str], total: float = TOTAL) -> Outcome:
    """Send `body` (JSON) there. Whatever happens is an outcome; nothing is raised."""
    try:
        target = gate.check(url)
    except UsageError as problem:
        return Outcome(Ended.AGAIN, problem.said, everybody=True)
    connection = _Pinned(target, total)
    try:
        return _talk(connection, target, body, headers)
    except ssl.SSLCertVerificationError:
        return _broken(Phrase("{host} has no valid certificate", host=target.host))
    except (OSError, http.client.HTTPException, ValueError):
        if connection.late:
            return _broken(
                Phrase("{host} did not answer within {seconds} seconds", host=target.host, seconds=int(total))
            )
        return _broken(Phrase("the connection with {host} could not be made, or broke", host=target.host))
    finally:
        connection.close()


def _talk(connection: _Pinned, target: Target, body: bytes, headers: Mapping[str, str]) -> Outcome:
    usual = {"Content-Type": "application/json", "User-Agent": f"journeyscore/{__version__}", "Connection": "close"}
    connection.request("POST", target.path, body, {**usual, "Accept-Encoding": "identity", **headers})
    answer = connection.getresponse()
    if connection.late:
        raise TimeoutError  # what was read was cut off in the middle
    if 200 <= answer.status < 300:
        return SENT  # what else it says is of no concern to us
    said = b""
    with suppress(OSError, http.client.HTTPException, ValueError):
        said = answer.read(LARGEST)
    return judged(answer.status, said, answer.getheader("Retry-After"), datetime.now(UTC))


def judged(status: int, said: bytes, retry_after: str | None, now: datetime) -> Outcome:
    """What an answer means that is no success."""
    text = _shown(said)
    why = Phrase("answered {status}", status=str(status))
    if text:
        why = Phrase("answered {status}: {text}", status=str(status), text=text)
    if 300 <= status < 400:
        redirect = Phrase("answered {status}, a redirect; give the address that it leads to", status=str(status))
        return Outcome(Ended.AGAIN, redirect, everybody=True)
    if status == 410:
        return Outcome(Ended.GONE, Phrase("the other side says that this address is gone (410)"), everybody=True)
    busy = status in (429, 503)
    wait = wait_of(retry_after, now) if busy else None
    return Outcome(Ended.AGAIN, why, wait, everybody=busy or status >= 500 or status in (401, 403, 404))


def wait_of(text: str | None, now: datetime) -> int | None:
    """The seconds that a `Retry-After` asks for, from 0 up to a week; None where it says nothing that we understand."""
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,18}", text.strip()):
        return min(int(text), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, min(int((until - now).total_seconds()), LONGEST_WAIT))


def _shown(said: bytes) -> str:
    """The beginning of an answer, if it is text and no page."""
    text = " ".join(said[:SHOWN].decode("utf-8", "replace").split())
    return text if text.isprintable() and "<" not in text and "\ufffd" not in text else ""


def _broken(why: str) -> Outcome:
    return Outcome(Ended.AGAIN, why, everybody=True)
