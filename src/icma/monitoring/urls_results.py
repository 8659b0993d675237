"""Addresses of initiatives, indicators and reports."""

from typing import Any

urlpatterns: list[Any] = []
