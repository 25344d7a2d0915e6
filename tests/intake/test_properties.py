"""Properties become one flat object of texts, or a refusal with a reason; never an exception, never an echo."""

import json
import unicodedata

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journeyscore.domain.refusal import Reason
from journeyscore.intake import properties
from journeyscore.intake.properties import SCHEMA, read_properties
from journeyscore.modelfile.bounds import LONGEST_TEXT


def read(text: str | None) -> dict[str, object]:
    return read_properties(pl.Series([text], dtype=pl.String)).row(0, named=True)


CANONICAL = [
    ('{"form": "job alert"}', '{"form":"job alert"}'),
    ('{"b": 1, "a": 2}', '{"a":"2","b":"1"}'),
    ('{"a": true, "b": false}', '{"a":"true","b":"false"}'),
    ('{"a": 1e3}', '{"a":"1000"}'),
    ('{"a": 0.1}', '{"a":"0.1"}'),
    ('{"a": 5.0}', '{"a":"5"}'),
    ('{"a": 2.50}', '{"a":"2.5"}'),
    ('{"a": 1.5E-3}', '{"a":"0.0015"}'),
    ('{"a": -0}', '{"a":"0"}'),
    ('{"a": -0.0}', '{"a":"0"}'),
    ('{"a": -12.0}', '{"a":"-12"}'),
    ('{"a": 100.0}', '{"a":"100"}'),
    ('{"a": 12345678901234567890123}', '{"a":"12345678901234567890123"}'),
    ('{"a": 1e-99999999999999999999}', '{"a":"0"}'),
    ('{"a": {"b": {"c": 1}, "d": 2}}', '{"a.b.c":"1","a.d":"2"}'),
    (
        '{"a": [1, 2.50, "x", null, true, {"z": 1, "y": [ ]}]}',
        '{"a":"[1,2.5,\\"x\\",null,true,{\\"y\\":[],\\"z\\":1}]"}',
    ),
    ('{"a": []}', '{"a":"[]"}'),
    ('{"a": ""}', '{"a":""}'),
    ('{"a": null, "b": 1}', '{"b":"1"}'),
    ('{"a": "caf\\u0065\\u0301"}', '{"a":"café"}'),
    ('{"a": "\\u00e9 \\ud83d\\ude00"}', '{"a":"é 😀"}'),
    ('{"a": "line\\nnext \\"x\\""}', '{"a":"line\\nnext \\"x\\""}'),
    ('{"__proto__": {"x": 1}, "constructor": 2}', '{"__proto__.x":"1","constructor":"2"}'),
    ('{"a\'b\\"c?d[e]f\\\\g": 1}', '{"a_b_c_d_e_f_g":"1"}'),
    ('{"": 1}', '{"_":"1"}'),
    ('{" offer ": 1, "a\\nb": 2, "c\u00a0d": 3, "\\te.f": 4}', '{"a_b":"2","c_d":"3","e.f":"4","offer":"1"}'),
    ('{"' + "k" * 489 + '": 1}', '{"' + "k" * 489 + '":"1"}'),
    ('\ufeff{"a": 1}', '{"a":"1"}'),
    ("'); DROP TABLE", None),
    ('{"a": "\'); DROP TABLE events; --"}', '{"a":"\'); DROP TABLE events; --"}'),
]


@pytest.mark.parametrize(("sent", "properties"), CANONICAL)
def test_canonical(sent: str, properties: str | None) -> None:
    found = read(sent)
    assert (found["properties"], found["flags"]) == (properties, "")
    assert (found["reason"] is None) is (properties is not None)


@pytest.mark.parametrize("sent", [None, "", "  ", "{}", '{"a": null}', '{"a": {}}', ' {"a": {"b": {"c": null}}} '])
def test_nothing(sent: str | None) -> None:
    assert read(sent) == {"properties": None, "reason": None, "message": None, "flags": "", "machine": False}


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


def many(count: int) -> str:
    return json.dumps({f"k{i}": i for i in range(count)})


REFUSED = [
    ("[1]", Reason.BAD_PROPERTIES),
    ("null", Reason.BAD_PROPERTIES),
    ("7", Reason.BAD_PROPERTIES),
    ('"x"', Reason.BAD_PROPERTIES),
    ("{", Reason.BAD_PROPERTIES),
    ('{"a": 1} {"b": 2}', Reason.BAD_PROPERTIES),
    ("{'a': 1}", Reason.BAD_PROPERTIES),
    ('{"a": 01}', Reason.BAD_PROPERTIES),
    ('{"a": "tab\there"}', Reason.BAD_PROPERTIES),
    ('{"a": NaN}', Reason.BAD_NUMBER),
    ('{"a": [Infinity]}', Reason.BAD_NUMBER),
    ('{"a": -Infinity}', Reason.BAD_NUMBER),
    ('{"a": 1e999}', Reason.BAD_NUMBER),
    ('{"a": -1e999}', Reason.BAD_NUMBER),
    ('{"a": 1' + "0" * 400 + "}", Reason.BAD_NUMBER),
    ('{"a": 1' + "0" * 5000 + "}", Reason.BAD_NUMBER),
    ('{"a": 0.' + "1" * 5000 + "}", Reason.BAD_NUMBER),
    ('{"a": 1, "a": 1}', Reason.DUPLICATE_KEY),
    ('{"email": "a", "email": "b"}', Reason.DUPLICATE_KEY),
    ('{"a": {"b": 1, "b": 2}}', Reason.DUPLICATE_KEY),
    ('{"a": [{"b": 1, "b": 2}]}', Reason.DUPLICATE_KEY),
    ('{"a": 1, "\\u0061": 2}', Reason.DUPLICATE_KEY),
    ('{"a.b": 1, "a": {"b": 2}}', Reason.DUPLICATE_KEY),
    ('{"a?": 1, "a[": 2}', Reason.DUPLICATE_KEY),
    ('{"a": [{"b?": 1, "b[": 2}]}', Reason.DUPLICATE_KEY),
    ('{"a": 1, " a": 2}', Reason.DUPLICATE_KEY),
    ('{"' + "k" * 490 + '": 1}', Reason.TOO_MANY_PROPERTIES),
    ('{"a": [{"' + "k" * 490 + '": 1}]}', Reason.TOO_MANY_PROPERTIES),
    ('{"a": "\\ud800"}', Reason.BAD_UNICODE),
    ('{"a": ["\\udc00"]}', Reason.BAD_UNICODE),
    ('{"\\ud800": 1}', Reason.BAD_UNICODE),
    ('{"email": "\\ud800"}', Reason.BAD_UNICODE),
    ('{"a": "\\u0000"}', Reason.BAD_UNICODE),
    ('{"a": "\x00"}', Reason.BAD_UNICODE),
    (many(256), Reason.TOO_MANY_PROPERTIES),
    (nested(11), Reason.TOO_MANY_PROPERTIES),
    (nested(5000), Reason.TOO_MANY_PROPERTIES),
    ('{"a":' + "[" * 10 + "]" * 10 + "}", Reason.TOO_MANY_PROPERTIES),
    ('{"a":' + "[" * 16_000 + "]" * 16_000 + "}", Reason.TOO_MANY_PROPERTIES),
    ("[" * 32_000, Reason.TOO_MANY_PROPERTIES),
    ('{"a": "' + "x" * 32_768 + '"}', Reason.TOO_MANY_PROPERTIES),
    ('{"a": "' + "é" * 16_384 + '"}', Reason.TOO_MANY_PROPERTIES),
    ('{"' + "k" * 1000 + '":' + many(100) + "}", Reason.TOO_MANY_PROPERTIES),
]


@pytest.mark.parametrize(
    ("sent", "reason"), REFUSED, ids=[sent[:30].encode("unicode_escape").decode() for sent, _ in REFUSED]
)
def test_refused(sent: str, reason: Reason) -> None:
    found = read(sent)
    assert found["reason"] == reason.value
    assert found["properties"] is None
    assert str(found["message"]).startswith(("the properties", "two keys", "256 properties", "written out"))


@pytest.mark.parametrize(
    "sent",
    [
        many(255),
        nested(10),
        '{"a":' + "[" * 9 + "]" * 9 + "}",
        '{"a": 1' + "0" * 399 + "}",
        '{"a":"' + "x" * 32_760 + '"}',
    ],
)
def test_the_last_that_is_taken(sent: str) -> None:
    assert read(sent)["reason"] is None


@given(
    st.sampled_from(
        ['{{"{0}": 1, "{0}": 2}}', '{{"a": NaN, "{0}": "{0}"}}', '{{"{0}"', '["{0}"]', '{{"{0}": "\\ud800"}}']
    )
)
def test_messages_echo_nothing(form: str) -> None:
    found = read(form.format("geheim"))
    assert found["reason"] is not None
    assert "geheim" not in str(found["message"])


FLAGGED = [
    ('{"points": 999, "form": "a"}', '{"form":"a"}', "points_ignored"),
    ('{"Score": {"x": 1}}', None, "points_ignored"),
    ('{"quiz": {"points": 3}}', '{"quiz.points":"3"}', ""),
    ('{"email": "a", "form": "b"}', '{"form":"b"}', "scrubbed"),
    ('{"candidate": {"E-mail": "a", "city": "b"}}', '{"candidate.city":"b"}', "scrubbed"),
    ('{"address": {"line": "a"}}', None, "scrubbed"),
    ('{"jan@example.nl": 1}', None, "scrubbed"),
    ('{"note": "bel 06-12345678"}', '{"note":"bel [phone]"}', "scrubbed"),
    ('{"note": "jan\\u0040example.nl"}', '{"note":"[e-mail]"}', "scrubbed"),
    (
        '{"notes": ["jan@example.nl", {"phone": 1, "x": "0612345678"}]}',
        '{"notes":"[\\"[e-mail]\\",{\\"x\\":\\"[phone]\\"}]"}',
        "scrubbed",
    ),
    ('{"vacancy_id": 123456782, "job": {"id": "0612345678"}}', '{"job.id":"0612345678","vacancy_id":"123456782"}', ""),
    (
        '{"candidate_id": "123456782", "job_id": "06-12345678"}',
        '{"candidate_id":"[bsn]","job_id":"[phone]"}',
        "scrubbed",
    ),
    ('{"n": [123456782]}', '{"n":"[\\"[bsn]\\"]"}', "scrubbed"),
    ('{"n": 1.23456782e8}', '{"n":"[bsn]"}', "scrubbed"),
    ('{"score": 1, "name": "jan"}', None, "points_ignored scrubbed"),
]


@pytest.mark.parametrize(("sent", "properties", "flags"), FLAGGED)
def test_left_out_or_masked(sent: str, properties: str | None, flags: str) -> None:
    found = read(sent)
    assert (found["properties"], found["flags"], found["reason"]) == (properties, flags, None)


@pytest.mark.parametrize(
    ("sent", "machine"),
    [
        ("true", True),
        ('"true"', True),
        ("1", True),
        ('"1"', True),
        ('"True"', True),
        ("1.0", True),
        ("false", False),
        ("0", False),
        ('"yes"', False),
        ("null", False),
        ("[true]", False),
        ('{"a": true}', False),
    ],
)
def test_machine(sent: str, machine: bool) -> None:
    assert read(f'{{"machine": {sent}}}')["machine"] is machine


WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["email", "points", "a.b", "jan@example.nl", "06", "0612345678", "123456782", "\n", "[e-mail]", "n\u0303"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
SENT = st.one_of(
    st.text(),
    st.builds(json.dumps, st.dictionaries(WORDS, VALUES, max_size=5), ensure_ascii=st.booleans()),
)


@given(SENT)
@example('{"a": ["\\n@example.nl"]}')
@example('{"a": ["\\n\\u0303"]}')
@example('{"a": [1.3e8], "b": 1.3e8, "c": ["a", "@example.nl"]}')
def test_what_it_gives_it_takes_and_gives_again(text: str) -> None:
    first = read(text)
    assert (first["reason"] is None) is (first["message"] is None)
    if first["properties"] is not None:
        again = read(str(first["properties"]))
        assert again == first | {"flags": ""}
        flat = json.loads(str(first["properties"]))
        assert all(isinstance(value, str) for value in flat.values())
        assert list(flat) == sorted(flat)
        assert unicodedata.is_normalized("NFC", str(first["properties"]))
        assert all(1 <= len(k) <= LONGEST_TEXT - len("properties.") for k in flat)
        assert all(k.isprintable() and k == k.strip() for k in flat)  # a model can name every one of them


@given(st.lists(st.one_of(st.none(), SENT), max_size=8))
def test_one_by_one_as_all_at_once(texts: list[str | None]) -> None:
    together = read_properties(pl.Series(texts, dtype=pl.String))
    assert together.schema == SCHEMA
    assert together.rows(named=True) == [read(text) for text in texts]


def test_no_rows_and_no_properties() -> None:
    assert read_properties(pl.Series([], dtype=pl.String)).schema == SCHEMA
    assert read_properties(pl.Series([None, None], dtype=pl.Null)).get_column("flags").to_list() == ["", ""]


def test_equal_texts_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = pl.Series([json.dumps({"form": f"alert {i % 10}", "steps": [1] * 200}) for i in range(500)])
    seen = list[str]()
    reading = properties._parsed
    monkeypatch.setattr(properties, "_parsed", lambda text: seen.append(text) or reading(text))
    assert read_properties(texts).get_column("properties").n_unique() == 10
    assert len(seen) == len(set(seen)) == 10
