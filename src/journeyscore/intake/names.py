"""Event names in the standard spelling: `Form Submitted`, `formSubmitted` and `formulier ingevuld` are one."""

import re
import unicodedata
from functools import lru_cache

import polars as pl

from journeyscore.intake.event_names import ALIASES

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
OTHER = re.compile(r"[\W_]+")
JOINED = {"e_mail": "email", "whats_app": "whatsapp"}
"""Words that are written as one and as two."""


@lru_cache(maxsize=10_000)
def standard_name(text: str) -> str:
    """The standard name for a spelling of it; of unknown names the normalised spelling; "" of nothing."""
    spelled = normal_name(text)
    joined = spelled
    for apart, together in JOINED.items():
        joined = joined.replace(apart, together)
    return ALIASES.get(spelled) or ALIASES.get(joined, spelled)


def normal_name(text: str) -> str:
    """Small letters without accents, words joined by one underscore; camelCase counts as words."""
    return plain_name(CAMEL.sub("_", _without_accents(text)))


def plain_name(text: str) -> str:
    """As `normal_name`, but camelCase is one word: capitals do not matter."""
    words = _without_accents(text).casefold()
    # folding may bring forth what is folded again (ligatures, dotted I): once more, and it stays
    return OTHER.sub("_", _without_accents(words).casefold()).strip("_")


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def standard_names(values: pl.Series) -> pl.Series:
    """`standard_name` of each value; null stays null."""
    known = values.drop_nulls().unique().to_list()
    return values.replace_strict({v: standard_name(v) for v in known}, default=None, return_dtype=pl.String)
