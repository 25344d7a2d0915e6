"""Sends by rudder-sdk-python: URL, write key."""

import sys

from rudderstack.analytics.client import Client

url, key = sys.argv[1:]
client = Client(key, host=url)
client.identify("K-rudder-python", {"email": "rudder-python@example.org"})
client.track("K-rudder-python", "Form Submitted", {"vacancy": "V-1"})
client.page("K-rudder-python", name="Careers")
client.flush()
client.join()
