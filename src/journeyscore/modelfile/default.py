"""The recruitment model that ships with the product."""

from functools import cache
from importlib.resources import files

from journeyscore.domain.model import Model
from journeyscore.modelfile.parse import parse_model

FILE = "recruitment.yaml"


def default_model_text() -> str:
    """The default model as its file, with the comments that say why."""
    return files("journeyscore.modelfile").joinpath(FILE).read_text(encoding="utf-8")


@cache
def default_model() -> Model:
    """The default model."""
    return parse_model(default_model_text(), name_of_file=FILE)
