"""`python -m journeyscore.web.login_link DIRECTORY BASE [EMAIL [--drop-code]]`: the way in, for who has the directory.

Prints where the first account is made (nothing once there is one), or a link with which EMAIL chooses a new password.
"""

import sys
from pathlib import Path

from journeyscore.web.site import Site, configure


def main() -> None:
    """Print the link. Leaves with 3 when nobody has this address."""
    data_dir, base, *wanted = sys.argv[1:]
    configure(Site(Path(data_dir), https=False))
    from journeyscore.web.workspace import workspace

    workspace()  # makes the tables
    place = _new_password(wanted[0], "--drop-code" in wanted) if wanted else _first(Path(data_dir))
    if place:
        sys.stdout.write(f"{base}{place}\n")


def _first(data_dir: Path) -> str:
    from journeyscore.web.models import Account
    from journeyscore.web.setup_token import setup_token

    return "" if Account.objects.exists() else f"/set-up/?token={setup_token(data_dir)}"


def _new_password(email: str, drop_code: bool) -> str:
    from django.contrib.auth.tokens import default_token_generator

    from journeyscore.web import second_factor
    from journeyscore.web.models import Account, AuditEntry

    account = Account.objects.filter(email=email.strip().casefold(), is_active=True).first()
    if account is None:
        sys.stderr.write(f"nobody who may log in has the address {email}\n")
        sys.exit(3)
    if drop_code:
        second_factor.drop(account)
        AuditEntry.objects.create(action="second_factor_off", about=str(account.pk))
    AuditEntry.objects.create(action="password_link", about=str(account.pk))
    return f"/new-password/{account.pk}/{default_token_generator.make_token(account)}/"


if __name__ == "__main__":
    main()
