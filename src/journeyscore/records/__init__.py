"""What the instance remembers in SQL: people, identity, imports, tombstones. The only room with personal data.

Importing this package does not load Django; `open_records` does.
"""

from journeyscore.records.opening import open_records
from journeyscore.records.shapes import (
    PEOPLE_SCHEMA,
    REFUSED_OUTCOMES,
    Counted,
    ImportRun,
    Message,
    PartCounts,
    Person,
    Position,
    Seen,
)

__all__ = [
    "PEOPLE_SCHEMA",
    "REFUSED_OUTCOMES",
    "Counted",
    "ImportRun",
    "Message",
    "PartCounts",
    "Person",
    "Position",
    "Seen",
    "open_records",
]
