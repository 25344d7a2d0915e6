"""`sql`: the queries as text, with the tables that they read."""

from datetime import date

from journeyscore.domain.model import Model
from journeyscore.reports.scores import REASONS
from journeyscore.sql.score import ledger_query, score_query, strongest_query

HEAD = """\
-- {query} of the model "{name}" at the end of {as_of}
-- events: the event log; identity: (person, candidate) for every visitor or candidate that is somebody else
-- points, slots, repeats, tiers: the point table of the model at that date, in integers (docs/architecture.md)
"""


def text(model: Model, query: str, dialect: str, as_of: date) -> str:
    """The query, formatted for `dialect`."""
    trees = {
        "score": lambda: score_query(model, as_of, dialect),
        "ledger": lambda: ledger_query(model, as_of, dialect),
        "reasons": lambda: strongest_query(model, as_of, dialect, REASONS),
    }
    head = HEAD.format(query=query, name=" ".join(model.name.split()), as_of=as_of)
    return head + trees[query]().sql(dialect, pretty=True) + ";"
