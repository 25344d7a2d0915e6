"""Write the golden SQL anew: `make golden`. Read the difference before you commit it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tests.sql.models import FULL, PLAIN

from journeyscore.sql.score import ledger_query, score_query

FOLDER = Path(__file__).parent / "golden"
AS_OF = date(2026, 11, 23)


def texts() -> Iterator[tuple[Path, str]]:
    """Each golden file with the SQL of today."""
    for model in (PLAIN, FULL):
        for dialect in ("duckdb", "spark"):
            for query, build in (("score", score_query), ("ledger", ledger_query)):
                tree = build(model, AS_OF, dialect)
                yield FOLDER / f"{model.name}_{query}.{dialect}.sql", tree.sql(dialect, pretty=True) + ";\n"


if __name__ == "__main__":
    for path, text in texts():
        path.write_text(text, encoding="utf-8")
