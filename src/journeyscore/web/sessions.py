"""Sessions: begun at a login, shown to their owner, and ended by them or by time."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from journeyscore.web import throttle
from journeyscore.web.models import Account, Visit

LASTS = timedelta(hours=12)
"""After a login, however busy the reader is."""
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")  # the first that a browser names: most name several
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
CALLED = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}


def begin(request: HttpRequest, response: HttpResponse, account: Account) -> HttpResponse:
    """Log somebody in who proved to be it: a new session under a new name, which ends by itself."""
    Session.objects.filter(expire_date__lt=datetime.now(UTC)).delete()
    login(request, account)
    request.session.set_expiry(datetime.now(UTC) + LASTS)
    request.session.save()
    agent = agent_of(request.headers.get("User-Agent", ""))
    Visit.objects.create(account=account, session_key=request.session.session_key, agent=agent)
    throttle.know_device(request, response, account)
    return response


def visits_of(account: Account) -> list[Visit]:
    """The account's logins that still hold, newest first."""
    alive = Session.objects.filter(expire_date__gt=datetime.now(UTC)).values("session_key")
    return list(account.visits.filter(session_key__in=alive).order_by("-began_at", "-pk"))


def end(account: Account, name: str = "", but: str = "") -> int:
    """End the session with this name (see `name_of`), or without one all but the session with the key `but`."""
    ending = [v for v in visits_of(account) if v.session_key != but and (not name or name_of(v) == name)]
    Session.objects.filter(session_key__in=[v.session_key for v in ending]).delete()
    Visit.objects.filter(pk__in=[v.pk for v in ending]).delete()
    return len(ending)


def name_of(visit: Visit) -> str:
    """What a page may call a session by: its key would be as good as the password."""
    return salted_hmac("journeyscore visit", visit.session_key).hexdigest()[:16]


def agent_of(header: str) -> str:
    """A browser and a system in words, as far as they say it: "Firefox, Windows"."""
    said = (next((word for word in words if word in header), "") for words in (BROWSERS, SYSTEMS))
    return ", ".join(CALLED.get(word, word) for word in said if word)
