"""The web application over a small demo employer: made once per process, and rolled back after every test."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from journeyscore.web.site import Site

UNTIL = date(2026, 11, 20)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A demo employer with 300 candidates, imported and ready."""
    from journeyscore.actions.import_file import import_file
    from journeyscore.actions.workspace import init
    from journeyscore.demo.files import write_parquet
    from journeyscore.demo.simulate import simulate
    from tests.web.place import SITE

    file = SITE.data_dir.parent / "events.parquet"
    workspace = init(SITE.data_dir)
    write_parquet(file, simulate(candidates=300, until=date.today() - timedelta(days=1)))
    import_file(workspace, file)
    return SITE


@pytest.fixture
def db(site: Site) -> Iterator[None]:
    """What the test writes into the records is taken back after it."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def account(db: None) -> Callable[..., object]:
    """Makes an account: `account("marketer")`."""
    from journeyscore.web.access import Role
    from journeyscore.web.models import Account

    def make(role: str = "owner", email: str = "", password: str | None = None) -> Account:
        return Account.objects.make(email or f"{role}@example.org", password, Role(role), role.title())

    return make


@pytest.fixture
def client_of(account: Callable[..., object]) -> Callable[..., object]:
    """A test client that is logged in: `client_of("recruiter")`; `client_of(None)` is a stranger."""
    from django.test import Client

    def make(role: str | None = "owner", language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        if role:
            client.force_login(account(role))
        return client

    return make
