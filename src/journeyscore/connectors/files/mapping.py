"""Mapping files: a foreign layout in a few lines of YAML."""

from collections.abc import Mapping as Pairs
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path

from journeyscore.connectors.files.columns import FIELDS, HALVES, PROPERTY
from journeyscore.domain.errors import MappingError, ModelError, UsageError
from journeyscore.domain.phrase import Phrase, of_machine
from journeyscore.modelfile.problems import Problems, quoted, suggestion
from journeyscore.modelfile.scalars import read_choice, read_text, read_whole
from journeyscore.modelfile.section import Section, entries
from journeyscore.modelfile.tree import Node, read_tree

KEYS = ("mapping", "source", "columns", "constants", "values", "unmapped", "delimiter", "encoding", "sheet")
FORMAT = 1
LONGEST = 1_000
MOST = 2_000
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says.

    `columns`: the file's column to a field, to `properties.KEY`, or to a half of `occurred_at` (`date`, `time`);
    `constants`: field to text; `values`: field to (text in the file to text of ours); `refuse_unmapped`: refuse values
    that `values` does not list, instead of keeping them; `source`: the system; `delimiter`, `encoding` and `sheet`
    override what would be detected.
    """

    columns: Pairs[str, str] = field(default_factory=dict)
    constants: Pairs[str, str] = field(default_factory=dict)
    values: Pairs[str, Pairs[str, str]] = field(default_factory=dict)
    refuse_unmapped: bool = False
    source: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None


def read_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises UsageError for one that cannot be read, MappingError for one that is not valid."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1).decode("utf-8-sig")
    except OSError as error:
        raise UsageError(
            "{path}: cannot be read ({reason}); give the path of a mapping file", path=path, reason=of_machine(error)
        ) from error
    except UnicodeDecodeError as error:
        raise MappingError("{path}: is not UTF-8; save it as UTF-8", path=path) from error
    return parse_mapping(text, path.name)


def parse_mapping(text: str, name_of_file: str = "mapping.yaml") -> Mapping:
    """The mapping in a YAML text; MappingError with every problem, each with its line."""
    problems = Problems(name_of_file)
    try:
        tree = read_tree(text, problems)
        problems.check()
        found = _mapping(Section(tree, "", problems, KEYS), problems)
        problems.check()
    except ModelError as error:
        raise MappingError(error.said) from error
    return found


def _mapping(section: Section, problems: Problems) -> Mapping:
    version = section.need(
        "mapping", lambda n: read_whole(n, 1, FORMAT), FORMAT, Phrase("write mapping: 1 in the first line")
    )
    assert version == FORMAT
    columns, constants = _pairs(section, "columns", problems), _pairs(section, "constants", problems)
    for column, target in columns.items():
        _check_field(
            section, "columns", target, Phrase("column {column}", column=quoted(column)), problems, FIELDS | set(HALVES)
        )
    for target in constants:
        _check_field(section, "constants", target, Phrase("a constant"), problems)
    unmapped = section.get("unmapped", lambda n: read_choice(n, ("keep", "refuse")), "keep")
    return Mapping(
        columns,
        constants,
        _values(section, problems),
        unmapped == "refuse",
        *(
            section.get(key, lambda n: read_text(n, LONGEST), None)
            for key in ("source", "delimiter", "encoding", "sheet")
        ),
    )


def _pairs(section: Section, key: str, problems: Problems) -> dict[str, str]:
    if key not in section:
        return {}
    return _texts(section.pairs[key][1], key, problems)


def _texts(node: Node, path: str, problems: Problems) -> dict[str, str]:
    inner = Section(node, path, problems, (), open_key=lambda key: True)
    return {
        name.text: inner.get(name.text, lambda n: read_text(n, LONGEST), "")
        for name, _ in entries(node, path, problems, MOST)
    }


def _values(section: Section, problems: Problems) -> dict[str, dict[str, str]]:
    if "values" not in section:
        return {}
    found = {}
    for name, node in entries(section.pairs["values"][1], "values", problems, MOST):
        _check_field(section, "values", name.text, Phrase("values"), problems)
        found[name.text] = _texts(node, f"values.{name.text}", problems)
    return found


def _check_field(
    section: Section, key: str, target: str, what: Phrase, problems: Problems, known: Set[str] = FIELDS
) -> None:
    is_property = target.startswith(PROPERTY) and len(target) > len(PROPERTY)
    if target not in known and not is_property:
        line = section.line_of(key)
        problems.add(
            line,
            Phrase(
                "{key}: {what} names the unknown field {text}; {advice}",
                key=key,
                what=what,
                text=quoted(target),
                advice=suggestion(target, known),
            ),
        )
