"""What the commands share: the data directory, today, the model, and how answers are written."""

import json
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from journeyscore.actions.workspace import Workspace
    from journeyscore.domain.model import Model
    from journeyscore.reports.snapshot import Snapshot


@dataclass
class Session:
    """One run of the command line."""

    directory: Path
    as_json: bool = False
    debug: bool = False
    _models: dict[Path, "Model"] = field(default_factory=dict)

    @cached_property
    def workspace(self) -> "Workspace":
        """The opened data directory."""
        from journeyscore.actions.workspace import open_workspace

        return open_workspace(self.directory)

    @property
    def today(self) -> date:
        """Today in the workspace's time zone."""
        return datetime.now(ZoneInfo(self.workspace.settings.time_zone)).date()

    def model(self, path: Path | None = None) -> "Model":
        """The workspace's model, or the one in `path`."""
        from journeyscore.intake.names import standard_name
        from journeyscore.modelfile.parse import read_model

        place = path or self.workspace.path / "model.yaml"
        if place not in self._models:
            self._models[place] = read_model(place, standard_name=standard_name)
        return self._models[place]

    @cached_property
    def snapshot(self) -> "Snapshot":
        """The events and the identity map as they are now."""
        from journeyscore.actions.looking import look

        return look(self.workspace, self.today)

    def names(self, pseudonyms: list[str]) -> dict[str, str]:
        """The candidates' own keys."""
        return self.workspace.records.keys(pseudonyms)

    def wants_json(self, here: bool) -> bool:
        """Whether `--json` stood before or after the command."""
        return self.as_json or here


def write_json(answer: object) -> None:
    """The answer on stdout, as UTF-8 JSON."""
    from journeyscore.reports.answers import plain

    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2, default=plain)
    sys.stdout.write("\n")


def json_option(function: Any) -> Any:
    """`--json` after the command, as well as before it."""
    return click.option("--json", "json_here", is_flag=True, help="Answer in JSON.")(function)


def as_of_option(function: Any) -> Any:
    """`--as-of 2026-11-23`: the end of that day, in the workspace's time zone."""
    kind = click.DateTime(["%Y-%m-%d"])
    return click.option("--as-of", type=kind, help="The score at the end of this day (default: today).")(function)


def model_option(function: Any) -> Any:
    """`--model FILE` instead of the workspace's own."""
    kind = click.Path(path_type=Path)
    return click.option("--model", "model_path", type=kind, help="Another model file than the workspace's.")(function)
