"""P17: everything that the OpenAPI documents allow, and much that they do not, asked of the real server."""

import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.browser.conftest import journeyscore, running

from journeyscore.actions.workspace import open_workspace

READING = "positive_data_acceptance"
"""Which bands there are, and which days are past, no document can say."""
SENDING = "negative_data_rejection,positive_data_acceptance"
"""The door keeps durably what it can read, and judges it later: a wrong field is no reason to turn a sender away."""
MAKE_KEY = """
import sys
from pathlib import Path
from journeyscore.web.site import Site, configure
configure(Site(Path(sys.argv[1]), https=False))
from journeyscore.web.access import Role
from journeyscore.web.api.keys import Scope, make
from journeyscore.web.models import Account
from journeyscore.web.workspace import workspace
workspace()
print(make("schema", list(Scope), Account.objects.make("schema@example.org", None, Role.OWNER, "S"), None)[1])
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("schema") / "data"
    journeyscore(made, "demo", "--no-serve", "--candidates", "60")
    return made


def ask(url: str, authorization: str, examples: int, *more: str) -> None:
    """Run Schemathesis; what it found is what it prints."""
    command = [
        Path(sys.executable).with_name("schemathesis"),
        "run",
        url,
        "--header",
        f"Authorization: {authorization}",
    ]
    command += ["--max-examples", str(examples), "--seed", "1", "--no-color", "--checks", "all"]
    command += ["--generation-database", "none", *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stdout[-6_000:]


def test_the_json_api(data: Path) -> None:
    command = [sys.executable, "-c", MAKE_KEY, str(data)]
    key = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-1]
    with running(data) as url:
        ask(f"{url}/api/v1/openapi.json", f"Bearer {key}", 25, "--exclude-checks", READING)


def test_live_intake(data: Path) -> None:
    key = open_workspace(data).records.write_keys.make("schema", "server", [], None, datetime.now(UTC))[1]
    authorization = f"Basic {b64encode(f'{key}:'.encode()).decode()}"
    with running(data) as url:
        ask(f"{url}/v1/openapi.json", authorization, 40, "--exclude-checks", SENDING)
