"""The tables. Times are UTC."""

from typing import ClassVar

from django.db import models


class Person(models.Model):
    """A candidate as sent: all that is known of them by name."""

    pseudonym = models.CharField(max_length=12, primary_key=True)
    key = models.TextField(db_index=True)
    email = models.TextField(null=True, db_index=True)
    phone = models.TextField(null=True)
    name = models.TextField(null=True)
    first_seen = models.DateTimeField(null=True)

    class Meta:
        db_table = "person"


class Link(models.Model):
    """`person`, a visitor or a merged candidate, stands for `candidate`, unless it was undone. All are pseudonyms."""

    person = models.CharField(max_length=12)
    candidate = models.CharField(max_length=12, db_index=True)
    since = models.DateTimeField()
    made_by = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "link"
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "candidate"], name="link_once")]


class Import(models.Model):
    """One run over one file; `parts` of it have been landed, up to `last_row`."""

    id = models.CharField(max_length=32, primary_key=True)
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64, db_index=True)
    source = models.TextField()
    mapping = models.CharField(max_length=64)
    started = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    parts = models.IntegerField(default=0)
    last_row = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=dict)
    refused_file = models.TextField(default="")

    class Meta:
        db_table = "import"


class IntakeCount(models.Model):
    """How many rows of a source came on a local day with an outcome: received, accepted, duplicate or a reason."""

    source = models.TextField()
    day = models.DateField()
    outcome = models.CharField(max_length=40)
    rows = models.BigIntegerField(default=0)

    class Meta:
        db_table = "intake_count"
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "day", "outcome"], name="intake_count_once")]


class Tombstone(models.Model):
    """A pseudonym that was erased: a keyed hash, from which nobody can be told, but by which they stay away."""

    pseudonym = models.CharField(max_length=12, primary_key=True)
    erased_at = models.DateTimeField()

    class Meta:
        db_table = "tombstone"
