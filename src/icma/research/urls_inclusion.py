"""Addresses of women and youth."""

from typing import Any

urlpatterns: list[Any] = []
