"""What somebody sees whose link leads nowhere any more."""

WORDS = {
    "nl": ("Deze link werkt niet", "Hij is beëindigd of niet goed overgenomen. Vraag de afzender om een nieuwe."),
    "en": ("This link does not work", "It has ended, or was not copied whole. Ask whoever sent it for a new one."),
}
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>
"""


def nothing_here(accepted: str, fallback: str) -> bytes:
    """The page, in the first language of the browser (its Accept-Language) that we have."""
    wanted = (part.strip()[:2].lower() for part in accepted[:200].split(","))
    language = next((code for code in wanted if code in WORDS), fallback if fallback in WORDS else "en")
    title, text = WORDS[language]
    return PAGE.format(language=language, title=title, text=text).encode()
