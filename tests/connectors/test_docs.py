"""The page about importing tells the truth."""

import re
from pathlib import Path

from tools.write_import_docs import PAGE, page

from journeyscore.connectors.files.columns import ALIASES, KNOWN, SPELLINGS, normal, recognise
from journeyscore.connectors.files.mapping import parse_mapping, read_mapping

ROOT = Path(__file__).parents[2]


def test_the_table_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_mapping_on_the_page_is_valid() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        parse_mapping(block)
    assert read_mapping(ROOT / "docs" / "examples" / "recruiting" / "mapping.yaml").source == "ats"


def test_every_spelling_is_recognised_as_its_field() -> None:
    for field, spellings in SPELLINGS.items():
        for spelling in spellings.split():
            assert recognise(spelling)[0] == field
    assert not set(ALIASES) & set(KNOWN)
    assert len(ALIASES) == len({normal(s) for spellings in SPELLINGS.values() for s in spellings.split()})
