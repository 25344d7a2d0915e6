"""The model that is in force: the file of a data directory, read once for each text that it has."""

from functools import lru_cache
from pathlib import Path

from journeyscore.actions.workspace import MODEL, Workspace
from journeyscore.domain.model import Model
from journeyscore.intake.names import standard_name
from journeyscore.modelfile import fingerprint
from journeyscore.modelfile.parse import read_model

Mark = tuple[int, int]


def mark_of(workspace: Workspace) -> Mark:
    """Which text the file has, as far as the file system tells."""
    found = (workspace.path / MODEL).stat()
    return found.st_mtime_ns, found.st_size


def model_in_force(workspace: Workspace) -> Model:
    """The model. Raises ModelError where somebody broke the file."""
    return _read(workspace.path / MODEL, mark_of(workspace))


@lru_cache(maxsize=4)
def _read(path: Path, mark: Mark) -> Model:
    return read_model(path, standard_name=standard_name)


@lru_cache(maxsize=4)
def fingerprint_of(model: Model) -> str:
    """What tells this model from others."""
    return fingerprint(model)
