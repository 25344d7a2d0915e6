"""What people type about an account, checked."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from journeyscore.web.access import Role
from journeyscore.web.models import Account

LONGEST_PASSWORD = 1_024
"""Characters; hashing more would be a way to keep a server busy."""


class NewPassword(forms.Form):
    """A password for an account, new or not."""

    password = forms.CharField(max_length=LONGEST_PASSWORD, strip=False)

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean(self) -> dict[str, Any]:
        """The password must not be one that is easily guessed for this person."""
        found: dict[str, Any] = super().clean() or {}
        person = self.account or Account(email=found.get("email", ""), name=found.get("name", ""))
        if "password" in found:
            try:
                validate_password(found["password"], person)
            except ValidationError as error:
                self.add_error("password", error)
        return found


class NewPerson(NewPassword):
    """Somebody who was invited: the address is the invitation's."""

    name = forms.CharField(max_length=100)


class Owner(NewPerson):
    """The first account."""

    email = forms.EmailField(max_length=254)


class Invite(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(max_length=254)
    role = forms.ChoiceField(choices=[(role.value, role.value) for role in Role])

    def clean_email(self) -> str:
        """An address without an account."""
        email = str(self.cleaned_data["email"]).strip().casefold()
        if Account.objects.filter(email=email).exists():
            raise ValidationError(_("Somebody with this address has an account already."))
        return email
