"""Addresses of monitoring."""

from typing import Any

urlpatterns: list[Any] = []
