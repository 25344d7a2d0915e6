"""What was done by whom: written by every page that changes something, read by owners and privacy officers."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from journeyscore.web.models import AuditEntry

ACTIONS = {
    "set_up": _("set journeyscore up"),
    "login": _("logged in"),
    "login_slowed": _("too many wrong passwords: tries are slowed down"),
    "code_slowed": _("too many wrong codes: tries are slowed down"),
    "recovery_code": _("logged in with a recovery code"),
    "password_changed": _("changed the password"),
    "second_factor_on": _("turned the second factor on"),
    "second_factor_off": _("turned the second factor off"),
    "sessions_ended": _("ended sessions"),
    "invited": _("invited somebody"),
    "invitation_withdrawn": _("withdrew an invitation"),
    "invitation_used": _("accepted an invitation"),
    "role_changed": _("changed a role"),
    "account_closed": _("closed an account"),
    "account_opened": _("opened an account again"),
    "password_link": _("made a link for a new password"),
    "export": _("took a file out"),
    "import": _("brought a file in"),
    "retry": _("sent repaired rows in again"),
    "import_cancelled": _("stopped an import"),
    "refused_rows_downloaded": _("took the refused rows out"),
    "event_logged": _("logged a contact"),
    "note": _("wrote a note"),
    "note_removed": _("removed a note"),
    "care_assign": _("assigned a candidate"),
    "care_snooze": _("snoozed a candidate"),
    "care_handled": _("marked a candidate as handled"),
    "care_undo": _("took a change back"),
    "merge": _("merged or split candidates"),
    "erase": _("erased a person"),
    "my_score_link": _("made a link for a candidate"),
    "model_published": _("published the points model"),
    "model_undone": _("took a publication back"),
    "link_made": _("made a link"),
    "link_ended": _("ended a link"),
    "link_host_allowed": _("let links lead to a host"),
    "link_host_removed": _("took a host for links off the list"),
    "write_key_made": _("made a write key"),
    "link_judged": _("judged clicks on a link anew"),
    "reaction_made": _("made a rule for signals"),
    "reaction_removed": _("removed a rule for signals"),
    "reaction_switched": _("switched a rule for signals on or off"),
    "write_key_revoked": _("revoked a write key"),
    "destination_made": _("made a destination of messages"),
    "destination_on": _("switched a destination on"),
    "destination_off": _("switched a destination off"),
    "destination_secret": _("made a new secret for a destination"),
    "destination_removed": _("removed a destination"),
    "message_again": _("sent a message again"),
    "key_made": _("made an API key"),
    "key_revoked": _("revoked an API key"),
}


def record(request: HttpRequest, action: str, about: object = "", **details: object) -> None:
    """Write down that the reader (or nobody yet) did this."""
    account = request.user if request.user.is_authenticated else None
    AuditEntry.objects.create(account=account, action=action, about=str(about), details=details)
