"""Who was erased, beside the backups: a list of pseudonyms, so that no backup brings anybody back.

A line is a pseudonym and the moment (ISO, UTC). Without the key nobody can be told from it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from journeyscore.domain.errors import InputError
from journeyscore.domain.phrase import of_machine
from journeyscore.log.part_file import storing, sync

FILE = "erased.list"


def read_erased(path: Path) -> dict[str, datetime]:
    """The list in a file. Raises InputError."""
    try:
        rows = [line.split() for line in path.read_text("ascii").splitlines()]
        return {pseudonym: moment(at) for pseudonym, at in rows}
    except OSError as problem:
        raise InputError("{path}: cannot be read: {reason}", path=path, reason=of_machine(problem)) from problem
    except ValueError:
        raise InputError("{path}: this is no list of who was erased", path=path) from None


def moment(text: str) -> datetime:
    """A moment as it is stored; without a zone it is UTC. Raises ValueError."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def add_erased(folder: Path, stones: Mapping[str, datetime]) -> None:
    """See to it that these are on the list in `folder`, on disk. Raises StorageError."""
    path = folder / FILE
    known = read_erased(path) if path.exists() else {}
    lines = [f"{p} {at.astimezone(UTC).isoformat()}\n" for p, at in sorted(stones.items()) if p not in known]
    if not lines:
        return
    draft = path.with_name(f".{FILE}.draft")
    whole = (path.read_text("ascii") if known else "") + "".join(lines)
    storing(draft, lambda: _write(draft, whole))
    draft.replace(path)
    sync([folder])


def _write(path: Path, text: str) -> None:
    path.write_text(text, "ascii")
    sync([path])
