"""Small model files to vary."""

from journeyscore.domain.errors import ModelError
from journeyscore.domain.model import Touchpoint
from journeyscore.modelfile import parse_model

HEAD = "model: 1\nname: Test\n"


def problems_of(text: str) -> list[str]:
    """Every problem of a model file; none when it is right."""
    try:
        parse_model(text)
    except ModelError as error:
        return error.problems
    return []


def with_touchpoint(*lines: str, head: str = HEAD) -> str:
    """A model with one touchpoint, `form`, that has these lines and the required keys that they leave out."""
    given = {line.split(":")[0] for line in lines}
    required = {"stage": "stage: interested", "when": "when: {event: form_submitted}", "points": "points: 30"}
    rest = [line for key, line in required.items() if key not in given and not (key == "points" and "tiers" in given)]
    body = "".join(f"    {line}\n" for line in [*lines, *rest])
    return f"{head}touchpoints:\n  form:\n{body}"


def touchpoint_of(*lines: str, head: str = HEAD) -> Touchpoint:
    """That touchpoint."""
    return parse_model(with_touchpoint(*lines, head=head)).touchpoints[0]


def problem_of(*lines: str, head: str = HEAD) -> str:
    """The one problem of that touchpoint."""
    found = problems_of(with_touchpoint(*lines, head=head))
    assert len(found) == 1, found
    return found[0]
