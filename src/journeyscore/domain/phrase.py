"""What is said to people, in English, and in a way that a page can say it again in another language."""

from collections.abc import Callable, Iterable, Mapping


class Phrase(str):
    """A text that remembers of which template and values it was made: `Phrase("{path}: is encrypted", path=path)`.

    Everywhere it is the plain English text. The template is a literal, since the catalogues of translations are made
    from it. A value may be a phrase of its own; what is neither text nor number is taken as text.
    """

    template: str
    values: Mapping[str, str | float]

    def __new__(cls, template: str, /, **values: object) -> "Phrase":
        taken = {name: value if isinstance(value, str | int | float) else str(value) for name, value in values.items()}
        made = super().__new__(cls, template.format(**taken))
        made.template, made.values = template, taken
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str | float]]:
        return (self.template,), dict(self.values)


def changed(text: str, change: Callable[[str], str]) -> str:
    """The text with its values changed, however deep they are; one without values is changed itself."""
    if not isinstance(text, Phrase):
        return change(text)
    values = {name: changed(value, change) if isinstance(value, str) else value for name, value in text.values.items()}
    return Phrase(text.template, **values)


def joined(texts: Iterable[str], between: str) -> Phrase:
    """Several texts as one."""
    named = {f"text{number}": text for number, text in enumerate(texts)}
    return Phrase(between.join(f"{{{name}}}" for name in named), **named)


def of_machine(problem: Exception) -> str:
    """What the operating system or the database says is wrong, as a phrase if it is one that people meet."""
    text = str(problem.strerror if isinstance(problem, OSError) else problem)
    return MACHINE.get(text, text)


MACHINE = {
    str(phrase): phrase
    for phrase in (
        Phrase("No space left on device"),
        Phrase("Disk quota exceeded"),
        Phrase("Permission denied"),
        Phrase("Operation not permitted"),
        Phrase("No such file or directory"),
        Phrase("Not a directory"),
        Phrase("Is a directory"),
        Phrase("File name too long"),
        Phrase("Read-only file system"),
        Phrase("Input/output error"),
        Phrase("database is locked"),
        Phrase("database or disk is full"),
        Phrase("disk I/O error"),
        Phrase("attempt to write a readonly database"),
        Phrase("unable to open database file"),
        Phrase("database disk image is malformed"),
        Phrase("file is not a database"),
    )
}
