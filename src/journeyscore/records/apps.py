"""The Django application of this room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registered by `records.setup`."""

    name = "journeyscore.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
