"""The model that somebody is working on: one for each account, kept in the data directory until it is published."""

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from journeyscore.actions.publish import mark_of, text_in_force
from journeyscore.domain.errors import ModelError, StorageError
from journeyscore.domain.model import Model
from journeyscore.domain.phrase import of_machine
from journeyscore.intake.names import standard_name
from journeyscore.modelfile import parse_model
from journeyscore.web.workspace import workspace

FOLDER = "drafts"


@dataclass(frozen=True, slots=True)
class Draft:
    """A model's text, and the mark of the file from which it began. `own`: the account has changed something."""

    text: str
    began_with: str
    own: bool

    @property
    def overtaken(self) -> bool:
        """Whether the model in force is another one since the draft began."""
        return self.began_with != mark_of(text_in_force(workspace()))


def draft_of(account: int) -> Draft:
    """The account's draft; without one, the model in force."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(_file(account).read_text("utf-8"))
        return Draft(str(kept["text"]), str(kept["began_with"]), own=True)
    text = text_in_force(workspace())
    return Draft(text, mark_of(text), own=False)


def keep(account: int, text: str, began_with: str | None = None) -> None:
    """Keep a text as the account's draft; it goes on from where the present one began, unless that is given."""
    file = _file(account)
    body = {"text": text, "began_with": began_with or draft_of(account).began_with}
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        temporary.write_text(json.dumps(body), "utf-8")
        temporary.rename(file)
    except OSError as problem:
        raise StorageError(
            "{path}: cannot be written: {reason}; free some space", path=file, reason=of_machine(problem)
        ) from problem
    finally:
        temporary.unlink(missing_ok=True)


def discard(account: int) -> bool:
    """Put the account's draft away; False when there was none."""
    with suppress(FileNotFoundError):
        _file(account).rename(_away(account))
        return True
    return False


def bring_back(account: int) -> bool:
    """Take back what `discard` put away; False when there is nothing, or a newer draft."""
    if _file(account).exists() or not _away(account).exists():
        return False
    _away(account).rename(_file(account))
    return True


def parsed(text: str) -> Model:
    """The model in a text. Raises ModelError."""
    return parse_model(text, standard_name=standard_name)


def problems_of(text: str) -> list[str]:
    """What is wrong with a text, each with its line; nothing when it is a model."""
    try:
        parsed(text)
    except ModelError as error:
        return error.problems
    return []


def _file(account: int) -> Path:
    return workspace().path / FOLDER / f"model-{account}.json"


def _away(account: int) -> Path:
    return _file(account).with_suffix(".away")
