"""The web application: pages over the same actions and reports as the command line. Loaded by `journeyscore serve`."""
