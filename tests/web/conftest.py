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


@pytest.fixture
def key_of(account: Callable[..., object]) -> Callable[..., str]:
    """Makes a key of the API: `key_of([Scope.SCORES])`, `key_of(role="marketer")`; without scopes it has them all."""
    from journeyscore.web.api import keys
    from journeyscore.web.models import Account

    def make(scopes: list[keys.Scope] | None = None, role: str = "owner", days: int | None = None) -> str:
        made_by = Account.objects.filter(role=role).first() or account(role)
        return keys.make("test", list(keys.Scope) if scopes is None else scopes, made_by, days)[1]

    return make
