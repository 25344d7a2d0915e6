"""What the rooms below say, in the reader's language: they say it in phrases, and the catalogues have the templates."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext

from journeyscore.domain.errors import JourneyscoreError
from journeyscore.domain.phrase import Phrase

Packed = str | Mapping[str, Any]
"""A text as JSON has it: a phrase keeps its template and values."""


def in_words(said: str | JourneyscoreError) -> str:
    """An error, a note or a part of one, in the language of whoever reads it."""
    text = said.said if isinstance(said, JourneyscoreError) else said
    if isinstance(text, Phrase):
        return _FILLING.vformat(gettext(text.template), (), text.values)
    return gettext(text)


class _Filling(Formatter):
    """Fills a template: phrases in the same language, numbers as the reader writes them."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Phrase):
            return in_words(value)
        written = format(value, format_spec)
        return written if isinstance(value, str) else written.translate(_separators())


_FILLING = _Filling()


def _separators() -> dict[int, str]:
    return {ord(","): str(get_format("THOUSAND_SEPARATOR")), ord("."): str(get_format("DECIMAL_SEPARATOR"))}


def packed(text: str) -> Packed:
    """A text to be kept, so that everybody can read it in a language of their own."""
    if not isinstance(text, Phrase):
        return text
    values = {name: packed(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return {"template": text.template, "values": values}


def unpacked(kept: Packed) -> str:
    """The text that was `packed`."""
    if isinstance(kept, str):
        return kept
    values = {name: unpacked(v) if isinstance(v, str | Mapping) else v for name, v in kept["values"].items()}
    return Phrase(kept["template"], **values)
