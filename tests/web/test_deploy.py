"""The settings that are shipped for use behind TLS pass Django's own check."""

import os
import subprocess
import sys

from journeyscore.web.site import Site


def test_check_deploy_is_clean(site: Site) -> None:
    command = [sys.executable, "-m", "journeyscore.web.manage", str(site.data_dir), "check", "--deploy"]
    shipped = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    found = subprocess.run([*command, "--fail-level", "WARNING"], capture_output=True, text=True, env=shipped)
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout
