"""The steps of intake, in the order in which they run. Each takes a batch of columns and gives one.

`put_*` adds or corrects columns; `drop_*` moves rows to the refusals, with a reason. One row or 100,000: alike.
"""

from collections.abc import Callable

import polars as pl

from journeyscore.domain.event import SENT_FIELDS
from journeyscore.domain.refusal import Reason
from journeyscore.intake.batch import Batch
from journeyscore.intake.channels import classify_channels
from journeyscore.intake.keys import candidate_pseudonyms, hash_of, visitor_pseudonyms
from journeyscore.intake.machines import is_machine
from journeyscore.intake.names import standard_names
from journeyscore.intake.properties import read_properties
from journeyscore.intake.scrub import mask_column, mask_ids, scrub_urls
from journeyscore.intake.times import local_day, read_times

LONGEST = 1_000
LONGEST_URL = 4_000
LONGEST_PROPERTIES = 32_768
LONGEST_BY_FIELD = {"url": LONGEST_URL, "referrer": LONGEST_URL, "properties": LONGEST_PROPERTIES, "name": 200}
"""Characters that a field may have."""
CALLS = {"identify": "identified", "alias": "aliased"}
"""Calls that say who somebody is, and the names of their events."""
TEXTS = ("channel", "traffic_source", "campaign", "content", "source")
"""Columns of the log in which senders write what they like."""
OUTSIDE_FINGERPRINT = ("message_id", "source", "occurred_at", "email", "phone", "person_name")
"""What does not make it another event: an export of next month has new telephone numbers beside old events."""
PSEUDONYMS = {"candidate": "candidate_pseudonym", "visitor": "visitor_pseudonym", "previous": "previous_pseudonym"}


def put_columns(batch: Batch) -> Batch:
    """Every field that may be sent, as stripped text; empty is null. Typed times stay typed. Calls in small letters."""
    present = set(batch.rows.columns)
    columns = []
    for field in SENT_FIELDS:
        if field.name not in present:
            columns.append(pl.lit(None, pl.String).alias(field.name))
        elif field.name != "occurred_at" or batch.rows.schema["occurred_at"] == pl.String:
            stripped = pl.col(field.name).cast(pl.String).str.strip_chars()
            columns.append(pl.when(stripped != "").then(stripped).alias(field.name))
    rows = batch.rows.with_columns(columns, flags=pl.lit(""))
    source = pl.col("source").fill_null(batch.context.source)
    return batch.having(rows.with_columns(source, pl.col("call").str.to_lowercase()))


def drop_long_texts(batch: Batch) -> Batch:
    """Fields beyond their length."""
    for field in SENT_FIELDS:
        if batch.rows.schema[field.name] == pl.String:
            most = LONGEST_BY_FIELD.get(field.name, LONGEST)
            reason = Reason.TOO_MANY_PROPERTIES if field.name == "properties" else Reason.TOO_LONG
            what = f"{field.name} has more than {most:,} characters"
            batch = batch.without(pl.col(field.name).str.len_chars() > most, reason, field.name, pl.lit(what))
    return batch


def drop_without_time(batch: Batch) -> Batch:
    """Rows that do not say when."""
    return batch.without(pl.col("occurred_at").is_null(), Reason.NO_TIME, "occurred_at")


def put_times(batch: Batch) -> Batch:
    """The moment in UTC, and what had to be assumed. A claim from the future counts when it came."""
    sent = batch.rows.get_column("occurred_at")
    read = read_times(sent, batch.context.time_zone, batch.context.received_at)
    rows = batch.rows.with_columns(sent.cast(pl.String).alias("sent_at"), *read.get_columns())
    ahead = pl.when("ahead").then(pl.lit("clock_ahead")).otherwise(pl.lit(""))
    return batch.having(rows).flagged(pl.col("assumed")).flagged(ahead)


def drop_bad_times(batch: Batch) -> Batch:
    """Times that cannot be read, or that cannot be. Columns may have been mixed up: an address is not repeated."""
    sent_at = pl.col("sent_at").map_batches(mask_column, return_dtype=pl.String)  # of the refused rows only
    message = pl.format("“{}” is no time that can be read", sent_at.str.slice(0, 40))
    return batch.without(pl.col("occurred_at").is_null(), Reason.BAD_TIME, "occurred_at", message)


def put_persons(batch: Batch) -> Batch:
    """Pseudonyms of candidate, visitor and, in an alias call, the candidate before. An e-mail names a candidate."""
    key, rows = batch.context.key, batch.rows.with_columns(candidate_key=pl.coalesce("candidate", "email"))
    candidates = candidate_pseudonyms(key, rows.get_column("candidate_key")).alias("candidate_pseudonym")
    visitors = visitor_pseudonyms(key, rows.get_column("visitor")).alias("visitor_pseudonym")
    previous = candidate_pseudonyms(key, rows.get_column("previous")).alias("previous_pseudonym")
    rows = rows.with_columns(candidates, visitors, previous)
    return batch.having(rows.with_columns(person=pl.coalesce("candidate_pseudonym", "visitor_pseudonym")))


def drop_without_person(batch: Batch) -> Batch:
    """Rows about nobody."""
    return batch.without(pl.col("person").is_null(), Reason.NO_PERSON, "candidate")


def drop_erased(batch: Batch) -> Batch:
    """Rows of people who were erased, under any of their pseudonyms."""
    if not batch.context.erased:
        return batch
    erased = pl.Series(sorted(batch.context.erased), dtype=pl.String).implode()
    columns = ("candidate_pseudonym", "visitor_pseudonym", "previous_pseudonym")
    theirs = pl.any_horizontal(pl.col(c).is_in(erased).fill_null(False) for c in columns)
    return batch.without(theirs, Reason.ERASED, "candidate", pl.lit("this person was erased"))


def put_ids(batch: Batch) -> Batch:
    """Fingerprint of what was sent, and the event's id; without a message id it is derived from the fingerprint."""
    names = {f.name: PSEUDONYMS.get(f.name, f.name) for f in SENT_FIELDS if f.name not in OUTSIDE_FINGERPRINT}
    said = {name: pl.col(column) for name, column in names.items() if batch.rows.get_column(column).count()}
    moment = pl.coalesce("claimed_at", "occurred_at").dt.timestamp("us").cast(pl.String)
    key, content = batch.context.key, {**said, "occurred_at": moment}
    rows = batch.rows.with_columns(fingerprint=hash_of(key, b"content", content))
    derived = pl.when(pl.col("message_id").is_null()).then(pl.col("fingerprint").cast(pl.String))
    named = {"source": pl.col("source"), "message_id": pl.col("message_id"), "fingerprint": derived}
    ids = hash_of(key, b"event", named).alias("event_id")
    is_derived = pl.when(pl.col("message_id").is_null()).then(pl.lit("id_derived")).otherwise(pl.lit(""))
    return batch.having(rows.with_columns(ids)).flagged(is_derived)


def put_names(batch: Batch) -> Batch:
    """The event's name in the standard spelling; calls that only say who somebody is have names of their own."""
    names = standard_names(mask_column(batch.rows.get_column("name"))).alias("name")
    calls = pl.col("call").replace_strict(CALLS, default=None, return_dtype=pl.String)
    named = pl.when(pl.col("name") != "").then(pl.col("name"))
    return batch.having(batch.rows.with_columns(names).with_columns(name=pl.coalesce(named, calls)))


def drop_without_name(batch: Batch) -> Batch:
    """Rows that do not say what happened."""
    return batch.without(pl.col("name").is_null(), Reason.NO_NAME, "name")


def put_properties(batch: Batch) -> Batch:
    """Properties as a flat object of texts, without personal data and without points of the sender's own making."""
    read = read_properties(batch.rows.get_column("properties"))
    flags = read.get_column("flags").fill_null("").alias("property_flags")
    rows = batch.rows.with_columns(
        read.get_column("properties"),
        read.get_column("reason").alias("property_reason"),
        read.get_column("message").alias("property_message"),
        read.get_column("machine").alias("says_machine"),
        flags,
    )
    return batch.having(rows).flagged(pl.col("property_flags"))


def drop_bad_properties(batch: Batch) -> Batch:
    """Properties that are no flat-able JSON object."""
    bad = pl.col("property_reason").is_not_null()
    return batch.without(bad, pl.col("property_reason"), "properties", pl.col("property_message"))


def put_machine(batch: Batch) -> Batch:
    """Whether a machine sent it: by its user agent, or because the sender says so."""
    machine = is_machine(batch.rows.get_column("user_agent")).alias("machine")
    rows = batch.rows.with_columns(machine)
    return batch.having(rows.with_columns(pl.col("machine") | pl.col("says_machine").fill_null(False)))


def put_channels(batch: Batch) -> Batch:
    """Channel and traffic source, and campaign and content where only the page's address has them."""
    said = batch.rows.get_column("channel")
    harmless = said.set((said != mask_column(said)).fill_null(False), None)  # an address is no channel
    columns = batch.rows.select("utm_source", "utm_medium", "campaign", "content", "url", "referrer")
    found = classify_channels(columns.with_columns(harmless))
    return batch.having(batch.rows.with_columns(found.get_columns()))


def put_scrubbed(batch: Batch) -> Batch:
    """Addresses and texts without personal data."""
    texts = [mask_column(batch.rows.get_column(c)) for c in TEXTS]
    pages = [scrub_urls(batch.rows.get_column(c)) for c in ("url", "referrer")]
    vacancy = mask_ids(batch.rows.get_column("vacancy"))
    return batch.having(batch.rows.with_columns(*texts, *pages, vacancy))


def put_day(batch: Batch) -> Batch:
    """The local day, and when it was received."""
    day = local_day("occurred_at", batch.context.time_zone).alias("day")
    received = pl.lit(batch.context.received_at, pl.Datetime("us", "UTC")).alias("received_at")
    return batch.having(batch.rows.with_columns(day, received))


STEPS: tuple[Callable[[Batch], Batch], ...] = (
    put_columns,
    drop_long_texts,
    drop_without_time,
    put_times,
    drop_bad_times,
    put_persons,
    drop_without_person,
    drop_erased,
    put_ids,
    put_names,
    drop_without_name,
    put_properties,
    drop_bad_properties,
    put_machine,
    put_channels,
    put_scrubbed,
    put_day,
)
