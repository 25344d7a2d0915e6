"""How large functions and files are: a report, and a bound on the largest (`make check`)."""

import ast
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 420
LONGEST_FUNCTION = 60


def functions(tree: ast.AST) -> list[tuple[str, int]]:
    """Name and number of lines of each function, docstring and decorators left out."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            found.append((node.name, (node.end_lineno or 0) - first.lineno + 2))
    return found


def main() -> int:
    """Print the report; 1 when something is too large."""
    lengths, bad, source, tests = [], [], 0, 0
    for path in sorted(ROOT.glob("src/**/*.py")):
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        source += lines
        if lines > LONGEST_FILE:
            bad.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for name, length in functions(ast.parse(text)):
            lengths.append(length)
            if length > LONGEST_FUNCTION:
                bad.append(f"{path.relative_to(ROOT)}: {name} has {length} lines")
    for path in ROOT.glob("tests/**/*.py"):
        tests += path.read_text(encoding="utf-8").count("\n")
    tenth = statistics.quantiles(lengths, n=10)[-1]
    print(f"{len(lengths)} functions: median {statistics.median(lengths):.0f} lines, 90th percentile {tenth:.0f}")
    print(f"{source:,} lines of source, {tests:,} of tests")
    print("\n".join(bad) or "nothing is too large")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
