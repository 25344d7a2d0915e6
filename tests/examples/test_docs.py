"""The documentation tells the truth: its commands run, its links lead somewhere, its JSON shapes are those given."""

import re
import shlex
from pathlib import Path

import pytest

from journeyscore.cli.main import cli
from journeyscore.domain.refusal import WHAT_TO_DO, Reason

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TARGETS = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_on_the_page_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for line in re.findall(r"^journeyscore (.*?)(?:\s+#.*)?$", text, re.MULTILINE):
        words = [w for w in shlex.split(line) if not w.startswith("-")]
        assert any(w in cli.commands for w in words), line
    for target in re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", text, re.MULTILINE):
        assert (target[0] or target[1]) in TARGETS, target


def test_the_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """The block "Use it on your own data", word for word, with a file of events in the directory."""
    monkeypatch.chdir(tmp_path)
    Path("events.csv").write_text(
        "candidate,name,occurred_at\nK-000123,form submitted,2026-11-20\nK-000123,ad clicked,2026-11-21\n",
        encoding="utf-8",
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"## Use it on your own data\n.*?```console\n(.*?)```", readme, re.DOTALL)
    assert block
    from journeyscore.cli.main import run

    lines = block.group(1).strip().splitlines()
    assert shlex.split(lines.pop(), comments=True)[-1] == "up"  # it serves until it is stopped: tests/browser
    assert len(lines) == 4
    for line in lines:
        assert run(shlex.split(line)[1:]) == 0, line
    assert "K-000123" in capsys.readouterr().out


def test_every_reason_is_documented() -> None:
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert set(WHAT_TO_DO) == set(Reason)
    assert [r for r in Reason if f"`{r}`" not in page] == []


def test_no_page_speaks_of_machines_or_registries() -> None:
    words = re.compile(r"/work/|/tmp/|/root/|pypi\.org|pythonhosted|registry\.npmjs", re.IGNORECASE)
    for path in [*PAGES, *ROOT.glob("src/**/*.py"), *ROOT.glob("requirements/*.txt"), ROOT / "pyproject.toml"]:
        assert not words.search(path.read_text(encoding="utf-8")), path
