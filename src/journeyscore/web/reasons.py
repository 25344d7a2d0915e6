"""Why rows are refused, in the reader's words: what is wrong, and what to do."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "no_person": (_("Nobody is named"), _("Give a candidate or a visitor.")),
    "no_name": (_("It does not say what happened"), _("Give the event a name.")),
    "no_time": (_("There is no time"), _("Give the time at which it happened.")),
    "bad_time": (_("The time cannot be read"), _("Write it as 23-11-2026 14:05 or 2026-11-23T14:05:00+01:00.")),
    "bad_number": (_("A number cannot be read"), _("Write an ordinary number.")),
    "bad_properties": (_("The properties cannot be read"), _("Write them as a JSON object.")),
    "too_many_properties": (_("Too many properties"), _("Send fewer or shorter properties.")),
    "too_long": (_("A field is too long"), _("Shorten it.")),
    "bad_unicode": (_("Some characters cannot be read"), _("Save the file as UTF-8.")),
    "bad_json": (_("This is not JSON"), _("Write one JSON object per line.")),
    "duplicate_key": (_("A key stands there twice"), _("Give every key once.")),
    "not_an_object": (_("This is no JSON object"), _("Write one JSON object per line.")),
    "wrong_columns": (_("The row has another number of fields than the header"), _("Give it as many.")),
    "unknown_type": (_("The kind of call is not known"), _("Use track, page, screen, identify, alias or group.")),
    "formula_without_value": (
        _("A formula without its result"),
        _("Open the file in Excel, save it, and import it again."),
    ),
    "unmapped_value": (_("The mapping does not list this value"), _("Add it to the mapping file.")),
    "id_conflict": (_("The same id came before, with other content"), _("Give the new event an id of its own.")),
    "unsigned": (
        _("A browser said who somebody is"),
        _("Send a signed token with it, or use the key of a server."),
    ),
    "erased": (_("This person was erased"), _("Nothing of the row was kept; there is nothing to do.")),
}


def wrong(reason: str) -> str:
    """What is wrong."""
    return str(REASONS[reason][0]) if reason in REASONS else reason.replace("_", " ")


def to_do(reason: str) -> str:
    """What to do about it."""
    return str(REASONS[reason][1]) if reason in REASONS else ""
