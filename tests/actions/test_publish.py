"""Putting a model in force: the file, the versions, and what stands in the way."""

from datetime import UTC, datetime

import pytest

from journeyscore.actions import publish as room
from journeyscore.actions.workspace import MODEL, Workspace
from journeyscore.domain.errors import BusyError, ModelError, StorageError, UsageError
from journeyscore.log import Lease

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SMALL = """\
model: 1
name: Small
bands:
  some: {at_least: 0}
touchpoints:
  form:
    stage: interested
    when: {event: form_submitted}
    points: %s
"""


def put(workspace: Workspace, text: str, note: str = "") -> object:
    return room.publish(workspace, text, 7, note, room.mark_of(room.text_in_force(workspace)), AT)


def test_the_file_is_the_text_byte_for_byte(workspace: Workspace) -> None:
    text = "# é: a comment stays\n" + SMALL % 5
    put(workspace, text, "Five")
    assert (workspace.path / MODEL).read_bytes() == text.encode()
    assert [p.name for p in workspace.path.iterdir() if p.name.startswith(".model")] == []


def test_what_was_there_becomes_a_version_without_an_author(workspace: Workspace) -> None:
    before = room.text_in_force(workspace)
    put(workspace, SMALL % 5, "Five")
    kept = room.versions(workspace).newest_first()
    assert [(v.text, v.author, v.note) for v in kept] == [(SMALL % 5, 7, "Five"), (before, None, "")]
    assert all(len(v.fingerprint) == 12 for v in kept)


def test_nothing_is_kept_twice(workspace: Workspace) -> None:
    put(workspace, SMALL % 5)
    put(workspace, SMALL % 6)
    assert [v.text for v in room.versions(workspace).newest_first()][:2] == [SMALL % 6, SMALL % 5]
    assert len(room.versions(workspace).newest_first()) == 3


def test_an_edit_by_hand_is_kept_before_it_is_overwritten(workspace: Workspace) -> None:
    put(workspace, SMALL % 5)
    (workspace.path / MODEL).write_text(SMALL % 8)
    put(workspace, SMALL % 9)
    kept = [(v.text, v.author) for v in room.versions(workspace).newest_first()][:3]
    assert kept == [(SMALL % 9, 7), (SMALL % 8, None), (SMALL % 5, 7)]


def test_a_broken_file_is_kept_too(workspace: Workspace) -> None:
    (workspace.path / MODEL).write_bytes(b"model: \xff")
    put(workspace, SMALL % 5)
    broken = room.versions(workspace).newest_first()[1]
    assert (broken.text, broken.fingerprint, broken.author) == ("model: �", "", None)


def test_refused_when_the_file_changed_meanwhile(workspace: Workspace) -> None:
    began = room.mark_of(room.text_in_force(workspace))
    (workspace.path / MODEL).write_text(SMALL % 8)
    with pytest.raises(room.ChangedError, match="changed by somebody else"):
        room.publish(workspace, SMALL % 5, 7, "", began)
    assert room.text_in_force(workspace) == SMALL % 8
    assert room.versions(workspace).newest_first() == []


def test_a_text_that_is_no_model_changes_nothing(workspace: Workspace) -> None:
    before = room.text_in_force(workspace)
    with pytest.raises(ModelError, match=r"model\.yaml:9"):
        put(workspace, SMALL % "many")
    assert room.text_in_force(workspace) == before
    assert room.versions(workspace).newest_first() == []


def test_negative_points_need_their_reason(workspace: Workspace) -> None:
    with pytest.raises(ModelError, match="need a reason"):
        put(workspace, SMALL % -5)


def test_undo_puts_back_what_was_there(workspace: Workspace) -> None:
    before = room.text_in_force(workspace)
    version = put(workspace, SMALL % 5)
    room.undo(workspace, 7, version.number, AT)
    assert room.text_in_force(workspace) == before
    assert [v.text for v in room.versions(workspace).newest_first()] == [before, SMALL % 5, before]


def test_only_the_newest_is_undone(workspace: Workspace) -> None:
    first = put(workspace, SMALL % 5)
    put(workspace, SMALL % 6)
    with pytest.raises(UsageError, match="not the newest"):
        room.undo(workspace, 7, first.number)
    with pytest.raises(UsageError, match="not the newest"):
        room.undo(workspace, 7, 10**9)
    assert room.text_in_force(workspace) == SMALL % 6


def test_undo_leaves_an_edit_by_hand_alone(workspace: Workspace) -> None:
    version = put(workspace, SMALL % 5)
    (workspace.path / MODEL).write_text(SMALL % 8)
    with pytest.raises(room.ChangedError):
        room.undo(workspace, 7, version.number)
    assert room.text_in_force(workspace) == SMALL % 8


def test_waits_for_who_is_writing(workspace: Workspace) -> None:
    workspace.lease.wait = 0.1
    with Lease(workspace.lease.path).hold("import"), pytest.raises(BusyError, match="import"):
        put(workspace, SMALL % 5)


def test_a_file_that_is_gone(workspace: Workspace) -> None:
    (workspace.path / MODEL).unlink()
    with pytest.raises(StorageError, match="cannot be read"):
        room.text_in_force(workspace)
