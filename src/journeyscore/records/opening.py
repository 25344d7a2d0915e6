"""Opening the records of a data directory: the only way in, and the moment at which Django is loaded."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from journeyscore.log.lease import Lease

if TYPE_CHECKING:
    from journeyscore.records.store import Records


def open_records(data_dir: Path, lease: Lease | None = None) -> "Records":
    """The records of `data_dir`, made or migrated (under the lease) where that is needed.

    Raises UsageError where they were written by a newer version, StorageError where they cannot be read.
    """
    from journeyscore.records.setup import FILE, register

    alias = register(data_dir)
    from journeyscore.records.store import Records

    records = Records(data_dir.resolve(), alias)
    records.migrate(lease or Lease(data_dir / "lock"))
    with suppress(OSError):  # it has names, and secrets that sign; SQLite gives its other files the same mode
        (data_dir / FILE).chmod(0o600)
    return records
