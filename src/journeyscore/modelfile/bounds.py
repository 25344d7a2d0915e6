"""The bounds of a model file. The parser and the JSON Schema both take them from here."""

MOST_BYTES = 1_000_000
MOST_NODES = 100_000
MOST_DEPTH = 24
MOST_PROBLEMS = 100

MOST_TOUCHPOINTS = 2_000
MOST_GROUPS = 200
MOST_BANDS = 50
MOST_TIERS = 50
MOST_TEXTS = 500
MOST_NESTING = 5
"""How deep `any` may stand in `any`."""

MOST_POINTS = 10_000
"""Of one touchpoint or tier, above and below zero."""
MOST_TOTAL = 10_000_000
"""Of a whole score: minimum, maximum, a group's maximum, a band's threshold."""
MOST_COMPARED = 1_000_000_000
"""In `at_least` and `at_most` of a condition."""
POINT_DECIMALS = 3
COMPARED_DECIMALS = 6
MOST_HITS = 1_000_000
MOST_DAYS = 36_500

LONGEST_NAME = 64
LONGEST_LABEL = 200
LONGEST_TEXT = 500
LONGEST_DESCRIPTION = 5_000
SHORTEST_REASON = 10
