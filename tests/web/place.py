"""Where the web application of the tests lives. Django is configured once per process, so this comes first of all."""

import os
import tempfile
from pathlib import Path

from journeyscore.web.site import Site, configure

SITE = Site(Path(tempfile.mkdtemp(prefix="journeyscore-web-tests-")) / "data", hosts=("testserver",), https=False)


def prepare() -> None:
    """Configure Django for it."""
    # Playwright keeps an event loop in the thread of the browser tests; the tests beside them use the database in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    SITE.data_dir.mkdir(exist_ok=True)
    configure(SITE)
