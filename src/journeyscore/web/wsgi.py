"""What the web server runs: the application for the data directory in JOURNEYSCORE_SITE (JSON of `Site`)."""

import json
import os
from pathlib import Path

from journeyscore.web.site import Site, configure

_said = json.loads(os.environ["JOURNEYSCORE_SITE"])
configure(Site(Path(_said["data_dir"]), tuple(_said["hosts"]), _said["https"], _said["demo"]))

from django.core.wsgi import get_wsgi_application  # noqa: E402

from journeyscore.web.workspace import workspace  # noqa: E402

workspace()
application = get_wsgi_application()
