"""Mail, by the server that the environment names."""

import os
import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from journeyscore.connectors.outgoing.outcome import SENT, Ended, Outcome
from journeyscore.connectors.outgoing.text import Text
from journeyscore.domain.errors import UsageError
from journeyscore.domain.phrase import Phrase

PREFIX = "JOURNEYSCORE_MAIL_"
SECONDS = 30.0
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
DOT = re.compile(rb"^\.", re.MULTILINE)
"""A line that begins with a point would end the mail."""
SHOWN = 200
MODES = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True, slots=True)
class Server:
    """The server that takes our mail. `mode` is starttls, tls or none; `sender` stands in From."""

    host: str
    port: int
    mode: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def server_of(environment: Mapping[str, str] = os.environ) -> Server | None:
    """The server of JOURNEYSCORE_MAIL_HOST, _PORT, _TLS (starttls, tls, none), _FROM, _USER and _PASSWORD, if any.

    Raises UsageError where one of them cannot be used.
    """
    said = {name: environment.get(PREFIX + name, "").strip() for name in ("HOST", "PORT", "TLS", "FROM", "USER")}
    if not said["HOST"]:
        return None
    mode = said["TLS"] or "starttls"
    if mode not in MODES:
        raise UsageError("{name} must be starttls, tls or none", name=PREFIX + "TLS")
    port = said["PORT"] or str(MODES[mode])
    if not re.fullmatch("[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise UsageError("{name} must be the number of a port", name=PREFIX + "PORT")
    try:
        sender = check_address(said["FROM"])
    except UsageError as problem:
        raise UsageError("{name} must be a mail address", name=PREFIX + "FROM") from problem
    return Server(said["HOST"], int(port), mode, sender, said["USER"], environment.get(PREFIX + "PASSWORD", ""))


def check_address(text: str) -> str:
    """One plain address. Raises UsageError for anything else, such as two, or a line break."""
    if len(text) > 254 or not ADDRESS.fullmatch(text):
        raise UsageError("this is no mail address; write one, like recruitment@example.org")
    return text


def letter(server: Server, to: str, message_id: str, text: Text, now: datetime) -> EmailMessage:
    """The mail. Its Message-ID is the same at every try, so that a second one can be told."""
    domain = server.sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"journeyscore <{server.sender}>"
    mail["To"] = check_address(to)
    mail["Subject"] = " ".join("".join(c if c.isprintable() else " " for c in text.subject).split())
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message_id}@{domain}>"
    mail["List-Id"] = f"journeyscore <messages.journeyscore.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n".join([text.subject, "", *text.lines, *(["", text.link] if text.link else [])]) + "\n")
    return mail


def send(server: Server, to: str, mail: EmailMessage, seconds: float = SECONDS) -> Outcome:
    """Hand it to the server. Once its text is under way, an end without an answer leaves it unknown."""
    try:
        text = DOT.sub(b"..", mail.as_bytes()) + b".\r\n"
        smtp = _connected(server, seconds)
    except smtplib.SMTPResponseException as problem:
        return _refused(problem.smtp_code, problem.smtp_error, everybody=True)
    except (OSError, smtplib.SMTPException, ValueError):
        return _unreachable(server)
    try:
        return _handed(smtp, server, to, text)
    except (OSError, smtplib.SMTPException, ValueError):
        return _unreachable(server)
    finally:
        # accepted is accepted, whatever comes of the goodbye
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


def _handed(smtp: smtplib.SMTP, server: Server, to: str, text: bytes) -> Outcome:
    smtp.ehlo_or_helo_if_needed()
    code, said = smtp.mail(server.sender)
    if code == 250:
        code, said = smtp.rcpt(to)
    if code in (250, 251):
        code, said = smtp.docmd("DATA")
    if code != 354:
        return _refused(code, said)
    try:
        smtp.send(text)
        code, said = smtp.getreply()
    except (OSError, smtplib.SMTPException):
        return Outcome(Ended.UNKNOWN, Phrase("the mail server broke off; the mail may have been sent"))
    return SENT if code == 250 else _refused(code, said)


def _connected(server: Server, seconds: float) -> smtplib.SMTP:
    """A conversation with the server. Raises OSError, SMTPException."""
    context = ssl.create_default_context()
    if server.mode == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=seconds)
    try:
        if server.mode == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _refused(code: int, said: bytes | str, everybody: bool = False) -> Outcome:
    """4xx is for now, 5xx for good; a login that is refused concerns every mail, and may be put right."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    shown = "".join(c if c.isprintable() else " " for c in text)[:SHOWN]
    why = Phrase("the mail server answered {code}: {text}", code=str(code), text=shown)
    return Outcome(Ended.NEVER if code >= 500 and not everybody else Ended.AGAIN, why, everybody=everybody)


def _unreachable(server: Server) -> Outcome:
    why = Phrase("the mail server {host} cannot be reached, or does not let us in", host=server.host)
    return Outcome(Ended.AGAIN, why, everybody=True)
