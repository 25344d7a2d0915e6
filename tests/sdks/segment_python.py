"""Sends by segment-analytics-python: URL, write key."""

import sys

from segment.analytics.client import Client

url, key = sys.argv[1:]
client = Client(key, host=url, gzip=True)
client.identify("K-segment-python", {"email": "segment-python@example.org"})
client.track("K-segment-python", "Form Submitted", {"vacancy": "V-1"})
client.page("K-segment-python", name="Careers", properties={"url": "https://werkenbij.example/"})
client.flush()
client.join()
