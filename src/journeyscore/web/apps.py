"""The Django application of this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Accounts, saved views and what was done by whom."""

    name = "journeyscore.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
