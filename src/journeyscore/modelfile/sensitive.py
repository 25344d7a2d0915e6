"""Signals that say who somebody is rather than what they did, by the names of the properties that carry them."""

import re

from journeyscore.domain.model import Label

SIGNALS = """
age | leeftijd | age leeftijd age_group birth birthday birthdate birth_date birth_year date_of_birth dob
    geboortedatum geboortejaar year_of_birth graduation_year afstudeerjaar
gender | geslacht | gender sex geslacht pronouns salutation aanhef
name | naam | name naam first_name last_name voornaam achternaam surname full_name family_name person_name
    given_name roepnaam initials voorletters
nationality or origin | nationaliteit of herkomst | nationality nationaliteit citizenship ethnicity etniciteit
    race ras afkomst herkomst country_of_birth birth_country birthplace birth_place geboorteland
    geboorteplaats place_of_birth visum migration_background migratieachtergrond
address | adres | postcode post_code postal_code zip zip_code zipcode address adres street straat city
    woonplaats neighbourhood neighborhood wijk buurt latitude longitude region regio
device | apparaat | device device_type device_brand device_model apparaat user_agent os operating_system
    browser screen screen_size screen_width
time of day | tijdstip | hour hour_of_day uur time time_of_day tijd tijdstip weekday day_of_week weekdag
language | taal | language taal locale browser_language mother_tongue moedertaal accent
network address | netwerkadres | ip ip_address ip_adres client_ip
photo | foto | photo foto picture avatar profile_picture has_photo pasfoto
family | gezin | marital_status marital burgerlijke_staat children kinderen family gezin pregnant pregnancy
    zwanger
belief or politics | geloof of politiek | religion religie geloof belief politics political_party
    politieke_voorkeur union_member union_membership vakbond vakbondslid
health | gezondheid | health gezondheid disability handicap beperking sick ziekte sickness illness medical
    medisch sick_leave ziekteverzuim
sexual orientation | seksuele gerichtheid | sexual_orientation orientation seksuele_gerichtheid geaardheid
criminal record | strafblad | criminal_record convictions strafblad vog
"""
"""English | Dutch | the names of properties that tell it; a row goes on where the next is indented."""


def _by_word(table: str) -> dict[str, Label]:
    rows = (row.split(" | ") for row in table.replace("\n ", " ").strip().splitlines())
    return {word: Label(en, nl) for en, nl, words in rows for word in words.split()}


BY_WORD = _by_word(SIGNALS)
TELLING = re.compile(
    "leeftijd|birthdate|dob|geboortedatum|gender|geslacht|nationality|nationaliteit|ethnicity|postcode|zipcode"
    "|religion|geloof|pregnant|zwanger|disability"
)
"""Words that give a signal away wherever they stand in the name of a property: `candidate_gender_code`."""


def sensitive_signal(field: str) -> Label | None:
    """What a property says about a person, if its name tells: `properties.candidate.zipCode` is an address."""
    if not field.startswith("properties."):
        return None
    key = _snake(field.rpartition(".")[2])
    telling = next((word for word in key.split("_") if TELLING.fullmatch(word)), None)
    return BY_WORD.get(key) or BY_WORD.get(telling or "")


def _snake(key: str) -> str:
    humps = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    return re.sub(r"[\s\-_]+", "_", humps).strip("_").lower()
