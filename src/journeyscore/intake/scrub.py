"""Personal data out of texts and addresses, before anything reaches the log."""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

import polars as pl

PERSONAL_KEYS = frozenset(
    word
    for line in """
    email emailaddress emailadres mail mailaddress mailadres useremail workemail
    phone phonenumber telephone telephonenumber telefoon telefoonnummer tel mobile mobilenumber mobilephone
    mobiel mobielnummer gsm fax
    name fullname firstname lastname middlename surname familyname givenname personname maidenname
    username naam voornaam achternaam tussenvoegsel roepnaam initials voorletters volledigenaam gebruikersnaam
    address addressline1 addressline2 adres street streetname streetaddress straat straatnaam housenumber
    huisnummer postcode postalcode zip zipcode homeaddress woonadres latitude longitude lat lng geolocation
    birth birthday birthdate birthyear birthplace dateofbirth dob geboortedatum geboortejaar geboorteplaats
    bsn burgerservicenummer sofinummer ssn socialsecuritynumber nationalid passport passportnumber
    paspoort paspoortnummer driverslicense rijbewijsnummer
    iban bic bankaccount accountnumber rekeningnummer bankrekening creditcard cardnumber cvc
    ip ipaddress ipadres ipaddr clientip remoteaddr useragent deviceid idfa gaid
    password passwd pwd wachtwoord secret token accesstoken refreshtoken idtoken authtoken apikey
    authorization cookie pincode otp
    """.splitlines()
    for word in line.split()
)
"""Names of properties that hold personal data or secrets: lower case, letters and digits only."""

PERSONAL_ENDING = re.compile(
    "(?:emailaddress|emailadres|phonenumber|telefoonnummer|firstname|lastname|fullname|voornaam|achternaam"
    "|dateofbirth|birthdate|geboortedatum|postcode|zipcode|ipaddress|password|wachtwoord)$"
)
"""Ends of names that tell as well: `candidate_first_name`. Plain `name` does not: `campaign_name` is nobody's."""

TAGS = frozenset(("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id"))
SAFE_QUERY = TAGS | frozenset(
    (
        *("id", "vacancy", "vacancy_id", "vacancyid", "vacature", "vacature_id", "vacatureid", "vacaturenummer"),
        *("job", "job_id", "jobid", "jk", "jid", "gh_jid", "currentjobid", "position_id"),
        *("req", "req_id", "reqid", "requisition", "requisition_id"),
    )
)
"""Parameters of an address that are kept, with their values masked. The others may hold anything, and go."""

THINGS = (
    "vacancy|vacature|job|functie|position|requisition|req|opening|posting|advert|advertentie|ad|adgroup|adset|creative"
    "|campaign|campagne|event|evenement|session|form|formulier|message|bericht|post|page|pagina|content|video|group"
    "|groep|team|department|afdeling|location|locatie|vestiging|application|sollicitatie|interview|offer|assessment"
    "|survey|item|product|order|mailing|newsletter"
)
ID_KEY = re.compile(rf"id|(?:{THINGS})(?:id|nr|nummer|number|code)|vacancy|vacature|job|requisition|req|jk|jid|ghjid")
"""Names of properties that hold the id of a thing: small letters only. The id of a person is not among them."""
PLAIN_ID = r"^[0-9]{8,10}$"
"""What may look like a telephone number or a BSN, and is an id where an id is meant."""

_GAP = r"(?:[ )\u00a0\u2010-\u2013-]|%20){0,3}"
_AT = r"(?:@|%(?:25)?40|\uff20|&#64;)"
EMAIL = re.compile(rf"[\w.!$%'*+^`~-]{{1,64}}(?:{_AT}(?:[\w.%-]|\[[0-9A-Fa-f:.]+\]){{1,255}})+")
NUMBERS = re.compile(
    rf"""(?<![0-9A-Za-z])(?:
    (?P<kept> [0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}       # UUID
        | [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:[T\ ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]+)?)?)?
          (?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?(?![0-9A-Za-z])              # ISO date or moment
        | [0-9]{{1,2}}([-/. ])[0-9]{{1,2}}\2(?:19|20)[0-9]{{2}}(?![0-9A-Za-z])  # Dutch date
    )
    | (?P<phone> (?: \(?0[1-9](?:{_GAP}[0-9]){{8}}                      # 06-12345678, (010) 123 45 67
        | \(?0[1-9][0-9]{{0,2}}[ /-][0-9]{{2,3}}(?:[ .-]?[0-9]{{2}}){{2}}     # 02 123 45 67, 0475/12.34.56
        | 0[1-9](?:\.[0-9]{{2}}){{4}}                                   # 06.12.34.56.78
        | \(?(?:\+|%2B|00){_GAP}[1-9](?:{_GAP}[0-9]){{8,14}}            # +31 6 12345678, 0031612345678
        | \(?(?:\+|%2B|00){_GAP}[1-9][0-9]{{0,2}}{_GAP}\([0-9]{{1,4}}\)(?:{_GAP}[0-9]){{7,11}}  # +31 (0)6 12345678
        | \+[1-9][0-9]{{0,2}}(?:\.[0-9]{{2,4}}){{3,4}}                  # +1.555.123.4567
    )(?![0-9A-Za-z]) )
    | [0-9]+[.,][0-9]+                                                  # a decimal number stays
    | (?P<bsn> [0-9]{{9}}(?![0-9A-Za-z]) )
    )""",
    re.VERBOSE | re.IGNORECASE,
)
IBAN = re.compile(r"(?<![0-9A-Za-z])(?=([a-z]{2}[0-9]{2}(?:[ -]?[0-9a-z]){11,30}))", re.IGNORECASE)
IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "PT",
        26: "IS TR",
        27: "BI DJ FR GR IT MC SM",
        28: "AL AZ BY CY DO GT HU LB PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
        32: "LC",
    }.items()
    for country in countries.split()
}
"""How many characters an IBAN of the country has."""
SUSPICIOUS = rf"(?i){_AT}|[0-9](?:[./]?{_GAP}[(]?[0-9]){{8}}|[a-z]{{2}}[0-9]{{2}}(?:[ -]?[0-9a-z]){{11}}"
"""What every text has that `mask_text` would change (and many others have)."""


def mask_text(text: str) -> str:
    """The text with `[e-mail]`, `[iban]`, `[phone]` and `[bsn]` in place of such data; masking twice changes no more.

    Dates, moments, UUIDs, decimal numbers and numbers of up to eight digits stay.
    """
    return _mask(text, _number)


def suspicious(column: str) -> pl.Expr:
    """Whether `mask_text` might change the text: true for every text that it changes. Null stays null."""
    return pl.col(column).str.contains(SUSPICIOUS)


def mask_column(values: pl.Series) -> pl.Series:
    """`mask_text` of every value (String, null stays null), at the price of the suspicious ones."""
    return _each(values, values.str.contains(SUSPICIOUS), mask_text)


def mask_ids(values: pl.Series) -> pl.Series:
    """`mask_text` of every value but plain ids (String, null stays null): of a column that holds ids or texts."""
    return _each(values, values.str.contains(SUSPICIOUS) & ~values.str.contains(PLAIN_ID), mask_text)


def is_plain_id(key: str, text: str) -> bool:
    """Whether a text is the id of a thing, such as a vacancy, by the name of its property and by its digits."""
    return re.match(PLAIN_ID, text) is not None and _is_id_key(key)


def is_personal_key(key: str) -> bool:
    """Whether the name of a property, or any of its dotted parts, names personal data or a secret."""
    return any(_is_personal(part) for part in (key, *key.split(".")))


@lru_cache(maxsize=10_000)
def _is_id_key(key: str) -> bool:
    """Whether the name says so; a mere `id` under another name is the id of what that names."""
    *outer, last = ("".join(c for c in part.lower() if c.isalnum()) for part in key.split("."))
    return ID_KEY.fullmatch(outer[-1] + last if last == "id" and outer else last) is not None


@lru_cache(maxsize=10_000)
def _is_personal(name: str) -> bool:
    plain = "".join(c for c in name.lower() if c.isalnum())
    return plain in PERSONAL_KEYS or PERSONAL_ENDING.search(plain) is not None


def _mask(text: str, number: Callable[[re.Match[str]], str]) -> str:
    return NUMBERS.sub(number, _mask_ibans(EMAIL.sub("[e-mail]", text)))


def _number(found: re.Match[str]) -> str:
    if found.lastgroup == "phone":
        return "[phone]"
    return "[bsn]" if found.lastgroup == "bsn" and _is_bsn(found[0]) else found[0]


def _number_in_address(found: re.Match[str]) -> str:
    """In addresses nine digits are the number of a vacancy."""
    return "[phone]" if found.lastgroup == "phone" else found[0]


def _is_bsn(digits: str) -> bool:
    """The elfproef: the digits by their weights 9, 8 .. 2 and -1 add up to a multiple of eleven."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return total % 11 == 0 and int(digits) != 0


def _mask_ibans(text: str) -> str:
    masked, done = [], 0
    for found in IBAN.finditer(text):
        end = found.start() + _iban_length(found[1])
        if end > found.start() >= done and not text[end : end + 1].isalnum():
            masked += [text[done : found.start()], "[iban]"]
            done = end
    return "".join([*masked, text[done:]])


def _iban_length(text: str) -> int:
    """How many characters of the text, from its first, are an IBAN; 0 when it begins with none."""
    length = IBAN_LENGTHS.get(text[:2].upper(), 0)
    places = [place for place, character in enumerate(text) if character not in " -"][:length]
    if not length or len(places) < length:
        return 0
    compact = "".join(text[place] for place in places)
    number = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    return places[-1] + 1 if int(number) % 97 == 1 else 0


def _each(values: pl.Series, chosen: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """The values, with those that are chosen changed; each different one is looked at once."""
    texts = values.filter(chosen.fill_null(False)).unique()
    if not len(texts):
        return values
    changed = pl.Series([change(text) for text in texts.to_list()], dtype=pl.String)
    known = pl.DataFrame({"text": texts, "found": changed, "known": True})
    kept = pl.DataFrame({"text": values}).join(known, on="text", how="left", maintain_order="left")
    return kept.select(pl.when("known").then("found").otherwise("text").alias(values.name)).to_series()


def _looked_up(values: pl.Series, known: pl.DataFrame) -> pl.Series:
    """Of each value its `found` in the row of `known` with that `text`."""
    rows = pl.DataFrame({"text": values.cast(pl.String)}).join(known, on="text", how="left", maintain_order="left")
    return rows.get_column("found").alias(values.name)


ADDRESS = re.compile(r"(?:([a-z][a-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.I | re.S)
"""Scheme, host, path and query, as RFC 3986 takes any text apart."""
PLAIN_START = r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/]*)?"
ODD_ADDRESS = rf"(?i)[?#@%\\]|[0-9a-z_-]{{32}}|{SUSPICIOUS[4:]}"
ODD_PART = re.compile(rf"(?i)\[|[0-9a-z_-]{{32}}|{SUSPICIOUS[4:]}")
RUNNING = r"(?i)^[\s\x00-\x20]*(?:javascript|vbscript|data):"
LONG_RUN = re.compile(r"[0-9A-Za-z_-]{32,}")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
MASKS = re.compile(r"\[(?:e-mail|iban|phone)\]")


def scrub_urls(values: pl.Series) -> pl.Series:
    """Addresses without what may name a person: userinfo, fragment, and all of the query but SAFE_QUERY.

    Scheme and host in lower case. A segment of the path with an e-mail address, a phone number, an IBAN or a token is
    replaced by its mask. `javascript:`, `vbscript:` and `data:` give null, as null does. Any text is taken.
    """
    known = pl.DataFrame({"text": values.cast(pl.String).unique()})
    start = pl.col("text").str.extract(f"({PLAIN_START})", 1)
    bare = pl.col("text").str.replace_all(r"[\x00-\x20]", "")
    plain = known.select(
        pl.when(~bare.str.contains(RUNNING)).then(
            start.str.to_lowercase() + pl.col("text").str.slice(start.str.len_chars())
        )
    ).to_series()
    scrubbed = _each(plain, plain.str.contains(ODD_ADDRESS), _scrub_address)
    return _looked_up(values, known.with_columns(scrubbed.alias("found")))


def _scrub_address(text: str) -> str:
    found = ADDRESS.fullmatch(text)
    scheme, host, path, query = found.groups() if found else (None, None, text, None)
    start = f"{scheme.lower()}:" if scheme else ""
    if host is not None:
        start += "//" + _mask_part(re.split("@|%40", host)[-1].lower())
    path = "/".join(_mask_part(segment) for segment in (path or "").split("/"))
    kept = "&".join(filter(None, map(_safe_parameter, (query or "").split("&"))))
    return f"{start}{path}?{kept}" if kept else start + path


def _safe_parameter(parameter: str) -> str:
    key, _, value = parameter.partition("=")
    if key.lower() not in SAFE_QUERY or not value:
        return ""
    if key.lower() not in TAGS and re.match(PLAIN_ID, value):
        return f"{key.lower()}={value}"
    return f"{key.lower()}={_mask_part(value, plus=True)}"


@lru_cache(maxsize=10_000)
def _mask_part(part: str, plus: bool = False) -> str:
    """The segment of a path, or the mask of what it has of a person. Looks through two layers of percent-encoding."""
    once = unquote_plus(part) if plus else unquote(part)
    for decoded in dict.fromkeys((part, once, unquote(once))):
        mask = _mask_of(decoded) if ODD_PART.search(decoded) else None
        if mask:
            return mask
    return part


def _mask_of(text: str) -> str | None:
    if _has_token(text):
        return "[token]"
    found = MASKS.search(_mask(text, _number_in_address))
    return found[0] if found else None


def _has_token(text: str) -> bool:
    """Whether there is a long run of random characters; UUIDs and slugs of words are none."""
    return any(_is_random(run) for run in LONG_RUN.findall(UUID.sub("", text)))


def _is_random(run: str) -> bool:
    return any(_is_mixed(piece) for piece in re.split("[-_]+", run))


def _is_mixed(piece: str) -> bool:
    if not re.search("[0-9]", piece) or not re.search("[A-Za-z]", piece):
        return False
    turns = re.search("[0-9][A-Za-z]", piece) and re.search("[a-z]", piece) and re.search("[A-Z]", piece)
    return len(piece) >= 16 or (len(piece) >= 8 and turns is not None)
