"""Every address of the web application; each room of views names its own."""

from journeyscore.web.api.addresses import addresses
from journeyscore.web.views import (
    accounts,
    api_keys,
    candidate,
    care,
    design,
    imports,
    journey,
    log_event,
    messages,
    model,
    model_versions,
    my_account,
    overview,
    people,
    priority,
    reactions,
    signals,
    tracked_links,
    write_keys,
)

ROOMS = (
    overview,
    priority,
    care,
    candidate,
    log_event,
    journey,
    model,
    model_versions,
    tracked_links,
    imports,
    accounts,
    my_account,
    people,
    api_keys,
    write_keys,
    reactions,
    signals,
    messages,
    design,
)
urlpatterns = [pattern for room in ROOMS for pattern in room.urls]
urlpatterns += addresses()
handler400 = "journeyscore.web.api.problems.bad_request"
handler500 = "journeyscore.web.api.problems.server_error"
