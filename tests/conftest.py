"""What holds for every test."""

import os

import pytest
from hypothesis import settings

from journeyscore.domain.database import SETTING

settings.register_profile("calm", deadline=None)  # a busy machine is no failure
settings.load_profile("calm")


def pytest_configure(config: pytest.Config) -> None:
    """Django is configured once in a process: as the web application, which holds the records too."""
    from tests.web.place import prepare

    prepare()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """With PostgreSQL (tests/postgres.py) a test's connections end with it: the server has a hundred."""
    if os.environ.get(SETTING):
        from django.db import connections

        connections.close_all()
