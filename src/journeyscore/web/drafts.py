"""Drafts of the model: one per account, a file in the data directory, so that it is there tomorrow."""

from dataclasses import dataclass
from pathlib import Path

from journeyscore.actions.publish import text_in_force
from journeyscore.records.versions import fingerprint_of
from journeyscore.web.workspace import workspace

FOLDER = "drafts"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is worked on, and the fingerprint of the one in force when that began."""

    text: str
    based_on: str
    changed: bool


def draft_of(account: int) -> Draft:
    """The account's draft; without one, the text in force."""
    path, present = _path(account), text_in_force(workspace())
    if not path.exists():
        return Draft(present, fingerprint_of(present), changed=False)
    based_on, _, text = path.read_text(encoding="utf-8").partition("\n")
    return Draft(text, based_on, changed=text != present)


def keep(account: int, text: str, based_on: str) -> None:
    """Remember the draft."""
    path = _path(account)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(f"{based_on}\n{text}", encoding="utf-8")
    new.replace(path)


def drop(account: int) -> None:
    """Forget the draft."""
    _path(account).unlink(missing_ok=True)


def _path(account: int) -> Path:
    return workspace().path / FOLDER / f"{account}.yaml"
