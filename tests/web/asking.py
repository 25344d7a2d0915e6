"""Asking the JSON API with a key."""

from collections.abc import Callable
from typing import Any

from django.test import Client

OPERATIONS = (
    "scores",
    "candidates/x",
    "touchpoints",
    "overview",
    "journey",
    "links",
    "model",
    "model.yaml",
    "model/versions",
)


def reader(token: str, **headers: str) -> Callable[..., Any]:
    """Gets an address under /api/v1/ with a key."""
    sent = ({"Authorization": f"Bearer {token}"} if token else {}) | headers

    def get(place: str, **query: object) -> Any:
        return Client(raise_request_exception=False).get(f"/api/v1/{place}", query, headers=sent)

    return get
