"""De-duplication against a slow and obvious one."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyscore.log.verdict import judge

Pairs = list[tuple[int, int]]
PAIR = st.tuples(st.integers(0, 6), st.integers(0, 1))


def obvious(history: Pairs, batch: Pairs) -> list[str]:
    """What becomes of each event, one after the other."""
    known = dict(reversed(history))
    answers = []
    for event_id, fingerprint in batch:
        new = event_id not in known
        answers.append("accepted" if new else "duplicate" if known[event_id] == fingerprint else "conflict")
        known.setdefault(event_id, fingerprint)
    return answers


def frame(pairs: Pairs) -> pl.DataFrame:
    schema = {"event_id": pl.Int64, "fingerprint": pl.Int64}
    return pl.DataFrame(pairs, schema=schema, orient="row").with_row_index("place")


@settings(deadline=None, max_examples=150)
@given(st.lists(PAIR, max_size=5, unique_by=lambda p: p[0]), st.lists(PAIR, max_size=12), st.integers(1, 3))
def test_every_event_gets_the_verdict_that_one_by_one_would_give(
    tmp_path_factory: pytest.TempPathFactory, history: Pairs, batch: Pairs, files: int
) -> None:
    folder = tmp_path_factory.mktemp("history")
    for number in range(files):
        frame(history[number::files]).write_parquet(folder / f"{number}.parquet")
    verdict = judge(frame(batch), [str(p) for p in sorted(folder.iterdir())])
    answers = dict.fromkeys(range(len(batch)), "")
    for answer in ("accepted", "duplicate", "conflict"):
        places = getattr(verdict, answer)["place"].to_list()
        assert places == sorted(places)
        answers.update(dict.fromkeys(places, answer))
    assert list(answers.values()) == obvious(history, batch)


def test_ids_use_all_64_bits(tmp_path: Path) -> None:
    ends = [(-(2**63), 2**63 - 1), (2**63 - 1, -(2**63)), (0, 0)]
    frame(ends).write_parquet(tmp_path / "a.parquet")
    verdict = judge(frame([*ends, (1, 1)]), [str(tmp_path / "a.parquet")])
    assert verdict.duplicate.height == 3
    assert verdict.accepted["event_id"].to_list() == [1]


def test_a_file_name_with_stars_and_brackets_is_only_a_name(tmp_path: Path) -> None:
    odd = tmp_path / "a[b]*?.parquet"
    frame([(1, 1)]).write_parquet(odd)
    assert judge(frame([(1, 1)]), [str(odd)]).duplicate.height == 1
