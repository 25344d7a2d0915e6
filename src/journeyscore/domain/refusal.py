"""Why an input was not taken: a closed list, so that every refusal can be counted, shown and mended."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """The reasons. The value is stable: it stands in files, JSON and counts."""

    NO_PERSON = "no_person"
    NO_NAME = "no_name"
    NO_TIME = "no_time"
    BAD_TIME = "bad_time"
    BAD_NUMBER = "bad_number"
    BAD_PROPERTIES = "bad_properties"
    TOO_MANY_PROPERTIES = "too_many_properties"
    TOO_LONG = "too_long"
    BAD_UNICODE = "bad_unicode"
    BAD_JSON = "bad_json"
    DUPLICATE_KEY = "duplicate_key"
    NOT_AN_OBJECT = "not_an_object"
    WRONG_COLUMNS = "wrong_columns"
    UNKNOWN_TYPE = "unknown_type"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    UNMAPPED_VALUE = "unmapped_value"
    ID_CONFLICT = "id_conflict"
    ERASED = "erased"
    UNSIGNED = "unsigned"
    NO_CONSENT = "no_consent"


WHAT_TO_DO: dict[Reason, str] = {
    Reason.NO_PERSON: "give a candidate or a visitor",
    Reason.NO_NAME: "give the event a name",
    Reason.NO_TIME: "give the time at which it happened",
    Reason.BAD_TIME: "write the time as 2026-11-23T14:05:00+01:00 or 23-11-2026 14:05",
    Reason.BAD_NUMBER: "write an ordinary number",
    Reason.BAD_PROPERTIES: 'write the properties as a JSON object, e.g. {"form": "job alert"}',
    Reason.TOO_MANY_PROPERTIES: "send fewer or shorter properties",
    Reason.TOO_LONG: "shorten the field",
    Reason.BAD_UNICODE: "save the file as UTF-8",
    Reason.BAD_JSON: "write one JSON object per line",
    Reason.DUPLICATE_KEY: "give every key once",
    Reason.NOT_AN_OBJECT: "write one JSON object per line",
    Reason.WRONG_COLUMNS: "give the row as many fields as the header",
    Reason.UNKNOWN_TYPE: "use a call of the Segment spec: track, page, screen, identify, alias or group",
    Reason.FORMULA_WITHOUT_VALUE: "open the file in Excel, save it, and import it again",
    Reason.UNMAPPED_VALUE: "add the value to the mapping file",
    Reason.ID_CONFLICT: "the same id came before with other content: give the new event an id of its own",
    Reason.ERASED: "this person was erased; nothing of the row was kept",
    Reason.UNSIGNED: "a browser cannot say who somebody is: send a signed token with it, or use a server's key",
    Reason.NO_CONSENT: "without the visitor's consent nothing but this count is kept",
}

NEVER_KEPT = (Reason.ERASED, Reason.NO_CONSENT)
"""Of what was refused for these reasons no byte is kept."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One input that was not taken: the row in its file (from 1, the header included), why, and which field."""

    row: int
    reason: Reason
    field: str
    message: str
