"""Putting another scoring model in force: the file, and what was in force before it."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from journeyscore.actions.workspace import MODEL, Workspace
from journeyscore.domain.errors import ModelError, StorageError, UsageError
from journeyscore.domain.phrase import of_machine
from journeyscore.intake.names import standard_name
from journeyscore.log.part_file import sync
from journeyscore.modelfile import fingerprint, parse_model

if TYPE_CHECKING:
    from journeyscore.records.versions import Version, Versions


class ChangedError(UsageError):
    """The model's file is not the one from which the change began."""


def text_in_force(workspace: Workspace) -> str:
    """The model's file as it is now; bytes that are no UTF-8 are shown as such. Raises StorageError."""
    try:
        return (workspace.path / MODEL).read_bytes().decode(errors="replace")
    except OSError as problem:
        raise StorageError(
            "{path}: cannot be read: {reason}", path=workspace.path / MODEL, reason=of_machine(problem)
        ) from problem


def mark_of(text: str) -> str:
    """A short name of a text, to see whether it changed."""
    return sha256(text.encode(errors="replace")).hexdigest()


def versions(workspace: Workspace) -> "Versions":
    """The models that were in force."""
    from journeyscore.records.versions import Versions

    return Versions(workspace.records.alias)


def publish(
    workspace: Workspace, text: str, author: int | None, note: str, began_with: str, now: datetime | None = None
) -> "Version":
    """Put `text` in force. `began_with` is the mark of the file from which the change began.

    What somebody wrote into the file by hand is kept as a version of its own first. Raises ModelError for a text that
    is no model, ChangedError where the file is another one by now, BusyError and StorageError; then nothing changed.
    """
    model = parse_model(text, standard_name=standard_name)
    at = now or datetime.now(UTC)
    with workspace.lease.hold("publish"):
        current = text_in_force(workspace)
        if mark_of(current) != began_with:
            raise ChangedError("model.yaml was changed by somebody else since this draft began; compare the two first")
        with workspace.records.transaction():
            keep_by_hand(workspace, current, at)
            version = versions(workspace).add(text, fingerprint(model), author, note, at)
            _replace(workspace.path / MODEL, text)
    return version


def undo(workspace: Workspace, author: int | None, number: int, now: datetime | None = None) -> "Version":
    """Put the model from before version `number`, the newest, in force again.

    Raises UsageError when that is not the newest one or there is none before it, ChangedError as in `publish`.
    """
    room = versions(workspace)
    newest, before = room.last(), room.last(before=number)
    if newest is None or newest.number != number or before is None:
        raise UsageError("this version is not the newest one any more; restore the one you want instead")
    return publish(workspace, before.text, author, f"↶ {number}", mark_of(newest.text), now)


def keep_by_hand(workspace: Workspace, current: str, at: datetime) -> "Version | None":
    """Keep the file's text as a version without an author, unless it is the newest version."""
    room = versions(workspace)
    newest = room.last()
    if newest and newest.text == current:
        return None
    return room.add(current, _fingerprint(current), None, "", at)


def _fingerprint(text: str) -> str:
    """Empty for a text that is no model."""
    with suppress(ModelError):
        return fingerprint(parse_model(text, standard_name=standard_name))
    return ""


def _replace(path: Path, text: str) -> None:
    """The whole new text or the whole old one, whatever happens."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(text.encode())
        draft.chmod(path.stat().st_mode & 0o777)
        sync([draft])
        draft.rename(path)
        sync([path.parent])
    except OSError as problem:
        raise StorageError(
            "{path}: cannot be written: {reason}; free some space", path=path, reason=of_machine(problem)
        ) from problem
    finally:
        draft.unlink(missing_ok=True)
