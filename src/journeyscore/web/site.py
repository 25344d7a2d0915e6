"""Django for one data directory: configured once per process, before anything else of it is imported."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeyscore.domain.errors import UsageError

KEY_FILE = "web.key"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
ROOM = Path(__file__).parent
YEAR = 365 * 24 * 3600


PARTS: dict[str, Any] = {
    "DEBUG": False,
    "INSTALLED_APPS": [
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "django.contrib.humanize",
        "django_htmx",
        "django_otp",
        "django_otp.plugins.otp_totp",
        "journeyscore.records.apps.RecordsConfig",
        "journeyscore.web.apps.WebConfig",
    ],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "journeyscore.web.middleware.protect",
        "journeyscore.web.middleware.leave_out_nul",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "journeyscore.web.middleware.speak",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "journeyscore.web.middleware.explain_mistakes",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [ROOM / "templates"],
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                    "journeyscore.web.context.everywhere",
                ],
                "builtins": ["journeyscore.web.templatetags.words", "django.templatetags.i18n"],
            },
        }
    ],
    "ROOT_URLCONF": "journeyscore.web.urls",
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    "LOGGING": {"version": 1, "disable_existing_loggers": False},
}
"""What the application is made of."""

LANGUAGE: dict[str, Any] = {
    "USE_TZ": True,
    "TIME_ZONE": "UTC",
    "USE_I18N": True,
    "LANGUAGES": [("nl", "Nederlands"), ("en", "English")],
    "LANGUAGE_CODE": "nl",
    "LANGUAGE_COOKIE_NAME": "language",
    "LANGUAGE_COOKIE_SAMESITE": "Lax",
    "LOCALE_PATHS": [ROOM / "locale"],
    "FORMAT_MODULE_PATH": ["journeyscore.web.formats"],
    "USE_THOUSAND_SEPARATOR": True,
}
"""Languages, dates and numbers."""

ACCOUNTS: dict[str, Any] = {
    "AUTH_USER_MODEL": "web.Account",
    "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
        for name, options in (
            ("UserAttributeSimilarityValidator", {}),
            ("MinimumLengthValidator", {"min_length": 12}),
            ("CommonPasswordValidator", {}),
        )
    ],
    "LOGIN_URL": "login",
    "LOGIN_REDIRECT_URL": "overview",
    "OTP_TOTP_ISSUER": "journeyscore",
    "OTP_TOTP_SYNC": False,  # one step of drift, and never more
    "OTP_TOTP_THROTTLE_FACTOR": 0,  # web/throttle.py slows tries down, and keeps nobody out
    "PASSWORD_RESET_TIMEOUT": 3600,
    "SESSION_COOKIE_AGE": 12 * 3600,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_HTTPONLY": True,
}
"""Logging in, and sessions."""

STATIC_AND_UPLOADS: dict[str, Any] = {
    "STATIC_URL": "/static/",
    "WHITENOISE_USE_FINDERS": True,
    "WHITENOISE_AUTOREFRESH": False,
    "WHITENOISE_ALLOW_ALL_ORIGINS": False,
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
    "X_FRAME_OPTIONS": "DENY",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": 5 * 1024**2,
    "DATA_UPLOAD_MAX_NUMBER_FIELDS": 5_000,
    "FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.TemporaryFileUploadHandler"],
}
"""Files of ours and of others, and what browsers may do with them."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a deployment says of itself.

    `hosts`: the names under which it is reached, beside this machine's own. `https`: it stands behind TLS, so cookies
    are for TLS only and plain requests are sent on. `demo`: the made-up employer, with its ready login on the page.
    """

    data_dir: Path
    hosts: tuple[str, ...] = ()
    https: bool = True
    demo: bool = False


def configure(site: Site) -> None:
    """Make this process the web application of `site.data_dir`. Raises UsageError in a process that is another's."""
    from django.conf import settings

    wanted = settings_of(site)
    if settings.configured:
        if getattr(settings, "DATA_DIR", None) != wanted["DATA_DIR"]:
            raise UsageError("this process serves another data directory already")
        return
    settings.configure(**wanted)
    import django

    django.setup()


def settings_of(site: Site) -> dict[str, Any]:
    """Django's settings."""
    from journeyscore.records.setup import FILE, database

    data_dir = site.data_dir.resolve()
    base = f"http{'s' if site.https else ''}://{site.hosts[0]}" if site.hosts else ""
    return {
        "DATA_DIR": data_dir,
        "DEMO": site.demo,
        "BASE_URL": base,
        "SECRET_KEY": _secret(data_dir / KEY_FILE),
        "ALLOWED_HOSTS": [*LOOPBACK, *site.hosts],
        "CSRF_TRUSTED_ORIGINS": [f"https://{host}" for host in site.hosts],
        "DATABASES": {"default": database(data_dir / FILE)},
        **PARTS,
        **LANGUAGE,
        **ACCOUNTS,
        **STATIC_AND_UPLOADS,
        **_of_tls(site.https),
    }


def _of_tls(https: bool) -> dict[str, Any]:
    """What depends on standing behind TLS."""
    return {
        "SESSION_COOKIE_SECURE": https,
        "CSRF_COOKIE_SECURE": https,
        "LANGUAGE_COOKIE_SECURE": https,
        "SECURE_SSL_REDIRECT": https,
        "SECURE_HSTS_SECONDS": YEAR if https else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": https,
        "SECURE_HSTS_PRELOAD": https,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if https else None,
    }


def _secret(path: Path) -> str:
    """The key that signs sessions and links; made at the first start, and readable by its owner only."""
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")
