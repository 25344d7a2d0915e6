"""`python -m journeyscore.web.demo_account DIRECTORY`: an owner for the demo employer; prints how to log in."""

import secrets
import sys
from pathlib import Path

from journeyscore.web.site import Site, configure

EMAIL = "demo@example.org"


def main() -> None:
    """Make the account, or give it a new password."""
    configure(Site(Path(sys.argv[1]), https=False))
    from journeyscore.web.access import Role
    from journeyscore.web.models import Account
    from journeyscore.web.workspace import workspace

    workspace()
    password = "-".join(secrets.token_hex(2) for _ in range(3))
    account = Account.objects.filter(email=EMAIL).first() or Account.objects.make(EMAIL, None, Role.OWNER, "Demo")
    account.set_password(password)
    account.save()
    sys.stdout.write(f"log in as {EMAIL} with {password}\n")


if __name__ == "__main__":
    main()
