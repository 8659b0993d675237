"""Addresses of the figures door."""

from typing import Any

urlpatterns: list[Any] = []
