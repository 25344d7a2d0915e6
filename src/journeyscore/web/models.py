"""The tables of the web application: accounts, what they saved, and what was done by whom. Times are UTC."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from journeyscore.web.access import Role


class Accounts(BaseUserManager):
    """Makes accounts."""

    def make(self, email: str, password: str | None, role: Role, name: str = "") -> "Account":
        """An account with this address; no password means that none fits."""
        account = self.model(email=email.strip().casefold(), role=role.value, name=name.strip())
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, email: str) -> "Account":
        """The account with this address, in any case."""
        return self.get(email=email.strip().casefold())


class Account(AbstractBaseUser):
    """Somebody who may log in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=20)
    language = models.CharField(max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "email"

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        return self.name or self.email


class AuditEntry(models.Model):
    """Something that somebody did. `about` is a pseudonym, a model's number or an account's id; never a name."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=40)
    about = models.CharField(max_length=100, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "audit_entry"


class SavedView(models.Model):
    """Filters and order of the priority list under a name. Shared ones are everybody's."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    shared = models.BooleanField(default=False)

    class Meta:
        db_table = "saved_view"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "name"], name="saved_view_once")]


class LoginTries(models.Model):
    """How often a login failed in a row under a key of `throttle`; a hash, so that no address can be read in it."""

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "login_tries"


class Visit(models.Model):
    """A login, for the list in which people end their own sessions. `agent` is a browser and a system in words."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="visits")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(auto_now_add=True)
    agent = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "visit"


class Invitation(models.Model):
    """A place that the owner offers; good for one account, until `used_at` or `withdrawn_at`."""

    email = models.EmailField()
    role = models.CharField(max_length=20)
    made_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"


class RecoveryCode(models.Model):
    """Stands once in place of a code of the second factor. A keyed hash, so that nobody can read it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    hashed = models.CharField(max_length=64)

    class Meta:
        db_table = "recovery_code"


class ApiKey(models.Model):
    """A key for the JSON API: only the hash of its secret is kept. It may never do more than its maker still may."""

    name = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)
    hashed = models.CharField(max_length=64)
    made_by = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_key"
