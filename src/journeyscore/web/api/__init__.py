"""The JSON API: the reports of the pages and of the command line, for keys instead of people."""
