"""Consents that are taken back, and given again, while letters are landed in their order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journeyscore.actions.workspace import Workspace
from journeyscore.connectors.segment.consent import is_consent, is_withdrawal
from journeyscore.inbox import Letter
from journeyscore.intake.keys import candidate_pseudonym, visitor_pseudonym


@dataclass
class Agreed:
    """What is known of the consent of those whose browsers send."""

    workspace: Workspace

    def __post_init__(self) -> None:
        self._withdrawn = self.workspace.records.consents.withdrawn()

    def keeps(self, letter: Letter, call: dict[str, Any], key: str | None) -> bool:
        """Whether this call of a browser may be kept; `key` is the candidate's whom a token named."""
        persons = self._persons(call, key)
        if is_withdrawal(call):
            self._change(persons, letter, withdrawn=True)
        elif is_consent(call):
            self._change(persons, letter, withdrawn=False)
        return is_withdrawal(call) or self._withdrawn.isdisjoint(persons)

    def _persons(self, call: dict[str, Any], key: str | None) -> list[str]:
        """The visitor, and the candidate whom the visitor or the token stands for."""
        visitor, found = call.get("anonymousId"), []
        if isinstance(visitor, str) and visitor.strip():
            found.append(visitor_pseudonym(self.workspace.key, visitor.strip()))
        if key:
            found.append(candidate_pseudonym(self.workspace.key, key))
        return found

    def _change(self, persons: list[str], letter: Letter, *, withdrawn: bool) -> None:
        """For everything that is known to be the same person: a consent is a person's, not a device's."""
        consents, links = self.workspace.records.consents, self.workspace.records.links
        pairs = list(links.identity_around(*persons).iter_rows()) if persons else []
        ends = {candidate for person, candidate in pairs if person in persons}
        for person in {*persons, *ends, *(person for person, candidate in pairs if candidate in ends)}:
            if withdrawn:
                consents.withdraw(person, datetime.fromisoformat(letter.received_at))
                self._withdrawn.add(person)
            elif person in self._withdrawn:
                consents.give(person)
                self._withdrawn.remove(person)
