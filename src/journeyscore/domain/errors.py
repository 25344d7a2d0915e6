"""Every error that journeyscore raises on purpose, with the exit code that the command line gives it.

A message says what is wrong, where (file, line, row, field) and what to do. Anything else that is raised is a defect.
"""

from journeyscore.domain.phrase import Phrase, joined


class JourneyscoreError(Exception):
    """The root: a user's or a machine's problem that can be put into one sentence.

    It is given as a `Phrase`, or as the template and values of one; `said` keeps it, for pages in other languages.
    """

    exit_code = 1

    def __init__(self, text: str, /, **values: object) -> None:
        self.said = Phrase(text, **values) if values else text
        super().__init__(str(self.said))


class UsageError(JourneyscoreError):
    """Something was asked in a way that cannot be carried out: a wrong path, option or combination."""

    exit_code = 2


class InputError(UsageError):
    """A whole file cannot be read (a bad row is a `Refusal`, not an error). Nothing was taken in."""


class ModelError(UsageError):
    """A scoring model that is not valid. `problems` holds one line per problem, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(joined(problems, "\n"))
        self.problems = problems


class MappingError(UsageError):
    """A mapping file that is not valid."""


class NotFoundError(JourneyscoreError):
    """Nobody and nothing by that name."""

    exit_code = 3


class AmbiguousError(JourneyscoreError):
    """More than one person answers to that name: say which."""

    exit_code = 3


class StorageError(JourneyscoreError):
    """The disk refused: full, read-only, unreadable. What was half written has been removed."""

    exit_code = 74


class BusyError(JourneyscoreError):
    """Another process is writing, and did not end in time."""

    exit_code = 75
