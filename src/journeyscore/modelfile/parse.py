"""A model file, read whole: every problem with its line, or the model."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from journeyscore.domain.errors import ModelError, UsageError
from journeyscore.domain.model import Band, Group, Label, Model, Touchpoint, Unknown
from journeyscore.domain.phrase import Phrase, of_machine
from journeyscore.modelfile.bounds import (
    LONGEST_DESCRIPTION,
    LONGEST_LABEL,
    MOST_BANDS,
    MOST_BYTES,
    MOST_GROUPS,
    MOST_HITS,
    MOST_TOTAL,
    MOST_TOUCHPOINTS,
    POINT_DECIMALS,
)
from journeyscore.modelfile.problems import Problem, Problems, at_line
from journeyscore.modelfile.scalars import format_decimal, is_null, read_name, read_number, read_text, read_whole
from journeyscore.modelfile.section import Section, entries, no_automatic_rejection, rejects
from journeyscore.modelfile.touchpoints import read_label, read_touchpoint
from journeyscore.modelfile.tree import Mapping, Node, Scalar, read_tree

FORMAT = 1
MODEL_KEYS = ("model", "name", "description", "minimum", "maximum", "groups", "bands", "unknown", "touchpoints")
UNKNOWN = "unknown"

Spell = Callable[[str], str]


def read_model(path: Path, *, standard_name: Spell = lambda text: text) -> Model:
    """The model in a file. Raises `UsageError` for a file that cannot be read, else as `parse_model`."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            "{path}: cannot be read ({reason}); give the path of a model file", path=path, reason=of_machine(error)
        ) from error
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ModelError([at_line(path.name, 1, Phrase("the file is UTF-16; save it as UTF-8"))])
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        if len(content) <= MOST_BYTES:
            line = content.count(b"\n", 0, error.start) + 1
            problem = Phrase("this line is not UTF-8; save the file as UTF-8")
            raise ModelError([at_line(path.name, line, problem)]) from error
        text = content.decode(errors="replace")
    return parse_model(text, name_of_file=path.name, standard_name=standard_name)


def parse_model(text: str, *, name_of_file: str = "model.yaml", standard_name: Spell = lambda text: text) -> Model:
    """The model in a YAML text.

    `standard_name` gives the standard spelling of an event's name; it is not asked about names with a `*`. Raises
    `ModelError` with every problem that was found, each as `model.yaml:12: what, where, what to do`.
    """
    problems = Problems(name_of_file)
    root = read_tree(text, problems)
    problems.check()
    model = _read_root(root, problems, standard_name)
    problems.check()
    return model


def _read_root(root: Node, problems: Problems, standard_name: Spell) -> Model:
    section = Section(root, "", problems, MODEL_KEYS)
    if not isinstance(root, Mapping):
        return Model("", (), ())
    section.need("model", _read_format, FORMAT, Phrase("it is the version of the format: write model: 1"))
    groups = _read_groups(section, problems)
    model = Model(
        name=section.need(
            "name", partial(read_text, longest=LONGEST_LABEL), "", Phrase("write a name for people to read")
        ),
        touchpoints=_read_touchpoints(section, problems, standard_name, tuple(group.name for group in groups)),
        bands=_read_bands(section, problems),
        groups=groups,
        unknown=_read_unknown(section, problems),
        minimum=section.get("minimum", read_total, Decimal(0)),
        maximum=section.get("maximum", read_total, None),
        description=section.get("description", partial(read_text, longest=LONGEST_DESCRIPTION, lines=True), ""),
    )
    _check_totals(section, model)
    return model


def _read_format(node: Node) -> int:
    version = read_whole(node, 0, MOST_HITS)
    if version != FORMAT:
        raise Problem(
            node.line,
            "format {version} is not known here; this version reads model: {known}",
            version=version,
            known=FORMAT,
        )
    return version


def read_total(node: Node) -> Decimal | None:
    """A number in the size of a whole score, or `null` for none."""
    return None if is_null(node) else read_number(node, -MOST_TOTAL, MOST_TOTAL, POINT_DECIMALS)


def _read_threshold(node: Node) -> Decimal:
    return read_number(node, -MOST_TOTAL, MOST_TOTAL, POINT_DECIMALS)


def _check_totals(section: Section, model: Model) -> None:
    if model.minimum is not None and model.maximum is not None and model.minimum >= model.maximum:
        line = section.line_of("maximum")
        section.problem(
            line,
            Phrase(
                "{maximum} is not above the minimum, {minimum}; raise it or write null",
                maximum=model.maximum,
                minimum=model.minimum,
            ),
            "maximum",
        )


def _named(section: Section, problems: Problems, key: str, what: str, most: int) -> list[tuple[Scalar, Node]]:
    """The entries under a key whose names are right."""
    if key not in section:
        return []
    kept = []
    for name, node in entries(section.pairs[key][1], key, problems, most):
        try:
            read_name(name, what)
            kept.append((name, node))
        except Problem as problem:
            problems.add(problem.line, Phrase("{key}: {message}", key=key, message=problem.message))
    return kept


def _read_groups(section: Section, problems: Problems) -> tuple[Group, ...]:
    return tuple(
        _read_group(*entry, problems) for entry in _named(section, problems, "groups", Phrase("group"), MOST_GROUPS)
    )


def _read_group(key: Scalar, node: Node, problems: Problems) -> Group:
    inner = Section(node, f"groups.{key.text}", problems, ("label", "maximum"), key.line)
    maximum = inner.get("maximum", read_total, None)
    if maximum is not None and maximum < 0:
        inner.problem(
            inner.line_of("maximum"), Phrase("{maximum} is below zero; write 0 or more", maximum=maximum), "maximum"
        )
    return Group(key.text, read_label(inner, key.text), maximum, key.line)


def _read_bands(section: Section, problems: Problems) -> tuple[Band, ...]:
    bands: list[Band] = []
    for key, node in _named(section, problems, "bands", Phrase("band"), MOST_BANDS):
        inner = Section(node, f"bands.{key.text}", problems, ("label", "at_least"), key.line)
        at_least = inner.need("at_least", _read_threshold, Decimal(0), Phrase("write from which score on it holds"))
        band = Band(key.text, read_label(inner, key.text), at_least, key.line)
        _check_band(inner, band, bands)
        bands.append(band)
    return tuple(sorted(bands, key=lambda band: band.at_least))


def _check_band(inner: Section, band: Band, others: list[Band]) -> None:
    if band.name == UNKNOWN:
        inner.problem(inner.line, Phrase("this name is kept for candidates of whom little was seen; choose another"))
    if rejects(band.name.removeprefix("on_")):
        inner.problem(inner.line, no_automatic_rejection(band.name))
    same = next((other.name for other in others if other.at_least == band.at_least), None)
    if same and "at_least" in inner:
        start = format_decimal(band.at_least)
        inner.problem(
            inner.line_of("at_least"),
            Phrase("{same} starts at {start} too; give each its own threshold", same=same, start=start),
        )


def _read_unknown(section: Section, problems: Problems) -> Unknown:
    if UNKNOWN not in section:
        return Unknown()
    inner = Section(section.pairs[UNKNOWN][1], UNKNOWN, problems, ("below_hits", "label"), section.line_of(UNKNOWN))
    below = inner.get("below_hits", partial(read_whole, low=0, high=MOST_HITS), 1)
    unknown = Unknown(below_hits=below)
    if "label" not in inner:
        return unknown
    label: Label = read_label(inner, UNKNOWN)
    return replace(unknown, label=label)


def _read_touchpoints(
    section: Section, problems: Problems, standard_name: Spell, groups: tuple[str, ...]
) -> tuple[Touchpoint, ...]:
    if "touchpoints" not in section:
        section.missing('"touchpoints"', Phrase("write at least one touchpoint below it"))
        return ()
    node = section.pairs["touchpoints"][1]
    if isinstance(node, Mapping) and not node.pairs:
        section.problem(node.line, Phrase("is empty; write at least one touchpoint"), "touchpoints")
    named = _named(section, problems, "touchpoints", Phrase("touchpoint"), MOST_TOUCHPOINTS)
    return tuple(read_touchpoint(key, value, problems, standard_name, groups) for key, value in named)
