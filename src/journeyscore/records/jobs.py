"""Work that pages asked for: waiting, under way, ended. Whoever does it holds the worker's lease, so it is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from journeyscore.domain.errors import NotFoundError
from journeyscore.records import models

CANCELLED = "cancelled"
"""What stands as the error of a job that somebody stopped."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job: `done` of `total` rows (None: nobody knows), and the `answer` once it has `ended_at`."""

    id: str
    kind: str
    asked_by: int | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    done: int
    total: int | None
    asked: Mapping[str, Any]
    answer: Mapping[str, Any]
    error: str

    @property
    def cancelled(self) -> bool:
        """Whether somebody stopped it, or asked for that."""
        return self.error == CANCELLED

    @property
    def failed(self) -> bool:
        """Whether it ended with an error."""
        return bool(self.ended_at and self.error and not self.cancelled)


FIELDS = tuple(Job.__dataclass_fields__)


class Jobs:
    """The jobs of one data directory."""

    def __init__(self, alias: str) -> None:
        self.alias = alias

    def ask(self, job_id: str, kind: str, asked: Mapping[str, Any], by: int | None, at: datetime) -> Job:
        """Put a job at the end of the queue."""
        return _job(self._all().create(id=job_id, kind=kind, asked=dict(asked), asked_by=by, asked_at=at))

    def get(self, job_id: str) -> Job:
        """The job as it stands. Raises NotFoundError."""
        row = self._all().filter(id=job_id).first()
        if row is None:
            raise NotFoundError("there is no such job")
        return _job(row)

    def due(self) -> list[Job]:
        """The jobs that have not ended, oldest first: a started one among them was interrupted."""
        return [_job(row) for row in self._all().filter(ended_at=None).order_by("asked_at", "id")]

    def waiting(self) -> int:
        """How many have not ended."""
        return self._all().filter(ended_at=None).count()

    def failed(self) -> int:
        """How many ended with an error."""
        return self._all().exclude(ended_at=None).exclude(error__in=["", CANCELLED]).count()

    def answered(self, kind: str) -> list[Job]:
        """The jobs of a kind that ended, newest first."""
        return [_job(row) for row in self._all().filter(kind=kind).exclude(ended_at=None).order_by("-ended_at")]

    def start(self, job_id: str, at: datetime) -> None:
        """The job is under way from now on."""
        self._all().filter(id=job_id).update(started_at=at)

    def progress(self, job_id: str, done: int, total: int | None) -> bool:
        """Note how far it is; False if somebody wants it to stop."""
        self._all().filter(id=job_id).update(done=done, total=total)
        return not self.get(job_id).cancelled

    def cancel(self, job_id: str, at: datetime) -> None:
        """Ask for a job to stop; one that has not begun ends at once, one that has ended stays as it is."""
        self._all().filter(id=job_id, ended_at=None).update(error=CANCELLED)
        self._all().filter(id=job_id, ended_at=None, started_at=None).update(ended_at=at)

    def end(self, job_id: str, at: datetime, answer: Mapping[str, Any], error: str = "") -> None:
        """The job came to its end."""
        self._all().filter(id=job_id).update(ended_at=at, answer=dict(answer), error=error)

    def _all(self) -> "QuerySet[models.Job]":
        return models.Job.objects.using(self.alias)


def _job(row: models.Job) -> Job:
    return Job(**{field: getattr(row, field) for field in FIELDS})
