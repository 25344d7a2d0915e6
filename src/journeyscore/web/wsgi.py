"""What the web server runs: the application for the data directory in JOURNEYSCORE_SITE (JSON of `Site`).

What systems send goes to the door, and clicks on tracked links to the redirect; these know no pages, sessions or
cookies. Everything else is Django's.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from journeyscore.web.site import Site, configure

_said = json.loads(os.environ["JOURNEYSCORE_SITE"])
_site = Site(Path(_said["data_dir"]), tuple(_said["hosts"]), _said["https"], _said["demo"])
configure(_site)

from django.core.wsgi import get_wsgi_application  # noqa: E402

from journeyscore.web.intake import make_door, make_redirect  # noqa: E402
from journeyscore.web.workspace import workspace  # noqa: E402

workspace()
_pages = get_wsgi_application()
_rooms = (make_door(), make_redirect(_site.https))


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    answer = next((room for room in _rooms if room.knows(environ)), _pages)
    return answer(environ, start_response)
