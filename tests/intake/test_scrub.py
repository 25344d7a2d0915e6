"""Personal data is masked wherever it stands; dates, numbers of vacancies and addresses of pages stay what they are."""

import re

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journeyscore.intake.scrub import (
    is_personal_key,
    is_plain_id,
    mask_column,
    mask_ids,
    mask_text,
    scrub_urls,
    suspicious,
)

E_MAIL = re.compile(r"[A-Za-z0-9_.+-]+(?:@|%40)[A-Za-z0-9-]+\.[A-Za-z]{2,}")

MASKED = [
    ("Mail jan.jansen@example.nl even", "Mail [e-mail] even"),
    ("<jan+werk@sub.example.co.uk>", "<[e-mail]>"),
    ("jan%40example.nl", "[e-mail]"),
    ("jan%2540example.nl", "[e-mail]"),
    ("josé@exämple.nl", "[e-mail]"),
    ("O'Brien@example.ie", "[e-mail]"),
    ("a@example.nl;b@example.nl", "[e-mail];[e-mail]"),
    ("rekening NL91ABNA0417164300 graag", "rekening [iban] graag"),
    ("NL91 ABNA 0417 1643 00 is van de bank", "[iban] is van de bank"),
    ("nl91abna0417164300", "[iban]"),
    ("GB82 WEST 1234 5698 7654 32", "[iban]"),
    ("DE89370400440532013000", "[iban]"),
    ("0612345678", "[phone]"),
    ("bel 06-12345678!", "bel [phone]!"),
    ("06 12 34 56 78", "[phone]"),
    ("06.12.34.56.78", "[phone]"),
    ("06%2012345678", "[phone]"),
    ("(010) 123 45 67", "[phone]"),
    ("0475/12.34.56", "[phone]"),
    ("02 123 45 67", "[phone]"),
    ("+31612345678", "[phone]"),
    ("%2B31612345678", "[phone]"),
    ("+31 (0)6 12 34 56 78", "[phone]"),
    ("+31 6-1234-5678", "[phone]"),
    ("0031612345678", "[phone]"),
    ("+1 (555) 123 4567", "[phone]"),
    ("+49 30 1234567", "[phone]"),
    ("tel:0612345678,0687654321", "tel:[phone],[phone]"),
    ("op 2026-11-23 belde 0612345678", "op 2026-11-23 belde [phone]"),
    ("123456782", "[bsn]"),  # 9+16+21+24+25+24+21+16-2 = 154 = 14 * 11
    ("bsn: 111222333.", "bsn: [bsn]."),  # 9+8+7+12+10+8+9+6-3 = 66 = 6 * 11
]
KEPT = [
    "",
    "vacature 12345678",
    "123456789",  # the elfproef gives 147
    "000000000",
    "2026-11-23",
    "2026-11-23T14:05:00+01:00",
    "2026-11-23T14:05:00.061234567Z",
    "2026-11-23 09:12:34.061234",
    "01-02-2026 14:05",
    "3-12-2026 09:00 - 10:30",
    "0.1234567890",
    "0,1234567890",
    "123456782.5",
    "1e+123456789",
    "f47ac10b-58cc-4372-a567-0e02b2c3d479",
    "01234567-0123-4123-8123-012345678901",
    "NL92ABNA0417164300",  # the check digits are wrong
    "ZZ91ABNA0417164300",
    "1234567890123",
    "uur: 9-17, 40 per week",
    "@werkenbij",
    "50 % @ home",
    "[e-mail] [phone]",
    "€ 3.500,00 per maand",
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_other_text_stays(text: str) -> None:
    assert mask_text(text) == text


PIECES = st.sampled_from(
    [
        "jan",
        "@",
        "example.nl",
        "%40",
        "%",
        " ",
        "-",
        ".",
        ",",
        "(",
        ")",
        "+",
        "/",
        "[",
        "]",
        "06",
        "12345678",
        "123456782",
        "+31",
        "0031",
        "NL91ABNA0417164300",
        "2026-11-23",
        "T14:05:00",
        "1",
        "0",
        "a",
        "é",
        "\n",
        "1.5",
        "[e-mail]",
        "_",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
@example("0612345678,0612345678")
@example("123456782,0612345678")
@example("a@b.nl@c.nl")
def test_masking_twice_changes_no_more(text: str) -> None:
    masked = mask_text(text)
    assert mask_text(masked) == masked
    assert not E_MAIL.search(masked)


@given(TEXTS)
def test_what_is_not_suspicious_is_not_changed(text: str) -> None:
    if not pl.DataFrame({"a": [text]}).select(suspicious("a")).item():
        assert mask_text(text) == text


@given(st.uuids().map(str), st.datetimes().map(lambda d: d.isoformat()), st.integers(0, 99_999_999).map(str))
def test_ids_moments_and_short_numbers_stay(uuid: str, moment: str, number: str) -> None:
    text = f"{uuid} {moment} {number}"
    assert mask_text(text) == text


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_decimal_numbers_stay(number: float) -> None:
    text = f"{number:.6f}"
    assert mask_text(text) == text


@given(st.lists(st.one_of(st.none(), TEXTS)))
def test_a_column_is_masked_text_by_text(texts: list[str | None]) -> None:
    masked = mask_column(pl.Series("note", texts, pl.String))
    assert masked.name == "note"
    assert masked.to_list() == [None if text is None else mask_text(text) for text in texts]


def test_long_hostile_texts_take_no_time() -> None:
    for text in (
        "a" * 32_000 + "@",
        "0" + " " * 32_000,
        "+" * 32_000,
        "1-" * 16_000,
        "NL91" + " a" * 16_000,
        "1.1" * 10_000,
    ):
        assert len(mask_text(text)) <= len(text)


@pytest.mark.parametrize(
    "key",
    [
        "email",
        "E-mail",
        "e_mail",
        "mailAddress",
        "telefoon",
        "Mobiel",
        "full_name",
        "lastName",
        "naam",
        "adres",
        "house_number",
        "postcode",
        "zip",
        "date_of_birth",
        "BSN",
        "iban",
        "IP",
        "user-agent",
        "password",
        "token",
        "candidate.e-mail",
        "form.contact.Phone",
        "address.line",
        "candidate_first_name",
    ],
)
def test_keys_that_name_personal_data(key: str) -> None:
    assert is_personal_key(key)


@pytest.mark.parametrize(
    "key", ["city", "age", "gender", "form", "campaign_name", "by_email", "zipped", "__proto__", "", "."]
)
def test_other_keys(key: str) -> None:
    assert not is_personal_key(key)


ADDRESSES = [
    ("HTTPS://Werkenbij.Example.NL/Vacatures/12", "https://werkenbij.example.nl/Vacatures/12"),
    ("https://example.nl:8443/a", "https://example.nl:8443/a"),
    ("https://jan:geheim@example.nl/a", "https://example.nl/a"),
    ("https://jan%40example.nl:geheim@example.nl/a", "https://example.nl/a"),
    ("https://example.nl/a#jan", "https://example.nl/a"),
    ("https://example.nl/a?name=jan&x=1", "https://example.nl/a"),
    (
        "https://example.nl/a?UTM_Source=LinkedIn&gclid=1&utm_medium=cpc",
        "https://example.nl/a?utm_source=LinkedIn&utm_medium=cpc",
    ),
    ("https://example.nl/a?utm_campaign=jan%40example.nl", "https://example.nl/a?utm_campaign=[e-mail]"),
    ("https://example.nl/a?utm_content=06+12345678", "https://example.nl/a?utm_content=[phone]"),
    ("https://example.nl/a?vacature=123456782&id=7", "https://example.nl/a?vacature=123456782&id=7"),
    ("https://example.nl/a?id=9f86d081884c7d659a2feaa0c55ad015", "https://example.nl/a?id=[token]"),
    ("https://example.nl/bevestig/jan@example.nl/ok", "https://example.nl/bevestig/[e-mail]/ok"),
    ("https://example.nl/bevestig/jan%40example.nl", "https://example.nl/bevestig/[e-mail]"),
    ("https://example.nl/bel/+31612345678", "https://example.nl/bel/[phone]"),
    ("https://example.nl/bel/06%2012%2034%2056%2078", "https://example.nl/bel/[phone]"),
    ("https://example.nl/t/9f86d081884c7d659a2feaa0c55ad015/x", "https://example.nl/t/[token]/x"),
    ("https://example.nl/t/kX9vQ2mTzR4wYb7NcE1hJp5sLd8uFa3gKo6iVqWxAyB", "https://example.nl/t/[token]"),
    (
        "https://example.nl/v/f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "https://example.nl/v/f47ac10b-58cc-4372-a567-0e02b2c3d479",
    ),
    (
        "https://example.nl/medewerker-klantenservice-utrecht-2026",
        "https://example.nl/medewerker-klantenservice-utrecht-2026",
    ),
    ("https://example.nl/vacatures/123456782", "https://example.nl/vacatures/123456782"),
    ("/vacatures/12?email=jan@example.nl", "/vacatures/12"),
    ("//Example.NL/A", "//example.nl/A"),
    ("mailto:jan@example.nl", "mailto:[e-mail]"),
    ("android-app://com.google.Android.gm/", "android-app://com.google.android.gm/"),
    ("http://[::1/a?x", "http://[::1/a"),
    ("no address, jan@example.nl", "[e-mail]"),
    ("javascript:alert(1)", None),
    (" Java\tScript:alert(1)", None),
    ("data:text/html,<b>", None),
    ("vbscript:x", None),
    ("", ""),
    (None, None),
]


@pytest.mark.parametrize(("address", "scrubbed"), ADDRESSES)
def test_addresses(address: str | None, scrubbed: str | None) -> None:
    assert scrub_urls(pl.Series([address], dtype=pl.String)).to_list() == [scrubbed]


def test_all_addresses_at_once_keep_their_rows_and_name() -> None:
    sent = pl.Series("url", [address for address, _ in ADDRESSES] * 2, pl.String)
    found = scrub_urls(sent)
    assert found.name == "url"
    assert found.to_list() == [scrubbed for _, scrubbed in ADDRESSES] * 2


PARTS = st.sampled_from(
    [
        "https:",
        "HTTP:",
        "//",
        "/",
        "Example.nl",
        "jan@example.nl",
        "jan%40example.nl",
        "?",
        "#",
        "&",
        "=",
        "utm_source",
        "id",
        "0612345678",
        "+",
        "%",
        "%2F",
        "%00",
        "[",
        "]",
        ":",
        "\\",
        "9f86d081884c7d659a2feaa0c55ad015",
        "é",
        " ",
        "x" * 40,
    ]
)


@given(st.lists(st.one_of(st.none(), st.text(), st.lists(PARTS, max_size=12).map("".join)), max_size=8))
@example(["mailto:jan@example.nl?cc=an@example.nl", "https://a@example.nl@b.nl"])
def test_any_text_is_scrubbed_alone_as_among_others_and_once_is_enough(texts: list[str | None]) -> None:
    scrubbed = scrub_urls(pl.Series(texts, dtype=pl.String))
    assert scrubbed.to_list() == [scrub_urls(pl.Series([text], dtype=pl.String)).item() for text in texts]
    assert scrub_urls(scrubbed).to_list() == scrubbed.to_list()
    assert not any(E_MAIL.search(text) for text in scrubbed.drop_nulls())


def test_empty_columns() -> None:
    assert scrub_urls(pl.Series("url", [], pl.String)).to_list() == []
    assert mask_column(pl.Series("note", [None, None], pl.String)).to_list() == [None, None]


IDS = st.from_regex(r"[0-9]{8,10}", fullmatch=True) | st.sampled_from(["123456782", "0612345678", "012345672"])
PERSONAL = st.sampled_from(["0612345678", "06-12345678", "+31612345678", "123456782", "jan@example.nl"])
ID_KEYS = [
    "vacancy_id",
    "vacancyId",
    "Vacaturenummer",
    "job.id",
    "id",
    "gh_jid",
    "requisition",
    "campaign_id",
    "Form-ID",
]
OTHER_KEYS = ["note", "candidate_id", "candidate.id", "user.id", "person", "paid", "contact_number", "number", "grid"]


@given(IDS, st.sampled_from(ID_KEYS))
def test_the_id_of_a_thing_stays(number: str, key: str) -> None:
    assert is_plain_id(key, number)
    assert mask_ids(pl.Series([number])).to_list() == [number]


@given(PERSONAL, st.sampled_from(["bel ", "vacature 12, ", "id="]), st.sampled_from(ID_KEYS))
def test_a_person_in_a_field_of_ids_does_not(personal: str, before: str, key: str) -> None:
    text = before + personal
    assert not is_plain_id(key, text)
    assert mask_ids(pl.Series([text])).to_list() == [mask_text(text)]
    assert personal not in mask_text(text)


@given(IDS, st.sampled_from(OTHER_KEYS))
def test_numbers_under_other_names_are_no_ids(number: str, key: str) -> None:
    assert not is_plain_id(key, number)


@given(IDS, st.sampled_from(["id", "vacature", "job_id", "requisition"]), st.sampled_from(["utm_content", "utm_id"]))
def test_ids_in_an_address(number: str, key: str, tag: str) -> None:
    address = f"https://example.nl/a?{key}={number}"
    assert scrub_urls(pl.Series([address])).to_list() == [address]
    tagged = scrub_urls(pl.Series([f"https://example.nl/a?{tag}=0612345678"]))
    assert tagged.to_list() == [f"https://example.nl/a?{tag}=[phone]"]
