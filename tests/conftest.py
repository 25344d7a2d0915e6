"""What holds for every test."""

import pytest
from hypothesis import settings

settings.register_profile("calm", deadline=None)  # a busy machine is no failure
settings.load_profile("calm")


def pytest_configure(config: pytest.Config) -> None:
    """Django is configured once in a process: as the web application, which holds the records too."""
    from tests.web.place import prepare

    prepare()
