"""What is said to people, in English, and in a way that a page can say it again in another language."""

from collections.abc import Callable, Mapping


class _Listed(tuple[object, ...]):
    """Several values: the format says what stands between them, a comma unless it says otherwise."""

    def __format__(self, between: str) -> str:
        return (between or ", ").join(map(str, self))


class Phrase(str):
    """A text that remembers of which template and values it was made: `Phrase("{path}: is encrypted", path=path)`.

    Everywhere it is the plain English text. The template is a literal, since the catalogues of translations are made
    from it. A value may be a phrase of its own; a tuple is written with commas, or as `{lines:; }` says; what is
    neither text nor number is taken as text.
    """

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> "Phrase":
        taken = {name: _taken(value) for name, value in values.items()}
        made = super().__new__(cls, template.format(**taken))
        made.template, made.values = template, taken
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.template,), dict(self.values)

    def changed(self, change: Callable[[str], str]) -> "Phrase":
        """The same, with every text among the values changed."""
        return Phrase(self.template, **{name: _changed(value, change) for name, value in self.values.items()})


def _taken(value: object) -> object:
    if isinstance(value, tuple):
        return _Listed(map(_taken, value))
    return value if isinstance(value, str | int | float) else str(value)


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, Phrase):
        return value.changed(change)
    if isinstance(value, tuple):
        return tuple(_changed(one, change) for one in value)
    return change(value) if isinstance(value, str) else value
