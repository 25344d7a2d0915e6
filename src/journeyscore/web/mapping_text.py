"""Mappings as the YAML that the command line takes, and those that were kept under a name."""

import json
import re
from collections.abc import Mapping as Pairs
from pathlib import Path

from journeyscore.connectors.files.mapping import Mapping, parse_mapping, read_mapping
from journeyscore.domain.errors import UsageError

FOLDER = "mappings"
NAME = re.compile(r"[\w][\w .-]{0,59}")


def mapping_text(mapping: Mapping) -> str:
    """The mapping as YAML: `parse_mapping` reads the same from it."""
    lines = ["mapping: 1"]
    for key in ("source", "delimiter", "encoding", "sheet"):
        if (value := getattr(mapping, key)) is not None:
            lines.append(f"{key}: {_quoted(value)}")
    for key in ("columns", "constants"):
        lines += _section(key, getattr(mapping, key), "")
    if mapping.values:
        lines.append("values:")
        for target, table in mapping.values.items():
            lines += _section(_quoted(target), table, "  ")
    if mapping.refuse_unmapped:
        lines.append("unmapped: refuse")
    return "\n".join(lines) + "\n"


def kept_names(data_dir: Path) -> list[str]:
    """The names under which mappings were kept."""
    return sorted(path.stem for path in (data_dir / FOLDER).glob("*.yaml"))


def keep(data_dir: Path, name: str, mapping: Mapping) -> None:
    """Keep a mapping under a name; one of the same name is replaced. Raises UsageError for a name that cannot be."""
    path = _place(data_dir, name)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(mapping_text(mapping), encoding="utf-8")
    draft.replace(path)


def kept(data_dir: Path, name: str) -> Mapping:
    """The mapping of that name. Raises UsageError where there is none, MappingError where somebody broke it."""
    return read_mapping(_place(data_dir, name))


def read_text(text: str) -> Mapping:
    """What `mapping_text` wrote."""
    return parse_mapping(text)


def _place(data_dir: Path, name: str) -> Path:
    if not NAME.fullmatch(name):
        raise UsageError("a mapping's name has letters, digits, spaces, points and hyphens, 60 at most")
    return data_dir / FOLDER / f"{name}.yaml"


def _section(key: str, pairs: Pairs[str, str], before: str) -> list[str]:
    if not pairs:
        return []
    return [f"{before}{key}:", *(f"{before}  {_quoted(k)}: {_quoted(v)}" for k, v in pairs.items())]


def _quoted(text: str) -> str:
    """A YAML string in double quotes; what cannot be printed is escaped."""
    printable = (c if c.isprintable() or c in "\n\t\r" else _escaped(c) for c in text)
    return "".join(json.dumps(c, ensure_ascii=False)[1:-1] if len(c) == 1 else c for c in printable).join('""')


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
