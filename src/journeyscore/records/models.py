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
    made_at = models.DateTimeField(db_index=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "link"
        indexes: ClassVar = [
            # of the few that were undone: an index of all would be taken for the way to those that were not
            models.Index("undone_at", condition=models.Q(undone_at__isnull=False), name="link_undone")
        ]
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


class Care(models.Model):
    """What people do about a candidate: who looks after them, until when they rest, when they were last dealt with.

    `owner` and `handled_by` are accounts' numbers.
    """

    candidate = models.CharField(max_length=12, primary_key=True)
    owner = models.BigIntegerField(null=True, db_index=True)
    snoozed_until = models.DateField(null=True)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "care"


class Note(models.Model):
    """Something that somebody wrote down about a candidate. It is never scored."""

    candidate = models.CharField(max_length=12, db_index=True)
    author = models.BigIntegerField(null=True)
    text = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "note"


class ModelVersion(models.Model):
    """A scoring model that was in force: its text as published. `author` is an account's number; null: the file."""

    number = models.AutoField(primary_key=True)
    text = models.TextField()
    fingerprint = models.CharField(max_length=64)
    author = models.BigIntegerField(null=True)
    note = models.TextField(blank=True)
    published_at = models.DateTimeField()

    class Meta:
        db_table = "model_version"


class Job(models.Model):
    """Work that was asked for on a page and is done beside it. `kind` says which; `asked` and `answer` are its own."""

    id = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=20)
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    asked = models.JSONField(default=dict)
    answer = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        db_table = "job"


class WriteKey(models.Model):
    """A key with which a system sends events of its `source`. `kind` is browser or server; only a hash is kept of it.

    `shown` is its beginning, by which people tell keys apart; a browser's key is public anyhow. `consent`: each call
    has to say that the visitor agreed.
    """

    source = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    hashed = models.CharField(max_length=64, unique=True)
    shown = models.CharField(max_length=12)
    origins = models.JSONField(default=list)
    consent = models.BooleanField(default=False)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "write_key"


class Standing(models.Model):
    """The band in which a candidate stands and since when, and the millipoints when that was last looked at: at
    version `log` of the log.

    It can be made again from the log; it is kept so that a change is noticed, and noticed once.
    """

    candidate = models.CharField(max_length=12, primary_key=True)
    band = models.TextField()
    millipoints = models.BigIntegerField()
    last_event_at = models.DateTimeField()
    log = models.BigIntegerField(db_index=True)
    since = models.DateTimeField()

    class Meta:
        db_table = "standing"


class Followed(models.Model):
    """Up to where the log was followed: one row. What came later may still change somebody's standing."""

    log = models.BigIntegerField()
    links_at = models.DateTimeField(null=True)
    model = models.CharField(max_length=64)
    day = models.DateField()

    class Meta:
        db_table = "followed"


class Crossing(models.Model):
    """A candidate came into another band; `from_band` is null for who was not there before."""

    candidate = models.CharField(max_length=12, db_index=True)
    at = models.DateTimeField()
    from_band = models.TextField(null=True)
    to_band = models.TextField()
    from_millipoints = models.BigIntegerField()
    millipoints = models.BigIntegerField()
    cause = models.CharField(max_length=10)

    class Meta:
        db_table = "crossing"


class Reaction(models.Model):
    """What is to be said when something happens to a candidate, and to whom: see `domain.reaction`."""

    name = models.TextField()
    kind = models.CharField(max_length=20)
    band = models.TextField(blank=True)
    days = models.IntegerField(default=0)
    hours = models.IntegerField(default=0)
    start = models.TextField(blank=True)
    finish = models.TextField(blank=True)
    destinations = models.JSONField(default=list)
    on = models.BooleanField(default=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "reaction"


class Signal(models.Model):
    """A reaction that came about: an item in the recruiter's list, until somebody has seen to it."""

    reaction = models.BigIntegerField()
    once = models.TextField()
    candidate = models.CharField(max_length=12, db_index=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    seen_by = models.BigIntegerField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signal"
        constraints: ClassVar = [models.UniqueConstraint(fields=["reaction", "once"], name="signal_once")]


class Withdrawn(models.Model):
    """A visitor or candidate who took their consent back, and has not given it again since."""

    pseudonym = models.CharField(max_length=12, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "withdrawn"


class TrackedLink(models.Model):
    """A short link: `code` leads to `target`. The other texts say what a click on it tells."""

    code = models.CharField(max_length=12, unique=True)
    target = models.TextField()
    source = models.CharField(max_length=100)
    medium = models.CharField(max_length=100)
    campaign = models.CharField(max_length=200, blank=True)
    content = models.CharField(max_length=200, blank=True)
    vacancy = models.CharField(max_length=200, blank=True)
    ats_source = models.CharField(max_length=200, blank=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tracked_link"


class LinkHost(models.Model):
    """A host to which links may lead; `below`: and the hosts below it. `parameter` takes the source there, if any."""

    name = models.CharField(max_length=253, primary_key=True)
    below = models.BooleanField(default=False)
    parameter = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "link_host"


class Destination(models.Model):
    """Where messages go. `signing` is the secret that signs; for a day after a new one was made, `old_signing`, too.

    `off_reason` is a packed phrase: why we ourselves stopped sending there.
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    address = models.TextField()
    signing = models.TextField(blank=True)
    old_signing = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True)
    digest = models.BooleanField(default=False)
    quiet = models.BooleanField(default=True)
    names = models.BooleanField(default=False)
    on = models.BooleanField(default=True)
    off_reason = models.JSONField(default=dict)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "destination"


class Message(models.Model):
    """Something to be said to a destination, `once`. `digest` is the message in which it is one item of several."""

    once = models.CharField(max_length=200)
    destination = models.BigIntegerField()
    candidate = models.CharField(max_length=12, null=True, db_index=True)
    topic = models.CharField(max_length=100)
    data = models.JSONField(default=dict)
    due = models.DateTimeField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    tries = models.IntegerField(default=0)
    error = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    digest = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        db_table = "message"
        indexes: ClassVar = [
            models.Index(fields=["state", "due"], name="message_due"),
            models.Index(fields=["destination", "candidate", "state"], name="message_order"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["once", "destination"], name="message_once")]
