"""The word that proves at the first set-up that somebody can read the data directory. Knows no Django."""

import hmac
import os
import secrets
from pathlib import Path

FILE = "setup.token"


def setup_token(data_dir: Path) -> str:
    """The token, made if there is none; readable by the owner of the directory only."""
    path = data_dir / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        token = secrets.token_urlsafe(24)
        file.write(token + "\n")
    return token


def fits(data_dir: Path, typed: str) -> bool:
    """Whether this is the token; never without one."""
    try:
        right = (data_dir / FILE).read_text(encoding="ascii").strip()
    except OSError:
        return False
    return bool(right) and hmac.compare_digest(right.encode(), typed.strip().encode())


def spend(data_dir: Path) -> bool:
    """Take the token away; False when somebody else just did."""
    try:
        (data_dir / FILE).unlink()
    except FileNotFoundError:
        return False
    return True
