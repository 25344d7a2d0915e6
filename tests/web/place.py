"""Where the web application of the tests lives. Django is configured once per process, so this comes first of all."""

import tempfile
from pathlib import Path

from journeyscore.web.site import Site, configure

SITE = Site(Path(tempfile.mkdtemp(prefix="journeyscore-web-tests-")) / "data", hosts=("testserver",), https=False)


def prepare() -> None:
    """Configure Django for it."""
    SITE.data_dir.mkdir(exist_ok=True)
    configure(SITE)
