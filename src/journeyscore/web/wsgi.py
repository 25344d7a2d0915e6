"""What the web server runs: the application for the data directory in JOURNEYSCORE_SITE (JSON of `Site`).

What systems send goes to the door, which knows no pages, sessions or cookies; everything else is Django's.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from journeyscore.web.site import Site, configure

_said = json.loads(os.environ["JOURNEYSCORE_SITE"])
configure(Site(Path(_said["data_dir"]), tuple(_said["hosts"]), _said["https"], _said["demo"]))

from django.core.wsgi import get_wsgi_application  # noqa: E402

from journeyscore.web.intake import make_door  # noqa: E402
from journeyscore.web.workspace import workspace  # noqa: E402

workspace()
_pages = get_wsgi_application()
_door = make_door()


def is_event(environ: dict[str, Any]) -> bool:
    """Whether this is something that a system sends, and no page."""
    return _door.knows(environ)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    return _door(environ, start_response) if _door.knows(environ) else _pages(environ, start_response)
