"""Writes docs/model.schema.json anew: run `python tools/write_schema.py` after a change of the model's format."""

import json
from pathlib import Path

from journeyscore.modelfile import json_schema

PLACE = Path(__file__).parent.parent / "docs" / "model.schema.json"


def schema_text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(json_schema(), indent=2) + "\n"


if __name__ == "__main__":
    PLACE.write_text(schema_text(), encoding="utf-8")
    print(f"wrote {PLACE}")
