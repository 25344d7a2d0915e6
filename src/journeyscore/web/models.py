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
