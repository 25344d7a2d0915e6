"""Starting the web server and the worker."""

import json
import os
from dataclasses import asdict

from granian import Granian
from granian.constants import Interfaces

from journeyscore.web import logs
from journeyscore.web.site import Site

SECONDS_TO_STOP = 4
"""What still runs then is cut off: nothing that was acknowledged depends on it."""


def serve(site: Site, address: str, port: int) -> None:
    """Answer requests until the process is told to stop."""
    os.environ["JOURNEYSCORE_SITE"] = json.dumps(asdict(site), default=str)
    Granian(
        "journeyscore.web.asgi:application",
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        workers=1,
        workers_kill_timeout=SECONDS_TO_STOP,
        log_dictconfig=logs.config(),
        log_access=False,
        websockets=False,
    ).serve()
