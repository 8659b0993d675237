"""Addresses of what has been achieved."""

from typing import Any

urlpatterns: list[Any] = []
