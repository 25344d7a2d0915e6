"""What the web server runs: the application for the data directory in JOURNEYSCORE_SITE (JSON of `Site`).

What systems send goes to the door, and clicks on tracked links to the redirect, which know no pages, sessions or
cookies; what machines ask that watch goes to `health`; everything else is Django's. Pages wait for each other, never
the others for them.
"""

import json
import os
from pathlib import Path

from journeyscore.web.site import Site, configure

_said = json.loads(os.environ["JOURNEYSCORE_SITE"])
_site = Site(Path(_said["data_dir"]), tuple(_said["hosts"]), _said["https"], _said["demo"])
configure(_site)

from django.core.wsgi import get_wsgi_application  # noqa: E402

from journeyscore.log.presence import attend  # noqa: E402
from journeyscore.web.health import Health  # noqa: E402
from journeyscore.web.intake import make_door, make_redirect  # noqa: E402
from journeyscore.web.logs import set_up  # noqa: E402
from journeyscore.web.requests import Front, Pages  # noqa: E402
from journeyscore.web.workspace import workspace  # noqa: E402

_pages = Pages(get_wsgi_application())
set_up()  # after Django, which has an opinion on logging too
_presence = attend(workspace().path)
application = Front(Health(), {"/v1/": make_door(), "/r/": make_redirect(_site.https)}, _pages)
is_page = application.is_page
