"""The second factor: codes of an app (TOTP, RFC 6238), and recovery codes for who lost the app."""

import re
import secrets
from base64 import b32encode

import segno
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from journeyscore.web.models import Account, RecoveryCode

CODE = re.compile(r"[0-9]{6}")
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read as another


def has(account: Account) -> bool:
    """Whether this account must give a code at its login."""
    return bool(TOTPDevice.objects.filter(user=account, confirmed=True).exists())


def begin(account: Account) -> TOTPDevice:
    """A device to be confirmed with its first code: the one begun before, or a new one."""
    device, _made = TOTPDevice.objects.get_or_create(user=account, confirmed=False, defaults={"name": "app"})
    return device


def picture(device: TOTPDevice) -> str:
    """The QR code for the app, as an address of the `data:` kind; dark on light in both themes, or no app reads it."""
    return str(segno.make(device.config_url, error="m").svg_data_uri(scale=5, light="#fff", dark="#000"))


def key_in_words(device: TOTPDevice) -> str:
    """The secret, to be typed where there is no camera: base 32 in groups of four."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def confirm(account: Account, code: str) -> list[str] | None:
    """Put the device to use with its first code. Returns recovery codes, to be shown once; None when it is wrong."""
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=account, confirmed=False).first()
        if device is None or not _fits(device, code):
            return None
        TOTPDevice.objects.filter(user=account).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save()
        return new_recovery_codes(account)


def new_recovery_codes(account: Account) -> list[str]:
    """Ten new ones in place of the old, to be shown once."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    hashed = [RecoveryCode(account=account, hashed=_hashed(account, code)) for code in codes]
    with transaction.atomic():
        RecoveryCode.objects.filter(account=account).delete()
        RecoveryCode.objects.bulk_create(hashed)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def verify(account: Account, code: str) -> bool:
    """Whether this code of the app or recovery code is right; each is good once."""
    text = re.sub(r"[\s-]", "", code).casefold()
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=account, confirmed=True).first()
        if device is None:
            return False
        return _fits(device, text) if CODE.fullmatch(text) else _spend(account, text)


def drop(account: Account) -> None:
    """Log in with the password alone from now on."""
    TOTPDevice.objects.filter(user=account).delete()
    RecoveryCode.objects.filter(account=account).delete()


def _fits(device: TOTPDevice, code: str) -> bool:
    text = re.sub(r"\s", "", code)
    return bool(CODE.fullmatch(text)) and bool(device.verify_token(text))


def _spend(account: Account, text: str) -> bool:
    return bool(RecoveryCode.objects.filter(account=account, hashed=_hashed(account, text)).delete()[0])


def _hashed(account: Account, code: str) -> str:
    """Keyed and not slow: the codes are random, 49 bits, so nobody guesses them from a hash without the key."""
    return salted_hmac(f"journeyscore recovery {account.pk}", code, algorithm="sha256").hexdigest()
