"""A model's text changed as little as possible: what did not change keeps its lines, its comments and its spelling.

The canonical trees of the two models say which values differ, and the YAML parser says where these stand in the text.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from statistics import mode
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from journeyscore.domain.errors import ModelError
from journeyscore.domain.model import Model
from journeyscore.modelfile.parse import parse_model
from journeyscore.modelfile.tree import BYTE_ORDER_MARK
from journeyscore.modelfile.write import WIDTH, format_model, tree_of, write_inline, write_tree

Tree = dict[str, Any]


def rewrite(text: str, model: Model, *, standard_name: Callable[[str], str] = lambda text: text) -> str:
    """`text`, a model file, changed so that it says `model`.

    Where the text is laid out in a way that cannot be kept, all of it is written anew. Raises ModelError for a text
    that is no model, and for a model that is none because its parts do not go together.
    """
    before = parse_model(text, standard_name=standard_name)
    source = text.removeprefix(BYTE_ORDER_MARK).rstrip("\n") + "\n"
    changed = _changed(source, tree_of(before), tree_of(model))
    with suppress(ModelError):
        if parse_model(changed, standard_name=standard_name) == model:
            return changed
    written = format_model(model)
    parse_model(written, standard_name=standard_name)
    return written


def _changed(text: str, old: Tree, new: Tree) -> str:
    root = YAML(typ="safe", pure=True).compose(text)
    if root.flow_style:
        return text[: _start(root)] + _inline(text, root, old, new) + text[_stop(root) :]
    entries = _entries(text, root)
    return text[: entries[0].start] + _block(text, entries, old, new) + text[entries[-1].stop :]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A key with its value in a block mapping: whole lines, from the comments right above it on."""

    start: int
    stop: int
    key: ScalarNode
    value: Node

    @property
    def name(self) -> str:
        return str(self.key.value)

    @property
    def column(self) -> int:
        return int(self.key.start_mark.column)


def _start(node: Node) -> int:
    return int(node.start_mark.index)


def _stop(node: Node) -> int:
    return int(node.end_mark.index)


def _is_block(node: Node) -> bool:
    """Whether a value has lines of its own, which are indented."""
    if isinstance(node, ScalarNode):
        return node.style in ("|", ">")
    return isinstance(node, CollectionNode) and not node.flow_style


def _entries(text: str, node: MappingNode) -> list[_Entry]:
    entries: list[_Entry] = []
    for key, value in node.value:
        top = entries[-1].stop if entries else 0
        entries.append(_Entry(_first_line(text, key, top), _last_line(text, value), key, value))
    return entries


def _first_line(text: str, key: ScalarNode, top: int) -> int:
    """Where the lines of a key begin: the comments right above it are about it."""
    start = text.rfind("\n", 0, _start(key)) + 1
    comment = " " * key.start_mark.column + "#"
    while start > top and text.startswith(comment, above := text.rfind("\n", 0, start - 1) + 1):
        start = above
    return start


def _last_line(text: str, node: Node) -> int:
    """Where the lines of a value end. Of a block, the parser's own end lies behind the comments that follow it."""
    while isinstance(node, CollectionNode) and _is_block(node):
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    return text.find("\n", len(text[: _stop(node)].rstrip())) + 1


def _differ(old: Any, new: Any) -> bool:
    """Whether two values are written in another way; the order of keys counts."""
    return repr(old) != repr(new)


def _block(text: str, entries: list[_Entry], old: Tree, new: Tree) -> str:
    """The lines of a block mapping: what stands between the entries stays, and so do entries that did not change."""
    present = {entry.name: entry for entry in entries}
    order = _order(list(present), old, new)
    gaps = [text[a.stop : b.start] for a, b in pairwise(entries)]
    usual = mode(gaps) if gaps else ""
    between = usual if not usual.strip() else "\n"
    kept = iter(_kept_gaps(entries, gaps, set(order)))
    lines = ""
    for name in order:
        gap = next(kept) if name in present else between
        lines += (between if gap is None else gap) if lines else ""
        lines += _entry(text, present[name], old, new) if name in present else _fresh(name, new, entries[0].column)
    return lines


def _order(present: list[str], old: Tree, new: Tree) -> list[str]:
    """The keys as they will stand: in the order of `new` where the file follows that order, else as they stand."""
    wanted = [key for key in new if key in present or _differ(old.get(key), new[key])]
    if [key for key in old if key in present] == present:
        return wanted
    order = [key for key in present if key in wanted]
    for place, key in enumerate(wanted):
        if key not in order:
            order.insert(order.index(wanted[place - 1]) + 1 if place else 0, key)
    return order


def _kept_gaps(entries: list[_Entry], gaps: list[str], kept: set[str]) -> Iterator[str | None]:
    """What stands before each entry that stays: with an entry that goes, one stretch of empty lines goes too."""
    gap: str | None = None
    for entry, after in zip(entries, [*gaps, ""], strict=True):
        if entry.name in kept:
            yield gap
            gap = after
        elif gap is None or not gap.strip():
            gap = after if gap is not None or after.strip() else None
        elif after.strip():
            gap += after


def _entry(text: str, entry: _Entry, old: Tree, new: Tree) -> str:
    """The lines of an entry that stays."""
    before, after, node = old.get(entry.name), new[entry.name], entry.value
    if not _differ(before, after):
        return text[entry.start : entry.stop]
    if isinstance(node, MappingNode) and _is_block(node) and isinstance(before, dict) and isinstance(after, dict):
        inner = _entries(text, node)
        return text[entry.start : inner[0].start] + _block(text, inner, before, after)
    start, stop = _start(node), _stop(node)
    if not _is_block(node):
        inline = _inline(text, node, before, after)
        if entry.column + len(entry.name) + 2 + len(inline) <= max(WIDTH, stop - _start(entry.key)):
            return text[entry.start : start] + inline + _aligned(text[stop : entry.stop], len(inline) - (stop - start))
    comments = text[entry.start : text.rfind("\n", 0, _start(entry.key)) + 1]
    return comments + _fresh(entry.name, new, entry.column)


def _aligned(tail: str, growth: int) -> str:
    """The rest of a line behind a value that grew: its comment stays in its column where it can."""
    spaces = re.match(r"( +)#", tail)
    return " " * max(min(2, len(spaces[1])), len(spaces[1]) - growth) + tail.lstrip(" ") if spaces else tail


def _inline(text: str, node: Node, old: Any, new: Any) -> str:
    """A value that stands within a line; of a mapping with the same keys only what changed."""
    if not (isinstance(node, MappingNode) and isinstance(old, dict) and isinstance(new, dict)):
        return write_inline(new)
    values = {str(key.value): value for key, value in node.value}
    changed = {key for key in (*old, *new) if _differ(old.get(key), new.get(key))}
    if not changed <= values.keys() & new.keys() or list(old) != list(new):
        return write_inline(new)
    parts, place = "", _start(node)
    for key in (key for key in values if key in changed):
        parts += text[place : _start(values[key])] + _inline(text, values[key], old.get(key), new[key])
        place = _stop(values[key])
    return parts + text[place : _stop(node)]


def _fresh(name: str, tree: Tree, column: int) -> str:
    """A key with its value as lines of their own."""
    lines = write_tree({name: tree[name]}).splitlines()
    return "".join(" " * column * bool(line) + line + "\n" for line in lines)
