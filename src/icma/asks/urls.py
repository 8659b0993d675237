"""Addresses of asks."""

from typing import Any

urlpatterns: list[Any] = []
